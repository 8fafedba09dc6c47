import { expect, test } from "vitest";
import { type MetricDefinition, poolUnits, type UnitResult } from "#core";
import { formulaRows } from "../../../core/experiment/formula-rows.ts";
import { parseFormulas } from "../../../core/experiment/kpi-formula.ts";
import { liveFormulas, poolWithFormulas } from "../../../core/experiment/live-formulas.ts";

const metrics: readonly MetricDefinition[] = Array.from({ length: 40 }, (_, i) => ({
  metric: `m${i}`,
  unit: "1",
  pooling: { by: "ratio" },
}));
const experiment = { name: "e", domain: "ran", kind: "simulated", metrics } as const;
const units: readonly UnitResult<"ran">[] = Array.from({ length: 9 }, (_, w) => ({
  domain: "ran",
  scenario: "s",
  arm: "a",
  seed: w,
  unit: `w${w}`,
  group: `w${w}`,
  tallies: { m0: { sum: w * w, weight: 10 }, m1: { sum: 7 - w, weight: 5 } },
}));

test("no formula needs no promise, and adds no row", () => {
  const none = liveFormulas([], metrics);
  expect(none).toEqual({ formulas: [], problems: [] });
  if (none instanceof Promise) throw new Error("a promise of nothing");
  expect(poolWithFormulas(experiment, none, units)).toEqual(poolUnits(experiment, units));
});

test("live rows of formulas are those of a stored run, behind the metrics", async () => {
  const texts = ["x = m0 / m1 + 1", "same = m0"];
  const rows = poolWithFormulas(experiment, await liveFormulas(texts, metrics), units);
  const stored = formulaRows(experiment, await parseFormulas(texts, metrics), units);
  expect(rows).toEqual([...poolUnits(experiment, units), ...stored]);
  expect(rows.map(({ metric }) => metric)).toEqual(["m0", "m1", "x", "same"]);
  expect(rows[3]).toMatchObject({ value: rows[0].value, ci95: rows[0].ci95 });
});

test("a formula that cannot be used is one line, and the others are shown", async () => {
  const { formulas, problems } = await liveFormulas(
    ["a = m0", "b = sum(1:1e9)", "c = 1e6!", "d = nothing * 2", "e = m1 + a", "a = m2", "f = m1"],
    metrics,
  );
  expect(formulas.map(({ name }) => name)).toEqual(["a", "f"]);
  expect(problems).toHaveLength(5);
  for (const [i, name] of ["b", "c", "d", "e", "a"].entries()) {
    expect(problems[i]).toMatch(new RegExp(`^KPI formula "${name}": expected .*, got `));
    expect(problems[i]).not.toContain("\n");
  }
});

test("formulas that together would take long are left out, each with a line", async () => {
  const wide = `wide = ${metrics.map(({ metric }) => metric).join(" + ")}`;
  const long = `m0${" + m0".repeat(90)}`;
  const { formulas, problems } = await liveFormulas(
    [
      wide,
      `a = ${long}${" ".repeat(300)} + m1${" ".repeat(200)} + 1`,
      `b = ${long}`,
      `c = ${long}`,
      `d = ${long}`,
      "e = m2",
    ],
    metrics,
  );
  expect(formulas.map(({ name }) => name)).toEqual(["a", "b", "c", "e"]);
  expect(problems).toEqual([
    expect.stringMatching(
      /^KPI formula "wide" of a live run: expected formulas of at most 30 metrics .*, got/,
    ),
    expect.stringMatching(/^KPI formula "d" of a live run: expected .* 2000 characters in all, got/),
  ]);
});

test("however many are broken, few lines say so", async () => {
  const { problems } = await liveFormulas(
    Array.from({ length: 200 }, (_, i) => `x${i} = y`),
    metrics,
  );
  expect(problems).toHaveLength(6);
  expect(problems[5]).toBe("And 195 more KPI formulas.");
});
