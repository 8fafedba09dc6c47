// The time column of a table: numbers of a unit, time stamps, or times of day.

import { parseFiniteNumber } from "./csv-number.ts";
import { parseLocalTimestampMs } from "./local-timestamp.ts";

const DAY_MS = 86_400_000;

/** Units of a time column that say how to read it; a number without one is milliseconds. */
export const timeUnits = { ms: 1, s: 1000, us: 0.001, dmy: 0, mdy: 0 } as const;

/**
 * Returns a reader of one column's fields, in order: milliseconds from some origin, or NaN for what is no time that exists.
 * `unit` ms, s or us: a number; dmy, mdy: a stamp whose date is day-month-year or month-day-year. Null: a number in ms, a stamp
 * that begins with the year, or a time of day, which goes on to the next day where it falls by more than half a day.
 */
export function createTimeReader(unit: string | null): (field: string) => number {
  let days = 0;
  let lastOfDayMs = 0;
  return (field) => {
    const text = field.trim();
    if (unit === "dmy" || unit === "mdy") return parseLocalTimestampMs(yearFirst(text, unit)) ?? Number.NaN;
    const factor = unit === "s" ? 1000 : unit === "us" ? 0.001 : 1;
    const number = parseFiniteNumber(text);
    if (!Number.isNaN(number)) return number * factor;
    if (unit !== null) return Number.NaN;
    const stamp = parseLocalTimestampMs(text);
    if (stamp !== undefined) return stamp;
    const ofDayMs = parseLocalTimestampMs(`1970-01-01 ${text}`);
    if (ofDayMs === undefined) return Number.NaN;
    if (lastOfDayMs - ofDayMs > DAY_MS / 2) days++;
    lastOfDayMs = ofDayMs;
    return days * DAY_MS + ofDayMs;
  };
}

function yearFirst(text: string, order: "dmy" | "mdy"): string {
  const match = /^(\d{1,2})[-./](\d{1,2})[-./](\d{4})([T_ ].*)$/.exec(text);
  if (match === null) return "";
  const [day, month] = order === "dmy" ? [match[1], match[2]] : [match[2], match[1]];
  return `${match[3]}-${month.padStart(2, "0")}-${day.padStart(2, "0")}${match[4]}`;
}
