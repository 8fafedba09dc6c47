import { expect, test } from "vitest";
import { checkKpiRows, type GapDefinition, gapClosedRows, type UnitResult } from "#core";

const gap: GapDefinition = { metric: "m", floor: "cold", ceiling: "full" };
const experiment = { name: "e", domain: "ran", kind: "simulated" } as const;

/** Returns one unit a world with `right` of `trials`. */
function units(arm: string, right: readonly number[], trials = 10): readonly UnitResult<"ran">[] {
  return right.map((sum, i) => ({
    domain: "ran",
    scenario: "s",
    arm,
    seed: i,
    unit: `w${i}`,
    group: `w${i}`,
    tallies: { m: { sum, weight: trials } },
  }));
}

const cold = units("cold", [2, 3, 2, 3, 2]);
const full = units("full", [8, 9, 8, 9, 8]);

test("halfway between the ends is 0.5, the ends have no row, and the row is checked", () => {
  const rows = checkKpiRows(
    gapClosedRows(experiment, gap, [...cold, ...full, ...units("pca", [5, 6, 5, 6, 5])]),
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ arm: "pca", metric: "gapClosed", unit: "1", n: 5, seeds: 5 });
  expect(rows[0].value).toBeCloseTo(0.5, 12);
  expect(rows[0].ci95[0]).toBeCloseTo(0.5, 12);
});

test("an arm worse than the floor closes a negative share, one better than the ceiling more than all", () => {
  const rows = gapClosedRows(experiment, gap, [
    ...cold,
    ...full,
    ...units("noise", [1, 2, 1, 2, 1]),
    ...units("oracle", [9, 10, 9, 10, 9]),
  ]);
  expect(rows.map(({ value }) => Math.sign((value ?? 0) - 1))).toEqual([-1, 1]);
  expect(rows[0].value).toBeLessThan(0);
});

test("where the whole state gains nothing for sure there is no gap to close: null, not a ratio of noise", () => {
  const useless = units("full", [1, 4, 2, 3, 2]);
  const [row] = gapClosedRows(experiment, gap, [...cold, ...useless, ...units("pca", [5, 6, 5, 6, 5])]);
  expect([row.value, row.ci95]).toEqual([null, [null, null]]);
});

test("where the whole state loses there is no gap: the arm that loses most would have the best score", () => {
  const harmful = units("full", [0, 1, 0, 1, 0]);
  const worst = units("shuffled", [0, 0, 0, 0, 0]);
  const [row] = gapClosedRows(experiment, gap, [...cold, ...harmful, ...worst]);
  expect([row.value, row.ci95]).toEqual([null, [null, null]]);
});

test("fewer than five worlds are no guard against noise, and so give no value", () => {
  const four = (all: readonly UnitResult<"ran">[]) => all.slice(0, 4);
  const [row] = gapClosedRows(experiment, gap, [...four(cold), ...four(full), ...units("pca", [5, 6, 5, 6])]);
  expect(row.value).toBeNull();
});

test("without both ends there are no rows, and worlds that an arm did not see are left out", () => {
  expect(gapClosedRows(experiment, gap, [...cold, ...units("pca", [5, 6, 5, 6, 5])])).toEqual([]);
  const [row] = gapClosedRows(experiment, gap, [...cold, ...full, ...units("pca", [5, 6])]);
  expect(row.n).toBe(2);
});
