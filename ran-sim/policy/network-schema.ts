import { z } from "zod";

/** What the network remembers and what it may send, as a scenario file gives it. */

/** At most ten minutes: a memory of reports is short. */
const positive = z.number().positive().max(600_000);

export const networkSchema = z.strictObject({
  /** How often the network learns the L1 RSRP of every cell; assumed. */
  reportPeriodMs: positive.default(40),
  /** This and the next four were chosen on validation worlds (seeds from 2,000,000), for the arm `full`. */
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
