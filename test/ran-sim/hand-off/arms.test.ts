import { describe, expect, test } from "vitest";
import { poolUnits } from "#core";
import { createRanExperiment } from "../../../ran-sim/experiment.ts";
import {
  checkArms,
  checkSyntheticArms,
  formerRanArms,
  liveRanArms,
  ranArmName,
  ranArmNames,
} from "../../../ran-sim/hand-off/arms.ts";
import { createRanLive } from "../../../ran-sim/live.ts";
import { loadRanScenario } from "../../../ran-sim/scenario-file.ts";

const tiny = loadRanScenario("hex-uma", [
  { path: "network.memory", value: "trend" },
  { path: "layout.sites", value: 1 },
  { path: "mobility.users", value: 6 },
  { path: "durationS", value: 5 },
  { path: "warmUpS", value: 1 },
  { path: "training.worlds", value: 1 },
  { path: "training.durationS", value: 4 },
]);

test("a former name is no name of now, and leads to one", () => {
  for (const [former, now] of Object.entries(formerRanArms)) {
    expect(ranArmNames).not.toContain(former);
    expect(ranArmNames).toContain(now);
    expect(ranArmName(former)).toBe(now);
  }
  for (const name of [...ranArmNames, "toString", "no-arm"]) expect(ranArmName(name)).toBe(name);
});

describe.each(Object.entries(formerRanArms))("the arm that was %s and is %s", (former, now) => {
  test("gives the same rows and events by either name, under the new one", async () => {
    const run = async (arm: string) => {
      const experiment = createRanExperiment({ scenario: tiny, seeds: [1], arms: ["cold", arm] });
      expect(experiment.arms).toEqual(["cold", now]);
      const { units, tables } = await experiment.runShard(experiment.shards[0]);
      return { rows: poolUnits(experiment, units), tables };
    };
    const byFormer = await run(former);
    expect(byFormer).toEqual(await run(now));
    expect(byFormer.rows.some(({ arm, value }) => arm === now && value !== null && value > 0)).toBe(true);
  });

  test("is the same point of a sweep by either name", async () => {
    const run = async (arm: string) => {
      const variant = { name: "point", arm, loops: "both" as const, scenario: tiny };
      const experiment = createRanExperiment({ scenario: tiny, seeds: [1], arms: [], variants: [variant] });
      return (await experiment.runShard(experiment.shards[0])).units;
    };
    expect(await run(former)).toEqual(await run(now));
  });

  test("runs live under the new name", async () => {
    expect(liveRanArms.map(({ name }) => name)).toContain(now);
    const live = await createRanLive({ scenario: tiny, arm: former, worlds: 1 });
    await live.advance(200);
    expect(new Set(live.kpis().map(({ arm }) => arm))).toEqual(new Set([now]));
  });

  test("cannot be named twice, under both names", () => {
    expect(() => checkArms([former, now], ranArmNames)).toThrow(`"${now}" twice`);
    expect(checkSyntheticArms([former])).toEqual([now]);
  });
});
