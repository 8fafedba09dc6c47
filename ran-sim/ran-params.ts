import type { SelectionCriterion } from "./handover/cell-selection.ts";
import type { RanScenario } from "./scenario.ts";
import type { XnParameters } from "./xn/xn-schema.ts";

/** Which mobility procedure an arm's handovers follow. */
export type Procedure = "basic" | "conditional" | "daps" | "ltm";

/** What the handover machine is told, in ticks: read-only for a whole run. */
export interface RanParams {
  readonly tickMs: number;
  readonly procedure: Procedure;
  readonly qOutDb: number;
  readonly qInDb: number;
  readonly n310: number;
  readonly n311: number;
  readonly t310Ticks: number;
  /** What becomes of a command that is due while T310 runs. */
  readonly commandDuringT310: "lost" | "received";
  readonly t304Ticks: number;
  readonly t311Ticks: number;
  readonly t301Ticks: number;
  readonly t300Ticks: number;
  readonly setupTicks: number;
  readonly selection: SelectionCriterion;
  readonly indicationTicks: number;
  /** From the report to the command, over links without jitter and loss. */
  readonly preparationTicks: number;
  /** What the target takes to answer a request, once it has it. */
  readonly answeringMs: number;
  /** From the answer at the source to the command at the phone. */
  readonly commandTicks: number;
  readonly executionMs: number;
  readonly randomAccessTicks: number;
  readonly reestablishmentTicks: number;
  readonly reestablishmentAccessTicks: number;
  readonly preparationTimeoutTicks: number;
  readonly overallTimeoutTicks: number;
  readonly pathSwitchTicks: number;
  readonly retryTicks: number;
  readonly refusalProbability: number;
  readonly requestLossProbability: number;
  readonly xn: XnParameters;
  /** Whether a payload is sent with each request. */
  readonly sendsPayload: boolean;
  /** Whether it has a message of its own. */
  readonly payloadMessage: boolean;
  /** Infinity: every phone is admitted. */
  readonly cellCapacityUes: number;
  readonly dapsInterruptionMs: number;
  /** Conditional handover and LTM: whether and when a selected candidate is taken after a failure. */
  readonly candidateRecovery: boolean;
  readonly cellSelectionTicks: number;
  readonly cellSwitchCommandTicks: number;
  readonly ltmExecutionMs: number;
  readonly synchronisedExecutionMs: number;
  /** Null: candidates are not synchronised early. */
  readonly earlySynchronisationTicks: number | null;
}

/**
 * Returns the parameters at a tick of `tickMs` (a trace may have another than the scenario). A time becomes the fewest
 * ticks that last at least as long; at 10 ms all of the defaults are whole but LTM's 5 ms.
 */
export function ranParams(
  scenario: RanScenario,
  tickMs: number,
  arm: {
    readonly procedure: Procedure;
    readonly sendsPayload: boolean;
    /** Every payload is an IE that the standard has in the request. */
    readonly inRequest?: boolean;
  },
): RanParams {
  const { procedure, sendsPayload, inRequest = false } = arm;
  const h = scenario.handover;
  const { conditional, ltm } = h;
  const ticks = (ms: number): number => ticksOf(ms, tickMs);
  const answeringMs = Math.max(0, h.answerMs - 2 * scenario.xn.delayMs);
  // A re-establishment takes no longer than T301 lets it.
  const setupTicks = Math.max(1, ticks(h.setupMs), ticks(Math.min(h.reestablishmentAccessMs, h.t301Ms)));
  const commandTicks = ticks(h.preparationMs) - ticks(h.answerMs);
  return {
    tickMs,
    procedure,
    qOutDb: h.qOutDb,
    qInDb: h.qInDb,
    n310: h.n310,
    n311: h.n311,
    t310Ticks: ticks(h.t310Ms),
    commandDuringT310: h.commandDuringT310,
    t304Ticks: ticks(h.t304Ms),
    t311Ticks: ticks(h.t311Ms),
    t301Ticks: ticks(h.t301Ms),
    t300Ticks: Math.max(ticks(h.t300Ms), setupTicks),
    setupTicks,
    selection: selectionCriterion(h),
    indicationTicks: Math.max(1, ticks(h.indicationPeriodMs)),
    preparationTicks: commandTicks + ticks(answeringMs + 2 * scenario.xn.delayMs),
    answeringMs,
    commandTicks,
    executionMs: h.executionMs,
    randomAccessTicks: Math.max(1, ticks(h.randomAccessMs)),
    reestablishmentTicks: ticks(h.reestablishmentMs),
    reestablishmentAccessTicks: ticks(h.reestablishmentAccessMs),
    preparationTimeoutTicks: ticks(h.preparationTimeoutMs),
    overallTimeoutTicks: ticks(h.overallTimeoutMs),
    pathSwitchTicks: ticks(h.pathSwitchMs),
    // Where reports ask for a handover the next one is the next try; candidates are prepared without waiting for one.
    retryTicks: preparesCandidates(procedure) ? ticks(h.reportIntervalMs) : 0,
    refusalProbability: h.refusalProbability,
    requestLossProbability: h.requestLossProbability,
    xn: scenario.xn,
    sendsPayload,
    payloadMessage: sendsPayload && !inRequest && scenario.xn.carrier === "privateMessage",
    cellCapacityUes: h.cellCapacityUes ?? Number.POSITIVE_INFINITY,
    dapsInterruptionMs: h.daps.interruptionMs,
    candidateRecovery: (procedure === "conditional" || procedure === "ltm") && conditional.recovery,
    cellSelectionTicks: Math.min(ticks(conditional.cellSelectionMs), ticks(h.reestablishmentMs)),
    cellSwitchCommandTicks: ticks(ltm.cellSwitchCommandMs),
    ltmExecutionMs: ltm.executionMs,
    synchronisedExecutionMs: ltm.synchronisedExecutionMs,
    earlySynchronisationTicks: ltm.earlySynchronisation ? ticks(ltm.earlySynchronisationMs) : null,
  };
}

/** Returns the cell selection criterion of a scenario. */
export function selectionCriterion({
  qRxLevMinDbm,
  qQualMinDb,
}: Pick<RanScenario["handover"], "qRxLevMinDbm" | "qQualMinDb">): SelectionCriterion {
  return { qRxLevMinDbm, qQualMinDb: qQualMinDb ?? Number.NEGATIVE_INFINITY };
}

/** Returns whether the procedure prepares cells ahead of time. */
export function preparesCandidates(procedure: Procedure): boolean {
  return procedure === "conditional" || procedure === "ltm";
}

/** Returns the fewest ticks that last at least `ms`. */
export function ticksOf(ms: number, tickMs: number): number {
  return Math.ceil(ms / tickMs - 1e-9);
}
