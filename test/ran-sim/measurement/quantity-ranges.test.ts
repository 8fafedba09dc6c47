import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { reportedInteger, reportedLevel, thresholdOf } from "../../../ran-sim/measurement/quantity-ranges.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

testWithShared("every row of the quantity ranges agrees", () => {
  const { vectors } = JSON.parse(readFileSync(sharedPath("vectors", "nr_quantity_ranges.json"), "utf8"));
  expect(vectors).toHaveLength(8);
  for (const row of vectors) {
    if (row.note === "clamp") expect(reportedInteger(row.q, row.dbm)).toBe(row.ie);
    else if (row.threshold_meaning === "infinity")
      expect(thresholdOf(row.q, row.ie)).toBe(Number.POSITIVE_INFINITY);
    // `db_nextgsim` is the same row half a dB off; the file says which of the two is the specification's.
    else expect(thresholdOf(row.q, row.ie)).toBe(row.dbm ?? row.db ?? row.db_38331);
  }
});

// TS 38.133 Tables 10.1.6.1-1, 10.1.11.1-1 and 10.1.16.1-1: first, second and last bins.
test.each([
  ["rsrp", -156.1, 0],
  ["rsrp", -156, 1],
  ["rsrp", -155.01, 1],
  ["rsrp", -155, 2],
  ["rsrp", -31.01, 125],
  ["rsrp", -31, 126],
  ["rsrp", 0, 126],
  ["rsrq", -43.1, 0],
  ["rsrq", -43, 1],
  ["rsrq", -42.5, 2],
  ["rsrq", 19.5, 126],
  ["rsrq", 20, 127],
  ["sinr", -23.1, 0],
  ["sinr", -23, 1],
  ["sinr", 39.9, 126],
  ["sinr", 40, 127],
] as const)("%s of %d dB is reported as %d", (quantity, value, integer) => {
  expect(reportedInteger(quantity, value)).toBe(integer);
});

test("what a network reads from a report is within half a bin of what was measured", () => {
  for (const [quantity, value, half] of [
    ["rsrp", -90.3, 0.5],
    ["rsrp", -155.9, 0.5],
    ["rsrq", -11.2, 0.25],
    ["sinr", 7.9, 0.25],
  ] as const) {
    const level = reportedLevel(quantity, reportedInteger(quantity, value));
    expect(Math.abs(level - value)).toBeLessThanOrEqual(half);
  }
});

test("a threshold integer outside 0..127 is refused", () => {
  expect(() => thresholdOf("sinr", 128)).toThrow("whole number from 0 to 127, got 128");
});
