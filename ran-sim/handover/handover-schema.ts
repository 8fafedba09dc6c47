import { z } from "zod";
import { RRC_ENUMERATIONS } from "../measurement/rrc-enumerations.ts";

/** Timers and rules of the handover machine, as a scenario file gives them. */

const probability = z.number().min(0).max(1);
/** At most ten minutes: times are counted in ticks, and nothing in a handover takes longer. */
const MOST_MS = 600_000;
const positive = z.number().positive().max(MOST_MS);
const milliseconds = z.number().min(0).max(MOST_MS);
const timeToTriggerMs = z.literal(RRC_ENUMERATIONS.timeToTriggerMs);
const halfDecibels = (least: number, greatest: number) => z.number().min(least).max(greatest).multipleOf(0.5);
const offsetDb = halfDecibels(-15, 15);
const hysteresisDb = halfDecibels(0, 15);

/** UE-TimersAndConstants, TS 38.331 6.3.2: T300 and T301. */
const accessTimerMs = [100, 200, 300, 400, 600, 1000, 1500, 2000] as const;

const thresholdDbm = z.int().min(-156).max(-31).default(-95);

/** Which neighbours are prepared ahead of time: an early A3 of its own. */
const preparationEvent = z.strictObject({
  offsetDb: offsetDb.default(-4),
  hysteresisDb: hysteresisDb.default(1),
  timeToTriggerMs: timeToTriggerMs.default(40),
});

/** Conditional handover, TS 38.300 9.2.3.4 and TS 38.331 5.3.5.13. */
const conditionalSchema = z.strictObject({
  /** maxnoofCellsinCHO of TS 38.423 is 8. */
  maximumCandidates: z.int().min(1).max(8).default(8),
  prepare: preparationEvent.prefault({}),
  /** The condition under which the phone leaves by itself: condEventA3 or condEventA5. */
  execute: z
    .discriminatedUnion("event", [
      z.strictObject({
        event: z.literal("a3").optional().default("a3"),
        offsetDb: offsetDb.default(2),
        hysteresisDb: hysteresisDb.default(0),
        timeToTriggerMs: timeToTriggerMs.default(160),
      }),
      z.strictObject({
        event: z.literal("a5"),
        threshold1Dbm: thresholdDbm,
        threshold2Dbm: thresholdDbm,
        hysteresisDb: hysteresisDb.default(1),
        timeToTriggerMs: timeToTriggerMs.default(160),
      }),
    ])
    .prefault({}),
  filterCoefficient: z.literal(RRC_ENUMERATIONS.filterCoefficient).default(1),
  /** attemptCondReconfig: after a failure, a selected cell that is a candidate is taken by its stored configuration. */
  recovery: z.boolean().default(true),
  /** From the failure to the selected cell, which recovery saves the rest of `reestablishmentMs`; assumed. */
  cellSelectionMs: milliseconds.default(100),
});

/** L1/L2 triggered mobility between gNBs (Rel-19): TS 38.300 9.2.3.5. */
const ltmSchema = z.strictObject({
  maximumCandidates: z.int().min(1).max(8).default(8),
  prepare: preparationEvent.prefault({}),
  /** The network's rule on L1 reports, without layer 3 filter. */
  execute: z
    .strictObject({
      offsetDb: offsetDb.default(2),
      hysteresisDb: hysteresisDb.default(0),
      timeToTriggerMs: timeToTriggerMs.default(80),
    })
    .prefault({}),
  filterCoefficient: z.literal(RRC_ENUMERATIONS.filterCoefficient).default(1),
  /** From the L1 report that decides to the MAC CE at the phone; assumed. */
  cellSwitchCommandMs: milliseconds.default(10),
  executionMs: milliseconds.default(20),
  /** Execution once timing advance and synchronisation of the candidate are known. */
  synchronisedExecutionMs: milliseconds.default(5),
  earlySynchronisation: z.boolean().default(true),
  /** From the configuration at the phone to early synchronisation; assumed. */
  earlySynchronisationMs: milliseconds.default(40),
});

/** Dual active protocol stack, TS 38.300 9.2.3.2.1: the source is kept until the target is reached. */
const dapsSchema = z.strictObject({ interruptionMs: milliseconds.default(2) });

/** Rule-based mobility robustness optimisation, TS 38.300 15.5.2. */
const mroSchema = z.strictObject({
  /** How often the individual offsets are reconsidered; assumed. */
  periodMs: positive.default(5000),
  /** Change of one cell pair's offset in one period, and the most it may come to; dB. */
  stepDb: halfDecibels(0.5, 6).default(1),
  limitDb: halfDecibels(0.5, 15).default(6),
});

