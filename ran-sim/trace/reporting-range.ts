// The ranges in which a phone can report, and the values outside them that tools write for "none".

/** TS 38.133: SS-RSRP 10.1.6 (dBm), SS-RSRQ 10.1.11 (dB), SS-SINR 10.1.16 (dB). They hold those of E-UTRA. */
export const reportingRange = {
  rsrpDbm: [-156, -31],
  rsrqDb: [-43, 20],
  sinrDb: [-23, 40],
} as const;

/** Counts what it turns away. */
export interface RangeCheck {
  outOfRangeValues: number;
}

/** Returns how many of `values` a report cannot say. */
export function countOutOfRange(values: Float64Array, quantity: keyof typeof reportingRange): number {
  const [low, high] = reportingRange[quantity];
  let count = 0;
  for (const value of values) if (value < low || value > high) count++;
  return count;
}

/** Returns `value` when it is in the range of `quantity`, else null, counted in `check`. Null stays null, uncounted. */
export function withinReportingRange(
  value: number | null,
  quantity: keyof typeof reportingRange,
  check: RangeCheck,
): number | null {
  if (value === null) return null;
  const [low, high] = reportingRange[quantity];
  if (value >= low && value <= high) return value;
  check.outOfRangeValues++;
  return null;
}
