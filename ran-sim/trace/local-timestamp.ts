// The tool's local time stamps to milliseconds on one line, without a time zone and so without a clock.

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
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const monthDays = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (month < 1 || month > 12 || day < 1 || day > (monthDays[month - 1] as number)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const daysBeforeMonth = monthDays.slice(0, month - 1).reduce((sum, days) => sum + days, 0);
  const days = daysBeforeYear(year) - daysBeforeYear(1970) + daysBeforeMonth + day - 1;
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

function daysBeforeYear(year: number): number {
  const whole = year - 1;
  return 365 * whole + Math.floor(whole / 4) - Math.floor(whole / 100) + Math.floor(whole / 400);
}
