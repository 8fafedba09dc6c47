import { expect, test } from "vitest";
import { checkKpiRows, createStream, type MetricDefinition, poolUnits, type UnitResult } from "#core";
import { compareArms } from "../../../core/experiment/compare.ts";
import { formulaRows } from "../../../core/experiment/formula-rows.ts";
import { parseFormulas } from "../../../core/experiment/kpi-formula.ts";

const metrics: readonly MetricDefinition[] = [
  { metric: "failuresPerHandover", unit: "1", pooling: { by: "events" } },
  { metric: "pingPongRate", unit: "1", pooling: { by: "share" } },
  { metric: "handoversPerUeMinute", unit: "1/min", pooling: { by: "ratio" } },
  { metric: "handovers", unit: "count", pooling: { by: "total" } },
  { metric: "interruptionMs.p50", unit: "ms", pooling: { by: "quantile", q: 0.5 }, kind: "assumed" },
];
const experiment = { name: "e", domain: "ran", kind: "simulated", metrics } as const;
const random = createStream(1, "formula-rows");

/** Returns twelve worlds of an arm; `failures` scales its failures. */
function worlds(
  arm: string,
  failures: number,
  trainingSeeds: readonly number[] = [],
): readonly UnitResult<"ran">[] {
  return Array.from({ length: 12 }, (_, w) => w).flatMap((w) =>
    (trainingSeeds.length === 0 ? [undefined] : trainingSeeds).map((trainingSeed) => {
      const handovers = 20 + random.integer(20, w, trainingSeed ?? 0);
      return {
        domain: "ran" as const,
        scenario: "s",
        arm,
        seed: w,
        unit: `w${w}`,
        group: `w${w}`,
        ...(trainingSeed === undefined ? {} : { trainingSeed }),
        tallies: {
          failuresPerHandover: {
            sum: Math.round(failures * random.uniform(w, trainingSeed ?? 0, 1) * 9),
            weight: handovers,
          },
          pingPongRate: { sum: 0, weight: handovers },
          handoversPerUeMinute: { sum: handovers, weight: 6 },
          handovers: { sum: handovers, weight: 1 },
          "interruptionMs.p50": {
            samples: Array.from({ length: handovers }, (_, i) => 40 + random.integer(30, w, i, 2)),
          },
        },
      };
    }),
  );
}

for (const [name, units] of [
  ["one training", worlds("cold", 1)],
  ["three trainings", worlds("latent", 1, [1, 2, 3])],
] as const) {
  test(`a formula that is a metric has its value, interval, count and bounds: ${name}`, async () => {
    const pooled = poolUnits(experiment, units);
    for (const { metric } of metrics) {
      const formulas = await parseFormulas(
        [`x = ${/\W/.test(metric) ? `kpi("${metric}")` : metric}`],
        metrics,
      );
      const [row] = formulaRows(experiment, formulas, units);
      const own = pooled.find((one) => one.metric === metric);
      const { source, ...rest } = { ...row, metric };
      expect(source).toBe(`formula: ${formulas[0].text}`);
      expect(rest).toEqual(own);
    }
  });

  test(`a metric that is only rewritten keeps its interval, to rounding: ${name}`, async () => {
    const rewritten = [
      ["failuresPerHandover", "0 + 2 * failuresPerHandover / 2"],
      ["handovers", "handovers * 1"],
      ["handoversPerUeMinute", "handoversPerUeMinute - 0"],
      ["interruptionMs.p50", 'kpi("interruptionMs.p50") + 0'],
    ];
    const formulas = await parseFormulas(
      rewritten.map(([, text], i) => `x${i} = ${text}`),
      metrics,
    );
    const rows = formulaRows(experiment, formulas, units);
    const pooled = poolUnits(experiment, units);
    for (const [i, [metric]] of rewritten.entries()) {
      const own = pooled.find((one) => one.metric === metric);
      expect(rows[i].value).toBeCloseTo(own?.value as number, 10);
      // Quantiles of several trainings are pooled over units, not over (training, world).
      if (metric === "interruptionMs.p50" && name === "three trainings") continue;
      expect(rows[i].ci95[0]).toBeCloseTo(own?.ci95[0] as number, 10);
      expect(rows[i].ci95[1]).toBeCloseTo(own?.ci95[1] as number, 10);
    }
  });
}

test("metrics of one formula are resampled together: what they share does not widen its interval", async () => {
  const units = worlds("cold", 1);
  const formulas = await parseFormulas(
    [
      "same = handovers / handovers + 0 * failuresPerHandover",
      "cost = handoversPerUeMinute * 0.2 + failuresPerHandover * 5",
    ],
    metrics,
  );
  const [same, cost] = checkKpiRows(formulaRows(experiment, formulas, units));
  expect(same).toMatchObject({ value: 1, ci95: [null, null] });
  expect(cost).toMatchObject({ unit: "formula", kind: "simulated", seeds: 12 });
  expect((cost.ci95[0] as number) < (cost.value as number)).toBe(true);
});

test("a formula with a metric that had no event has no interval, and one of assumed numbers is assumed", async () => {
  const formulas = await parseFormulas(
    ["a = failuresPerHandover + pingPongRate", 'b = failuresPerHandover + kpi("interruptionMs.p50")'],
    metrics,
  );
  const [a, b] = formulaRows(experiment, formulas, worlds("cold", 1));
  expect(a.ci95).toEqual([null, null]);
  expect(a.value).toBeGreaterThan(0);
  expect(b.kind).toBe("assumed");
});

test("an arm without one of the metrics has no row of the formula", async () => {
  const units = worlds("cold", 1).map((unit) => ({
    ...unit,
    tallies: { handovers: unit.tallies.handovers },
  }));
  expect(
    formulaRows(experiment, await parseFormulas(["x = handovers + failuresPerHandover"], metrics), units),
  ).toEqual([]);
});

test("two arms are compared on a formula by world: a rewritten metric has the same difference and p-value", async () => {
  const units = [...worlds("cold", 1), ...worlds("latent", 0.3)];
  const formulas = await parseFormulas(["x = failuresPerHandover * 4 / 4"], metrics);
  const rows = compareArms(experiment, units, "cold", formulas);
  const [formula] = rows.filter(({ metric }) => metric === "x");
  const [own] = rows.filter(({ metric }) => metric === "failuresPerHandover");
  expect(formula).toMatchObject({ arm: "latent", reference: "cold", n: 12, pValue: own.pValue });
  expect(formula.difference).toBeCloseTo(own.difference as number, 12);
  expect(formula.ci95[0]).toBeCloseTo(own.ci95[0] as number, 12);
  expect(own.pValue).toBeLessThan(0.05);
});
