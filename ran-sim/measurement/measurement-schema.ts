import { z } from "zod";

/** What phones measure and the events that they report, as a scenario file gives them. */

const positive = z.number().positive();

export const measurementSchema = z.strictObject({
  /** Length of the L1 mean in mW, and of the radio link monitoring mean. */
  l1PeriodMs: positive.max(10_000).default(200),
  /** Standard deviation of the RSRP error, alike within an L1 period; TR 36.839 practice is 1.216 dB. */
  errorSigmaDb: z.number().min(0).max(10).default(1.216),
  /** Perturbation: the phone measures SSB bursts, and of those every k-th only; left out, every tick. */
  ssb: z
    .strictObject({ periodMs: z.number().default(20), everyKth: z.int().min(1).max(64).default(1) })
    .exactOptional(),
});

export const a3Schema = z.strictObject({
  offsetDb: z.number().default(2),
  hysteresisDb: z.number().default(0),
  timeToTriggerMs: z.number().default(160),
  filterCoefficient: z.number().default(1),
});

export const a5Schema = z.strictObject({
  threshold1Dbm: z.number().min(-156).max(-31).default(-95),
  threshold2Dbm: z.number().min(-156).max(-31).default(-95),
  hysteresisDb: z.number().default(1),
  timeToTriggerMs: z.number().default(160),
  filterCoefficient: z.number().default(4),
});

/** The phone's own average, and event A3 on it (arm `ue-filter`): policy/ue-filter-policy.ts. */
export const ueFilterSchema = z.strictObject({
  /** Of the exponential average in dB. */
  timeConstantMs: positive.max(600_000).default(500),
  offsetDb: z.number().default(3),
  hysteresisDb: z.number().default(0),
  timeToTriggerMs: z.number().default(0),
});
