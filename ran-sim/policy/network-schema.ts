import { z } from "zod";

/** What the network remembers and what it may send, as a scenario file gives it. */

/** At most ten minutes: a memory of reports is short. */
const positive = z.number().positive().max(600_000);

/** How the expectations of a learned memory become handovers (learned/expectation-rule.ts); the best of a grid on training worlds. */
const ruleSchema = z.strictObject({
  urgentMargin: z.number().min(0).max(1).default(0.1),
  saferMargin: z.number().min(0).max(1).default(1),
  shortStayRisk: z.number().min(0).max(1).default(0.7),
  gainDb: z.number().min(0).max(30).default(2),
  greatestRisk: z.number().min(0).max(1).default(0.15),
  minimumStayMs: z.number().min(0).max(600_000).default(1000),
});

export const networkSchema = z.strictObject({
  /** What remembers a phone: a trained model, or a level and a slope of each cell's reports. */
  memory: z.enum(["learned", "trend"]).default("learned"),
  /** Which of the trained models: each kind was trained with three seeds... */
  trainingSeed: z.int().min(1).max(3).default(1),
  /**
   * ...on worlds of many kinds, and once more on such worlds perturbed (docs/experiments/perturbations) or on traces with whole
   * groups held out (docs/experiments/karlsruhe).
   */
  trainedOn: z.enum(["synthetic", "perturbed", "karlsruhe"]).default("synthetic"),
  /** Whose models: of the first vendor, or of a second with narrower ones (docs/experiments/cross-vendor). */
  vendor: z.enum(["a", "b"]).default("a"),
  rule: ruleSchema.prefault({}),
  /** How often the network learns the L1 RSRP and SINR of every cell; assumed. */
  reportPeriodMs: positive.default(40),
  /** What a report averages over; left out, the report period (TS 38.133 9.5.4.1). */
  reportAverageMs: positive.max(10_000).exactOptional(),
  /** This and the next four were chosen on validation worlds (seeds from 2,000,000), for the arm `whole`. */
  levelTimeConstantMs: positive.default(50),
  slopeTimeConstantMs: positive.default(1600),
  /** After this long a memory that started cold is trusted to 63 %. */
  confidenceTimeConstantMs: positive.default(800),
  horizonMs: z.number().min(0).max(600_000).default(400),
  biasLimitDb: z.number().min(0).max(24).default(4),
});

export const payloadSchema = z.strictObject({
  /** Bytes of values; the header of the payload comes on top. */
  bytes: z.int().min(4).max(4096).default(128),
  precision: z.enum(["fp32", "fp16", "int8"]).default("int8"),
});

export const trainingSchema = z.strictObject({
  /** Worlds with seeds from 1,000,000 up, on which PCA and the random projection are fitted. */
  worlds: z.int().min(1).max(100).default(2),
  durationS: z.number().positive().max(86_400).default(15),
});
