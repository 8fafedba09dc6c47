import fc from "fast-check";
import { expect, test } from "vitest";
import { type CalendarTime, calendarTimeMs } from "#core";

const noon: CalendarTime = { year: 2026, month: 5, day: 1, hour: 12, minute: 0, second: 0, offsetMinutes: 0 };

test("a date that exists gives the milliseconds that JavaScript's own calendar gives", () => {
  const instant = fc.date({
    min: new Date("0001-01-01T14:00:00Z"),
    max: new Date("9999-12-31T09:00:00Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(instant, fc.integer({ min: -840, max: 840 }), (date, offsetMinutes) => {
      const there = new Date(date.getTime() + offsetMinutes * 60_000);
      const time = {
        year: there.getUTCFullYear(),
        month: there.getUTCMonth() + 1,
        day: there.getUTCDate(),
        hour: there.getUTCHours(),
        minute: there.getUTCMinutes(),
        second: there.getUTCSeconds(),
        offsetMinutes,
      };
      expect(calendarTimeMs(time)).toBe(Math.floor(date.getTime() / 1000) * 1000);
      expect(calendarTimeMs({ ...time, offsetMinutes: null })).toBe(
        Math.floor(there.getTime() / 1000) * 1000,
      );
    }),
    { seed: 11, numRuns: 2000 },
  );
});

test("a day that the month does not have is no date", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 40 }),
      (year, month, day) => {
        const date = new Date(Date.UTC(2000, month - 1, day));
        date.setUTCFullYear(year, month - 1, day);
        const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
        expect(calendarTimeMs({ ...noon, year, month, day }) !== null).toBe(exists);
      },
    ),
    { seed: 12, numRuns: 2000 },
  );
});

test.each<[string, Partial<CalendarTime>]>([
  ["31 February", { month: 2, day: 31 }],
  ["29 February of a common year", { month: 2, day: 29 }],
  ["29 February of 1900", { year: 1900, month: 2, day: 29 }],
  ["month 13", { month: 13 }],
  ["month 0", { month: 0 }],
  ["day 0", { day: 0 }],
  ["year 0", { year: 0 }],
  ["hour 99", { hour: 99 }],
  ["24:00", { hour: 24 }],
  ["minute 60", { minute: 60 }],
  ["second 61", { second: 61 }],
  ["a negative second", { second: -1 }],
  ["an offset of 15 hours", { offsetMinutes: 15 * 60 }],
  ["a month that is no number", { month: Number.NaN }],
])("%s is no time", (_, part) => {
  expect(calendarTimeMs({ ...noon, ...part })).toBeNull();
});

test("29 February of 2000 and 2024 exist", () => {
  expect(calendarTimeMs({ ...noon, year: 2000, month: 2, day: 29 })).toBe(Date.UTC(2000, 1, 29, 12));
  expect(calendarTimeMs({ ...noon, year: 2024, month: 2, day: 29 })).toBe(Date.UTC(2024, 1, 29, 12));
});

// The dates are those of IERS Bulletin C: 31 December 2016 ended in a leap second, 31 December 2026 does not.
test("a second 60 is read as the second after it where there was a leap second, and nowhere else", () => {
  const last = { year: 2016, month: 12, day: 31, hour: 23, minute: 59, second: 60, offsetMinutes: 0 };
  expect(calendarTimeMs(last)).toBe(Date.UTC(2017, 0, 1));
  expect(calendarTimeMs({ ...last, second: 60.5 })).toBe(Date.UTC(2017, 0, 1) + 500);
  expect(
    calendarTimeMs({ ...last, year: 2017, month: 1, day: 1, hour: 5, minute: 29, offsetMinutes: 330 }),
  ).toBe(Date.UTC(2017, 0, 1));
  expect(calendarTimeMs({ ...last, year: 2026 })).toBeNull();
  expect(calendarTimeMs({ ...last, month: 6, day: 30 })).toBeNull();
  expect(calendarTimeMs({ ...last, hour: 22 })).toBeNull();
  expect(calendarTimeMs({ ...last, offsetMinutes: 60 })).toBeNull();
  expect(calendarTimeMs({ ...last, offsetMinutes: null })).toBeNull();
  expect(calendarTimeMs({ ...last, year: 2015, month: 6, day: 30 })).toBe(Date.UTC(2015, 6, 1));
});
