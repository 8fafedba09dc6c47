// Times as exporters write them, in milliseconds since 1970-01-01 (UTC).
import { calendarTimeMs } from "#core";

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d(?:[.,]\d{1,9})?)(?:\s?(?:Z|UTC|([+-])(\d\d):?(\d\d)))?$/;

/**
 * Returns milliseconds of `YYYY-MM-DD hh:mm:ss[.f][zone]`, or null when it is none, also for a date that does not exist.
 * Without a zone it is UTC; with `T`, `Z` or `+01:00` as well.
 */
export function parseTimestampMs(text: string): number | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const zoneMinutes = match[7] === undefined ? 0 : Number(match[8]) * 60 + Number(match[9]);
  if (match[9] !== undefined && Number(match[9]) > 59) return null;
  return calendarTimeMs({
    year: Number(match[1]),
    month: Number(match[2]),
    day: Number(match[3]),
    hour: Number(match[4]),
    minute: Number(match[5]),
    second: Number(match[6].replace(",", ".")),
    offsetMinutes: match[7] === "-" ? -zoneMinutes : zoneMinutes,
  });
}

/**
 * Returns milliseconds of a time that is a text (see {@link parseTimestampMs}), nanoseconds since 1970 as digits (OTLP),
 * a number whose size tells its unit (seconds, milliseconds, microseconds or nanoseconds of this century), or
 * [seconds, nanoseconds]; null when it is none of these.
 */
export function readTimeMs(value: unknown): number | null {
  if (typeof value === "string") {
    if (!/^\d{1,20}$/.test(value)) return parseTimestampMs(value);
    // Cut in two, because nanoseconds of today do not fit 53 bits.
    return value.length <= 6
      ? Number(value) / 1e6
      : Number(value.slice(0, -6)) + Number(value.slice(-6)) / 1e6;
  }
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? fromNumber(value) : null;
  if (Array.isArray(value) && value.length === 2) {
    const [seconds, nanoseconds] = value;
    const isTime = typeof seconds === "number" && typeof nanoseconds === "number";
    return isTime && seconds >= 0 && nanoseconds >= 0 ? seconds * 1000 + nanoseconds / 1e6 : null;
  }
  return null;
}

/** Seconds have 10 digits until 2286, milliseconds 13, microseconds 16, nanoseconds 19. */
function fromNumber(value: number): number {
  if (value >= 1e17) return value / 1e6;
  if (value >= 1e14) return value / 1e3;
  return value >= 1e11 ? value : value * 1e3;
}
