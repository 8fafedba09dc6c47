import fc from "fast-check";
import { expect, test } from "vitest";
import {
  confidence,
  createTrend,
  observeReport,
  tidyRow,
  UNHEARD_DBM,
} from "../../../ran-sim/policy/trend.ts";

const trend = createTrend({
  cellCount: 2,
  reportPeriodMs: 40,
  levelTimeConstantMs: 200,
  slopeTimeConstantMs: 800,
  confidenceTimeConstantMs: 800,
  keptReports: 0,
});

test("reports on a line give its level and slope, from the second report on, exactly", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -7, max: 7, noNaN: true }),
      fc.integer({ min: 2, max: 200 }),
      (slope, count) => {
        const row = new Float64Array(trend.stateSize);
        for (let n = 0; n < count; n++)
          observeReport(trend, row, new Float64Array([-90 + slope * n * 0.04, -100]));
        expect(row[1]).toBeCloseTo(-90 + slope * (count - 1) * 0.04, 8);
        expect(row[3]).toBeCloseTo(slope, 8);
        expect([row[2], row[4]]).toEqual([-100, 0]);
      },
    ),
  );
});

test("the first gains are those of a least-squares line", () => {
  const values = [-90, -88, -91, -85, -87];
  const row = new Float64Array(trend.stateSize);
  for (const value of values) observeReport(trend, row, new Float64Array([value, -100]));
  // By hand: slope = sum((t - 0.08)(v + 88.2)) / sum((t - 0.08)^2) = 0.36 / 0.016; at 0.16 s the line is at -86.4.
  expect(row[3]).toBeCloseTo(22.5, 8);
  expect(row[1]).toBeCloseTo(-86.4, 8);
});

test("nothing is trusted until a line can be drawn, and everything after many reports", () => {
  const row = new Float64Array(trend.stateSize);
  expect(confidence(trend, row)).toBe(0);
  observeReport(trend, row, new Float64Array([-90, -90]));
  expect(confidence(trend, row)).toBe(0);
  for (let n = 0; n < 300; n++) observeReport(trend, row, new Float64Array([-90, -90]));
  expect(confidence(trend, row)).toBeGreaterThan(0.99);
});

test("a cell that comes up from below what can be heard starts its line afresh instead of leaping", () => {
  const row = new Float64Array(trend.stateSize);
  for (let n = 0; n < 10; n++) observeReport(trend, row, new Float64Array([-90, UNHEARD_DBM]));
  observeReport(trend, row, new Float64Array([-90, -110]));
  expect([row[2], row[4]]).toEqual([-110, 0]);
});

test("a row that a lossy compression has bent is brought back to where states can be", () => {
  const row = new Float64Array(trend.stateSize).fill(5);
  row[0] = -0.2;
  tidyRow(trend, row);
  expect([...row]).toEqual(new Array(trend.stateSize).fill(0));
});
