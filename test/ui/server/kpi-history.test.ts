import { expect, test } from "vitest";
import type { KpiRow } from "#core";
import { emptyHistory, historyCapacity, historyColumns, withPoint } from "../../../ui/server/kpi-history.ts";

const row = (value: number | null): KpiRow => ({
  experiment: "e",
  domain: "ran",
  kind: "simulated",
  scenario: "s",
  arm: "a",
  metric: "m",
  unit: "1",
  value,
  ci95: value === null ? [null, null] : [value - 1, value + 1],
  n: 1,
  seeds: 1,
});

test("stays bounded and keeps the start and the end of a run that goes on for ever", () => {
  let history = emptyHistory;
  for (let t = 0; t < 10_000; t++) history = withPoint(history, t, row(t));
  expect(history.timeS.length).toBeLessThanOrEqual(historyCapacity);
  expect(history.timeS[0]).toBe(0);
  expect(history.timeS.at(-1)).toBe(9999);
  expect(history.timeS).toEqual([...history.timeS].sort((a, b) => a - b));
});

test("replaces the last point when time has not moved", () => {
  const history = withPoint(withPoint(emptyHistory, 5, row(1)), 5, row(2));
  expect(history.value).toEqual([2]);
});

test("writes what is undefined as NaN", () => {
  const { pointS, value, low, high } = historyColumns(withPoint(emptyHistory, 1, row(null)));
  expect([...pointS, ...value, ...low, ...high]).toEqual([1, Number.NaN, Number.NaN, Number.NaN]);
});
