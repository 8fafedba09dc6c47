import { expect, test } from "vitest";
import { parseTimestampMs, readTimeMs } from "../../../agent-sim/workload/timestamp.ts";

test.each([
  ["2026-02-28T12:00:00Z", Date.UTC(2026, 1, 28, 12)],
  ["2023-11-16 18:17:03.5", Date.UTC(2023, 10, 16, 18, 17, 3, 500)],
  ["2026-03-01T00:30:00+01:00", Date.UTC(2026, 1, 28, 23, 30)],
  ["2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1)],
])("%s is read", (text, ms) => {
  expect(parseTimestampMs(text)).toBe(ms);
});

test.each([
  "2026-02-31T12:00:00Z",
  "2026-13-01T12:00:00Z",
  "2026-05-01T99:00:00Z",
  "2026-05-01T24:00:00Z",
  "2026-05-01T12:60:00Z",
  "2026-12-31T23:59:60Z",
  "2026-05-01T12:00:00+15:00",
  "2026-05-01T12:00:00+01:60",
])("%s is a time that no clock showed", (text) => {
  expect(parseTimestampMs(text)).toBeNull();
  expect(readTimeMs(text)).toBeNull();
});
