/**
 * Reported integers of RSRP, RSRQ and SINR: TS 38.133 Tables 10.1.6.1-1, 10.1.11.1-1, 10.1.16.1-1 for what a report
 * carries, TS 38.331 6.3.2 (RSRP-Range, RSRQ-Range, SINR-Range) for what an integer means as a threshold.
 *
 * The two differ: a report's integer names a bin, a threshold's a level. An RSRP or SINR threshold is the upper edge of
 * the bin of its integer, an RSRQ threshold the lower edge.
 */

export type Quantity = "rsrp" | "rsrq" | "sinr";

interface QuantityRange {
  readonly stepDb: number;
  /** Lower edge of bin 1; bin 0 is everything below. */
  readonly leastDb: number;
  /** The greatest integer a report carries. RSRP 127 is reserved for "infinity" as a threshold. */
  readonly greatestReport: number;
  /** Threshold in dB of integer 0. */
  readonly thresholdOfZeroDb: number;
}

const QUANTITY_RANGES: Readonly<Record<Quantity, QuantityRange>> = {
  rsrp: { stepDb: 1, leastDb: -156, greatestReport: 126, thresholdOfZeroDb: -156 },
  rsrq: { stepDb: 0.5, leastDb: -43, greatestReport: 127, thresholdOfZeroDb: -43.5 },
  sinr: { stepDb: 0.5, leastDb: -23, greatestReport: 127, thresholdOfZeroDb: -23 },
};

/** Returns the integer that reports `value` (dBm or dB), 0..126 for RSRP, 0..127 else; values outside are clamped. */
export function reportedInteger(quantity: Quantity, value: number): number {
  const { stepDb, leastDb, greatestReport } = QUANTITY_RANGES[quantity];
  return Math.min(greatestReport, Math.max(0, Math.floor((value - leastDb) / stepDb) + 1));
}

/** Returns the middle of the bin that a reported integer names, dBm or dB: what a network that reads a report knows. */
export function reportedLevel(quantity: Quantity, integer: number): number {
  const { stepDb, leastDb } = QUANTITY_RANGES[quantity];
  return leastDb + (integer - 0.5) * stepDb;
}

/**
 * Returns the level in dBm or dB that `integer` (0..127) stands for as a threshold: RSRP integer - 156, and +Infinity
 * for 127; RSRQ (integer - 87) / 2; SINR (integer - 46) / 2. Throws RangeError for an integer out of range.
 */
export function thresholdOf(quantity: Quantity, integer: number): number {
  if (!Number.isInteger(integer) || integer < 0 || integer > 127) {
    throw new RangeError(`thresholdOf: integer must be a whole number from 0 to 127, got ${integer}`);
  }
  if (quantity === "rsrp" && integer === 127) return Number.POSITIVE_INFINITY;
  const { stepDb, thresholdOfZeroDb } = QUANTITY_RANGES[quantity];
  return thresholdOfZeroDb + integer * stepDb;
}
