import { beforeAll, describe, expect, test } from "vitest";
import { checkKpiRows, poolUnits } from "#core";
import { ranMetrics } from "../../ran-sim/metrics/ran-metrics.ts";
import { runWorld } from "../../ran-sim/run-world.ts";
import { loadRanScenario, ranScenarioNames, ranScenarios } from "../../ran-sim/scenario-file.ts";
import { createSyntheticWorld } from "../../ran-sim/synthetic-world.ts";
import { createRadioSample, type SyntheticWorld } from "../../ran-sim/world.ts";

const named = [
  "hex-uma",
  "hex-umi",
  "highway-rma",
  "indoor",
  "manhattan",
  "rail",
  "tr36839-macro",
  "two-cell",
  "walk",
];

test("the scenarios that the guide promises are shipped, each with a summary and its own name", () => {
  expect(ranScenarioNames()).toEqual(expect.arrayContaining(named));
  for (const { name, summary } of ranScenarios()) {
    expect(loadRanScenario(name).name).toBe(name);
    expect(summary).toMatch(/\w.*(sites|users|phones)/);
  }
});

// TR 38.901 (7.6-18): LOS_soft = 1/2 + arctan(sqrt(20 / lambda) (G + F)) / pi, G with the correlation distance d of Table
// 7.6.3.1-2. From 10 % to 90 % G has to change by 2 tan(0.4 pi) sqrt(lambda / 20), at sqrt(2) / d per metre, the rms slope of
// a field of correlation exp(-(x / d)^2). The default of 15 m is what this gives at 3.5 GHz.
test.each([
  ["hex-uma", 50],
  ["highway-rma", 60],
  ["indoor", 10],
])(
  "line of sight in %s comes and goes over the length that 7.6.3.3 gives at its carrier",
  (name, distanceM) => {
    const { carrierGhz, losTransitionM } = loadRanScenario(name).radio;
    const lambdaM = 0.3 / carrierGhz;
    const widthM = (2 * Math.tan(0.4 * Math.PI) * Math.sqrt(lambdaM / 20) * distanceM) / Math.SQRT2;
    expect(Math.abs(losTransitionM - widthM)).toBeLessThan(1);
  },
);

// One contract over every scenario that is shipped.
describe.each(ranScenarioNames())("%s", (name) => {
  const small = loadRanScenario(name, [
    { path: "network.memory", value: "trend" },
    { path: "mobility.users", value: 20 },
    { path: "durationS", value: 8 },
    { path: "warmUpS", value: 1 },
  ]);
  let world: SyntheticWorld;
  let again: SyntheticWorld;
  beforeAll(() => {
    world = createSyntheticWorld(small, 1);
    again = createSyntheticWorld(small, 1);
  }, 60_000);

  test("everything is finite, inside what a phone can hear, and the same when asked for again, in any order", () => {
    const sample = createRadioSample(world);
    const repeated = createRadioSample(again);
    const ticks = [0, 1, 350, 700, 2];
    const samples = ticks.map((tick) => {
      world.radioAt(tick, sample);
      return { rsrpDbm: sample.rsrpDbm.slice(), sinrDb: sample.sinrDb.slice() };
    });
    for (const [i, tick] of [...ticks.entries()].reverse()) {
      again.radioAt(tick, repeated);
      expect(repeated).toEqual(samples[i]);
    }
    for (const { rsrpDbm, sinrDb } of samples) {
      expect(rsrpDbm.every((level) => level > -300 && level < 0)).toBe(true);
      expect(sinrDb.every((ratio) => ratio > -250 && ratio < 100)).toBe(true);
    }
    expect(world.cellNames).toHaveLength(world.cellCount);
    expect(new Set(world.cellNames).size).toBe(world.cellCount);
  });

  test("there is a picture of it: sites, cells on them and finite vectors", () => {
    const { layout, cellCount, cellNames } = world;
    expect(layout.cells.map((cell) => cell.name)).toEqual(cellNames);
    expect(layout.cells).toHaveLength(cellCount);
    expect(layout.cells.every(({ site }) => layout.sites[site] !== undefined)).toBe(true);
    expect(layout.isdM).toBeGreaterThan(0);
    const numbers = [...layout.latticeM.flat(), ...layout.sites.flatMap(({ xM, yM }) => [xM, yM])];
    expect(numbers.every(Number.isFinite)).toBe(true);
  });

  test("phones are handed over, the same way in a world made twice from one seed", async () => {
    const arms = ["a3-set3", "cold", "whole"];
    const run = async (one: SyntheticWorld) =>
      (await runWorld({ world: one, scenario: small, arms, seed: 1 })).map(({ arm, tallies, events }) => ({
        arm,
        tallies,
        events,
      }));
    const results = await run(world);
    expect(await run(again)).toEqual(results);
    const about = { domain: "ran", scenario: name, seed: 1, unit: "1", group: "1" } as const;
    const rows = checkKpiRows(
      poolUnits(
        { name: "ran", domain: "ran", kind: "simulated", metrics: ranMetrics },
        results.map(({ arm, tallies }) => ({ ...about, arm, tallies })),
      ),
    );
    expect(rows.every(({ value }) => value === null || Number.isFinite(value))).toBe(true);
    expect(rows.find(({ arm, metric }) => arm === "whole" && metric === "handovers")?.value).toBeGreaterThan(
      0,
    );
  });
});
