// The tools' local time stamps to milliseconds on one line, without a time zone and so without a clock.
import { calendarTimeMs } from "#core";

const stampPattern =
  /^(\d{4})[-./](\d\d)[-./](\d\d)[T_ ]\s*(\d\d)[:.](\d\d)[:.](\d\d(?:[.,:]\d{1,9})?)\s*(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Returns the milliseconds from 1970-01-01T00:00 in the same (unnamed) zone of a stamp such as `2019.12.01_12.11.21`,
 * `2019.12.01_12.11.21.250` or `2019-12-01T12:11:21.25Z` (an offset is taken off), or undefined when it is not a time that
 * exists. Only differences mean anything.
 */
export function parseLocalTimestampMs(stamp: string): number | undefined {
  const match = stampPattern.exec(stamp.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const second = Number(match[6].replace(/[,:]/, "."));
  const timeMs = calendarTimeMs({
    year,
    month,
    day,
    hour,
    minute,
    second,
    offsetMinutes: offsetOf(match[7]),
  });
  // The sum of minutes and a fraction of a second is rounded to what a double of this size holds.
  return timeMs === null ? undefined : Math.round(timeMs * 1000) / 1000;
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  if (zone === "Z") return 0;
  return (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
}
