// Times as SUMO writes them.
import { parseFiniteNumber } from "../../trace/csv-number.ts";

/**
 * Returns milliseconds of `12.50` (seconds) or, with `--human-readable-time`, of `hh:mm:ss.ss` or `days:hh:mm:ss.ss`; NaN for
 * what is neither.
 */
export function sumoTimeMs(field: string): number {
  const match = /^(?:(\d+):)?(\d{1,3}):([0-5]?\d):([0-5]?\d(?:\.\d+)?)$/.exec(field.trim());
  if (match === null) return Math.round(parseFiniteNumber(field) * 1000);
  const [, days = "0", hours, minutes, seconds] = match;
  const minutesInAll = (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
  return Math.round((minutesInAll * 60 + Number(seconds)) * 1000);
}
