import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formerRanArms } from "../../ran-sim/hand-off/arms.ts";
import { createReplayExperiment } from "../../ran-sim/replay-experiment.ts";
import { parseRanScenario } from "../../ran-sim/scenario.ts";
import type { MultiCellTrace } from "../../ran-sim/trace/multi-cell-trace.ts";
import { readTraces } from "../../ran-sim/trace/read-traces.ts";
import { sharedPath, testWithShared } from "../support/shared-data.ts";
import { roughWorld } from "./support/worlds.ts";

/** A trace of one phone in a rough world. */
function traceOf(seed: number, group: string): MultiCellTrace {
  const world = roughWorld(seed, { ueCount: 1, tickCount: 1500 });
  const { cellCount, tickCount } = world;
  const rsrpDbm = new Float64Array(tickCount * cellCount);
  const sinrDb = new Float64Array(tickCount * cellCount);
  const out = { rsrpDbm: new Float32Array(cellCount), sinrDb: new Float32Array(cellCount) };
  for (let tick = 0; tick < tickCount; tick++) {
    world.radioAt(tick, out);
    rsrpDbm.set(out.rsrpDbm, tick * cellCount);
    sinrDb.set(out.sinrDb, tick * cellCount);
  }
  return { name: `t${seed}`, cellIds: ["0", "1", "2", "3"], sampleMs: 10, tickCount, rsrpDbm, sinrDb, group };
}

const scenario = parseRanScenario({ network: { memory: "trend" } }, "test");

test("a fitted arm is refused when there is no other group to fit it on, and left out of the defaults", async () => {
  const traces = [traceOf(1, "g"), traceOf(2, "g")];
  expect(() => createReplayExperiment({ name: "x", traces, scenario, arms: ["cold", "pca"] })).toThrow(
    /arms pca: expected traces of at least two groups.*got 1 group of 2 traces/,
  );
  const experiment = createReplayExperiment({ name: "x", traces, scenario });
  expect(experiment.arms).toEqual(["a3-set3", "cold", "whole", "raw"]);
});

test("every arm runs on traces of two groups, and results do not depend on the order of shards", async () => {
  const traces = [traceOf(1, "g"), traceOf(2, "h"), traceOf(3, "h")];
  const arms = ["cold", "whole", "pca", "raw", "random-projection", "another", "mean", "noise"];
  const results = async (order: readonly number[]) => {
    const experiment = createReplayExperiment({ name: "x", traces, scenario, arms });
    const byKey = new Map<string, unknown>();
    for (const i of order) {
      const shard = experiment.shards[i];
      byKey.set(shard.key, (await experiment.runShard(shard)).units);
    }
    return experiment.shards.map(({ key }) => byKey.get(key));
  };
  const forwards = await results([0, 1, 2]);
  expect(await results([2, 0, 1])).toEqual(forwards);
  expect(forwards.flat().length).toBe(arms.length * traces.length);
});

test("every arm replays under its name of now, by whatever name it is asked for", async () => {
  const traces = [traceOf(1, "g"), traceOf(2, "h")];
  for (const [former, now] of Object.entries(formerRanArms)) {
    const replay = async (arm: string) => {
      const experiment = createReplayExperiment({ name: "x", traces, scenario, arms: [arm] });
      expect(experiment.arms).toEqual([now]);
      return experiment.runShard(experiment.shards[0]);
    };
    expect(await replay(former)).toEqual(await replay(now));
  }
});

test("lookup learns from other groups of the same cells only, and says so when there are none", async () => {
  const alone = [traceOf(1, "g"), traceOf(2, "g")];
  expect(() => createReplayExperiment({ name: "x", traces: alone, scenario, arms: ["lookup"] })).toThrow(
    /arms lookup: expected traces of at least two groups/,
  );
  const elsewhere = { ...traceOf(2, "h"), cellIds: ["4", "5", "6", "7"] };
  const apart = createReplayExperiment({
    name: "x",
    traces: [traceOf(1, "g"), elsewhere],
    scenario,
    arms: ["lookup"],
  });
  expect(() => apart.runShard(apart.shards[0])).toThrow(
    /t1, arm lookup: expected other groups over the same cells/,
  );
  // A journey that is also recorded in another group is looked up there, and followed better than by a journey elsewhere.
  const failuresBeside = async (other: MultiCellTrace): Promise<number> => {
    const traces = [traceOf(1, "g"), other];
    const experiment = createReplayExperiment({ name: "x", traces, scenario, arms: ["lookup"] });
    const { units } = await experiment.runShard(experiment.shards[0]);
    const { radioLinkFailures, handoverAttempts } = units[0].tallies;
    expect("sum" in handoverAttempts && handoverAttempts.sum > 0).toBe(true);
    return "sum" in radioLinkFailures ? radioLinkFailures.sum : Number.NaN;
  };
  const again = { ...traceOf(1, "h"), name: "again" };
  expect(await failuresBeside(again)).toBeLessThanOrEqual(await failuresBeside(traceOf(5, "h")));
});

test("an unknown arm names the nearest; the compatibility mode knows only the published rules", () => {
  const traces = [traceOf(1, "g")];
  expect(() => createReplayExperiment({ name: "x", traces, scenario, arms: ["whol"] })).toThrow(
    /did you mean "whole"/,
  );
  expect(() => createReplayExperiment({ name: "x", traces, scenario, arms: ["cold"], compat: true })).toThrow(
    /expected one of a3-published/,
  );
});

/** Names of the sets in karlsruhe_3gpp_events.json, by arm. */
const publishedSets: Readonly<Record<string, string>> = {
  "a3-published": "kit_default",
  "a3-set1": "set1_480ms_3dB_K4",
  "a3-set2": "set2_160ms_3dB_K4",
  "a3-set3": "set3_160ms_2dB_K1",
  "a3-set4": "set4_80ms_1dB_K1",
  "a3-set5": "set5_40ms_-1dB_K0",
};

testWithShared("the compatibility mode counts what the published lists hold", async () => {
  const input = readTraces(sharedPath("data", "karlsruhe", "30kmh_10.csv.gz"));
  if (input.kind !== "multi-cell") throw new Error("expected a multi-cell trace");
  const { vectors } = JSON.parse(readFileSync(sharedPath("vectors", "karlsruhe_3gpp_events.json"), "utf8"));
  const experiment = createReplayExperiment({
    name: "karlsruhe",
    traces: input.traces,
    scenario,
    compat: true,
  });
  const { units } = await experiment.runShard(experiment.shards[0]);
  expect(units.length).toBe(6);
  for (const { arm, tallies } of units) {
    const list = vectors.find(
      (one: { trace: string; set: string }) => one.trace === "30kmh_10" && one.set === publishedSets[arm],
    );
    expect(tallies).toMatchObject({
      handoverAttempts: { sum: list.ho_exec_start.length },
      handovers: { sum: list.ho_done.length },
      radioLinkFailures: { sum: list.rlf.length },
      shortStays: { sum: list.short_stay.length },
      pingPongs: { sum: list.aba_pingpong },
    });
  }
});
