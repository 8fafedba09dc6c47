import { z } from "zod";

/** Timers and rules of the handover machine, as a scenario file gives them. */

const probability = z.number().min(0).max(1);
const positive = z.number().positive();

export const handoverSchema = z.strictObject({
  qOutDb: z.number().default(-8),
  qInDb: z.number().default(-6),
  n310: z.int().default(10),
  n311: z.int().default(3),
  t310Ms: z.number().default(1000),
  /** Spacing of in-sync and out-of-sync indications: TS 38.133 8.1.6 allows max(10 ms, RLM-RS period). */
  indicationPeriodMs: positive.default(10),
  preparationMs: z.number().min(0).default(50),
  executionMs: z.number().min(0).default(40),
  reestablishmentMs: z.number().min(0).default(200),
  /** TXnRELOCprep: how long the source waits for an answer to its HANDOVER REQUEST. */
  preparationTimeoutMs: positive.default(500),
  /** After a preparation that failed the source asks again no sooner than the next event report. */
  reportIntervalMs: z.number().default(240),
  refusalProbability: probability.default(0),
  requestLossProbability: probability.default(0),
  /** Report also when a cell leaves cellsTriggeredList; the source then cancels its preparation. */
  reportOnLeave: z.boolean().default(false),
  minimumTimeOfStayMs: positive.default(1000),
});