export const handoverSchema = z
  .strictObject({
    qOutDb: z.number().default(-8),
    qInDb: z.number().default(-6),
    n310: z.int().default(10),
    n311: z.int().default(3),
    t310Ms: z.number().default(1000),
    /**
     * A command that is due while T310 runs is lost, as TR 36.839 5.2.1.3 counts it, or received where the serving cell's
     * SINR is Qout or better at that instant; it stops T310 then (TS 38.331 5.3.5.5.2).
     */
    commandDuringT310: z.enum(["lost", "received"]).default("lost"),
    /** Spacing of in-sync and out-of-sync indications: TS 38.133 8.1.6 allows max(10 ms, RLM-RS period). */
    indicationPeriodMs: positive.default(10),
    /** From the measurement report to the command. */
    preparationMs: milliseconds.default(50),
    /**
     * From the HANDOVER REQUEST to the target's answer at the source, within `preparationMs`, over links without jitter and
     * loss; assumed. Two crossings of `xn.delayMs` are part of it; where they take longer, so does the answer.
     */
    answerMs: milliseconds.default(30),
    /** From the command to RRCReconfigurationComplete. */
    executionMs: milliseconds.default(40),
    /** The last part of `executionMs`, from the preamble on; also the spacing of further tries; assumed. */
    randomAccessMs: positive.default(20),
    /** A random access that fails is tried again while another ends before T304 does. */
    t304Ms: z.literal(RRC_ENUMERATIONS.t304Ms).default(50),
    reestablishmentMs: milliseconds.default(200),
    /** From the selected cell to RRCReestablishmentComplete, on top; guarded by T301. */
    reestablishmentAccessMs: milliseconds.default(0),
    /** Without a suitable cell for so long the phone goes to RRC_IDLE. */
    t311Ms: z.literal(RRC_ENUMERATIONS.t311Ms).default(1000),
    t301Ms: z.literal(accessTimerMs).default(400),
    /**
     * The way back from RRC_IDLE, from the selected cell to data: system information, random access, RRCSetupRequest to
     * RRCSetupComplete, security and the first reconfiguration (TS 38.331 5.3.3). Assumed; never less than
     * `reestablishmentAccessMs`, however short. T300 guards it: after it the phone selects a cell anew.
     */
    setupMs: milliseconds.default(200),
    t300Ms: z.literal(accessTimerMs).default(1000),
    /**
     * Cell selection (TS 38.304 5.2.3.2): q-RxLevMin in dBm and q-QualMin in dB of RSRQ, which a cell must exceed. The defaults are what
     * srsRAN broadcasts in SIB1; -20 dB of RSRQ are an SINR of -8.6 dB. `null`: no q-QualMin is broadcast.
     */
    qRxLevMinDbm: z.int().min(-140).max(-44).multipleOf(2).default(-140),
    qQualMinDb: z.int().min(-43).max(-12).nullable().default(-20),
    /** TXnRELOCprep: how long the source waits for an answer to its HANDOVER REQUEST. */
    preparationTimeoutMs: positive.default(500),
    /** TXnRELOCoverall: how long the source waits for UE CONTEXT RELEASE after the acknowledgement; assumed. */
    overallTimeoutMs: positive.default(5000),
    /** From PATH SWITCH REQUEST to its acknowledgement; assumed. */
    pathSwitchMs: milliseconds.default(10),
    /**
     * Spacing of the reports of an event while a cell is in its list, and so how soon a source tries again after a
     * preparation that failed.
     */
    reportIntervalMs: z.number().default(240),
    /** Reports for each entry of a cell into the list: 1, 2, 4, 8, 16, 32, 64 or infinity. */
    reportAmount: z.union([z.number(), z.literal("infinity")]).default("infinity"),
    /** Admission control: phones that a cell serves or has reserved for; null admits all. */
    cellCapacityUes: z.int().min(1).nullable().default(null),
    refusalProbability: probability.default(0),
    /** The target does not answer, though the request arrived: beyond what the link of `xn` loses. */
    requestLossProbability: probability.default(0),
    /** Report also when a cell leaves cellsTriggeredList; the source then cancels its preparation. */
    reportOnLeave: z.boolean().default(false),
    minimumTimeOfStayMs: positive.default(1000),
    conditional: conditionalSchema.prefault({}),
    daps: dapsSchema.prefault({}),
    ltm: ltmSchema.prefault({}),
    mro: mroSchema.prefault({}),
  })
  .refine((h) => h.answerMs <= h.preparationMs, {
    path: ["answerMs"],
    message: "at most preparationMs, of which it is a part",
  })
  .refine((h) => h.setupMs <= h.t300Ms, {
    path: ["setupMs"],
    message: "at most t300Ms: T300 would end every setup",
  })
  .refine((h) => h.executionMs <= h.t304Ms, {
    path: ["executionMs"],
    message: "at most t304Ms: T304 would end every execution",
  });
