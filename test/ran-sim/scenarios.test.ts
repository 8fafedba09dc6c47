import { describe, expect, test } from "vitest";
import { checkKpiRows, poolUnits } from "#core";
import { createRanExperiment } from "../../ran-sim/experiment.ts";
import { loadRanScenario, ranScenarioNames, ranScenarios } from "../../ran-sim/scenario-file.ts";
import { createSyntheticWorld } from "../../ran-sim/synthetic-world.ts";
import { createRadioSample } from "../../ran-sim/world.ts";

const named = ["hex-uma", "hex-umi", "highway-rma", "indoor", "manhattan", "rail", "two-cell"];

test("the scenarios that the guide promises are shipped, each with a summary and its own name", () => {
  expect(ranScenarioNames()).toEqual(expect.arrayContaining(named));
  for (const { name, summary } of ranScenarios()) {
    expect(loadRanScenario(name).name).toBe(name);
    expect(summary).toMatch(/\w.*(sites|users|phones)/);
  }
});

// One contract over every scenario that is shipped.
describe.each(ranScenarioNames())("%s", (name) => {
  const small = loadRanScenario(name, [
    { path: "mobility.users", value: 12 },
    { path: "durationS", value: 6 },
    { path: "warmUpS", value: 1 },
  ]);

  test("everything is finite, inside what a phone can hear, and the same when asked for again, in any order", () => {
    const world = createSyntheticWorld(small, 1);
    const again = createSyntheticWorld(small, 1);
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
    const { layout, cellCount, cellNames } = createSyntheticWorld(small, 1, { endless: true });
    expect(layout.cells.map((cell) => cell.name)).toEqual(cellNames);
    expect(layout.cells).toHaveLength(cellCount);
    expect(layout.cells.every(({ site }) => layout.sites[site] !== undefined)).toBe(true);
    expect(layout.isdM).toBeGreaterThan(0);
    expect([...layout.latticeM.flat(), ...layout.sites.flatMap(({ xM, yM }) => [xM, yM])]).toSatisfy(
      (numbers: number[]) => numbers.every(Number.isFinite),
    );
  });

  test("phones are handed over, the same way twice", async () => {
    const run = async () => {
      const experiment = createRanExperiment({
        scenario: small,
        seeds: [3],
        arms: ["a3-set3", "cold", "full"],
      });
      return experiment.runShard(experiment.shards[0]);
    };
    const first = await run();
    expect(await run()).toEqual(first);
    const experiment = createRanExperiment({
      scenario: small,
      seeds: [3],
      arms: ["a3-set3", "cold", "full"],
    });
    const rows = checkKpiRows(poolUnits(experiment, first.units));
    expect(rows.every(({ value }) => value === null || Number.isFinite(value))).toBe(true);
    expect(rows.find(({ arm, metric }) => arm === "full" && metric === "handovers")?.value).toBeGreaterThan(
      0,
    );
  });
});
