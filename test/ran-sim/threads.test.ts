import { expect, test } from "vitest";
import { poolUnits, type UnitResult } from "#core";
import { runOnThreads } from "#core/node";
import { createRanExperiment } from "../../ran-sim/experiment.ts";
import { loadRanScenario } from "../../ran-sim/scenario-file.ts";

test("rules, learned arms and fitted ones have the same rows bit for bit on one thread and on two", async () => {
  const scenario = loadRanScenario("hex-uma", [
    { path: "layout.sites", value: 1 },
    { path: "mobility.users", value: 6 },
    { path: "durationS", value: 3 },
    { path: "warmUpS", value: 1 },
    { path: "tickMs", value: 20 },
    { path: "training.worlds", value: 1 },
    { path: "training.durationS", value: 4 },
  ]);
  const run = async (threads: number) => {
    const arms = ["a3-tuned", "cold", "latent", "pca", "another"];
    const experiment = createRanExperiment({ scenario, seeds: [1, 2, 3, 4, 5, 6], arms });
    let saved = 0;
    const results = await runOnThreads(
      {
        ...experiment,
        // This thread begins when the other one has run a shard.
        async runShard(shard, options = {}) {
          while (threads > 1 && saved === 0) await options.pause?.();
          return experiment.runShard(shard, options);
        },
      },
      {
        threads,
        nowS: () => 0,
        save: async () => {
          saved++;
        },
      },
    );
    const units = results.flatMap((result) => result.units as readonly UnitResult<"ran">[]);
    return { kpis: poolUnits(experiment, units), tables: results.map(({ tables }) => tables) };
  };
  const one = await run(1);
  expect(one.kpis.some(({ metric, value }) => metric === "handovers" && value !== 0)).toBe(true);
  expect(await run(2)).toEqual(one);
});
