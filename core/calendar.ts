// Dates and times that exist: what every reader of time stamps checks, without a clock of its own.

/** A date and a time of day as they stand in a file. Months and days count from 1. */
export interface CalendarTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** May have a fraction. */
  readonly second: number;
  /**
   * Minutes that the clock is ahead of UTC, from -840 to 840; `null` when nothing tells it: the time is then counted
   * from 1970-01-01T00:00 of the same clock, and only differences mean anything.
   */
  readonly offsetMinutes: number | null;
}

/** [month] days of a common year before its end. */
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** Years whose June or December ended in a leap second (IERS Bulletin C; none was announced after 2016). */
const leapSecondYears: Readonly<Record<number, readonly number[]>> = {
  6: [1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997, 2012, 2015],
  12: [1972, 1973, 1974, 1975, 1976, 1977, 1978, 1979, 1987, 1989, 1990, 1995, 1998, 2005, 2008, 2016],
};

/** The widest offsets of a clock from UTC that are in use, either way (`xsd:dateTime` has the same bound). */
const MOST_OFFSET_MINUTES = 14 * 60;

/**
 * Returns milliseconds since 1970-01-01T00:00 (UTC, where the offset is known), or null when no clock ever showed that
 * time: a 13th month, 31 February, hour 24, an offset of 15 hours, and a 61st second that was no leap second.
 *
 * A leap second gives the time of the second after it, as the clocks of computers do (POSIX.1, 4.19). Without an offset
 * none is recognised, since it cannot be told whether it was then 23:59:60 UTC. Days are those of the Gregorian calendar.
 */
export function calendarTimeMs(time: CalendarTime): number | null {
  const { year, month, day, hour, minute, second } = time;
  const offsetMinutes = time.offsetMinutes ?? 0;
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return null;
  if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0)) return null;
  if (!(Math.abs(offsetMinutes) <= MOST_OFFSET_MINUTES)) return null;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const leapDay = month > 2 && isLeap(year) ? 1 : 0;
  // 719162 days lie before 1970 in the same count.
  const days = before * 365 + leapDays + daysBefore[month - 1] + leapDay + day - 1 - 719_162;
  const minutes = (days * 24 + hour) * 60 + minute - offsetMinutes;
  if (second >= 60 && !(second < 61 && time.offsetMinutes !== null && endsInLeapSecond(minutes))) return null;
  return (minutes * 60 + second) * 1000;
}

function daysInMonth(year: number, month: number): number {
  return daysBefore[month] - daysBefore[month - 1] + (month === 2 && isLeap(year) ? 1 : 0);
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Returns whether a leap second ended the minute that begins `minutes` after 1970-01-01T00:00 UTC. */
function endsInLeapSecond(minutes: number): boolean {
  return [6, 12].some((month) =>
    leapSecondYears[month].some((year) => {
      const day = daysInMonth(year, month);
      return (
        calendarTimeMs({ year, month, day, hour: 23, minute: 59, second: 0, offsetMinutes: 0 }) ===
        minutes * 60_000
      );
    }),
  );
}
