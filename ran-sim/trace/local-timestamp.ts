// The tool's local time stamps to milliseconds on one line, without a time zone and so without a clock.
import { calendarTimeMs } from "#core";

/**
 * Returns the milliseconds from 1970-01-01T00:00 in the same (unnamed) zone of a stamp such as `2019.12.01_12.11.21`,
 * or undefined when it is not a time that exists. Only differences mean anything.
 */
export function parseLocalTimestampMs(stamp: string): number | undefined {
  const match = /^(\d{4})\.(\d\d)\.(\d\d)_(\d\d)\.(\d\d)\.(\d\d)$/.exec(stamp);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return calendarTimeMs({ year, month, day, hour, minute, second, offsetMinutes: null }) ?? undefined;
}
