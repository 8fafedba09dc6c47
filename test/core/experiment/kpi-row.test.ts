import { expect, test } from "vitest";
import { checkKpiRows, type KpiRow, kpiRowSchema } from "#core";

const row: KpiRow<"ran"> = {
  experiment: "e",
  domain: "ran",
  kind: "simulated",
  scenario: "s",
  arm: "cold",
  metric: "handovers",
  unit: "1",
  value: 3,
  ci95: [1, 5],
  n: 2,
  seeds: 2,
};

test("good rows pass as they are: undefined values, no interval, a source, weights that are no integers", () => {
  const rows = [
    row,
    { ...row, metric: "pingPongRate", value: null, ci95: [null, null] as const },
    { ...row, metric: "handoversPerUeMinute", n: 2.5, seeds: 0 },
    { ...row, metric: "prefillTokensPerHop", kind: "cited" as const, source: "arXiv 2605.00593" },
    { ...row, metric: "interruptionMs.p50", ci95: [3, 3] as const },
    { ...row, metric: "shortStayRate", value: 0, atMost: { independent: 0.1, byGroup: 0.5, groups: 3 } },
    { ...row, metric: "exactMatch", value: 1, atLeast: { independent: 0.9, byGroup: null, groups: 3 } },
  ];
  expect(checkKpiRows(rows)).toBe(rows);
});

test.each<[string, Record<string, unknown>, string]>([
  ["a value that is not finite", { value: Number.NaN }, "value"],
  ["an infinite bound", { ci95: [0, Number.POSITIVE_INFINITY] }, "ci95"],
  ["half an interval", { ci95: [null, 5] }, "ci95"],
  ["an interval that ends before it begins", { ci95: [5, 1] }, "ci95"],
  ["a third domain", { domain: "phone" }, "domain"],
  ["a fifth kind", { kind: "guessed" }, "kind"],
  ["a negative count", { n: -1 }, "n"],
  ["half a seed", { seeds: 1.5 }, "seeds"],
  ["no unit", { unit: "" }, "unit"],
  ["a bound without its groups", { atMost: { independent: 0.1, byGroup: 0.5 } }, "atMost"],
  ["a column that does not belong", { percent: 3 }, "percent"],
  ["a cited number without its source", { kind: "cited" }, "a cited row names its source"],
])("%s is refused, and named", (_what, change, named) => {
  const broken = { ...row, ...change } as KpiRow;
  expect(kpiRowSchema.safeParse(broken).success).toBe(false);
  expect(() => checkKpiRows([row, { ...broken, arm: "full" }])).toThrow(RangeError);
  expect(() => checkKpiRows([broken])).toThrow(named);
});

test("a missing column is refused", () => {
  for (const name of Object.keys(row)) {
    const { [name as keyof KpiRow]: _, ...rest } = row;
    expect([name, kpiRowSchema.safeParse(rest).success]).toEqual([name, false]);
  }
});

test("the same experiment, scenario, arm and metric twice is refused; any one of them other is not", () => {
  expect(() => checkKpiRows([row, { ...row, value: 4 }])).toThrow("occurs twice");
  const others = ["experiment", "scenario", "arm", "metric"].map((name) => ({ ...row, [name]: "other" }));
  expect(checkKpiRows([row, ...others])).toHaveLength(5);
});
