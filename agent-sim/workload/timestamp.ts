// Times as exporters write them, in milliseconds since 1970-01-01 (UTC).

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d(?:[.,]\d{1,9})?)(?:\s?(?:Z|UTC|([+-])(\d\d):?(\d\d)))?$/;

/** [month] days of a common year before its end. */
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/**
 * Returns milliseconds of `YYYY-MM-DD hh:mm:ss[.f][zone]`, or null when it is none. Without a zone it is UTC; with `T`,
 * `Z` or `+01:00` as well.
 */
export function parseTimestampMs(text: string): number | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hour = Number(match[4]);
  const minute = Number(match[5]);
  const second = Number(match[6].replace(",", "."));
  if (year < 1 || month < 1 || month > 12 || day < 1) return null;
  const leap = isLeap(year) ? 1 : 0;
  if (day > daysBefore[month] - daysBefore[month - 1] + (month === 2 ? leap : 0)) return null;
  if (hour > 23 || minute > 59 || second >= 60) return null;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  // 719162 days lie before 1970 in the same count.
  const days = before * 365 + leapDays + daysBefore[month - 1] + (month > 2 ? leap : 0) + day - 1 - 719_162;
  const zoneMinutes = match[7] === undefined ? 0 : Number(match[8]) * 60 + Number(match[9]);
  const offsetMinutes = match[7] === "-" ? -zoneMinutes : zoneMinutes;
  return (((days * 24 + hour) * 60 + minute - offsetMinutes) * 60 + second) * 1000;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
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
