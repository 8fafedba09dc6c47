import { expect, test } from "vitest";
import { loadAgentScenario, openMeasuredModel } from "../../../agent-sim/index.ts";
import { createMeasuredExperiment } from "../../../agent-sim/measured/experiment.ts";
import { type KpiRow, poolUnits, type UnitResult } from "../../../core/index.ts";

const ARMS = ["text", "latent", "slots"];

/** Returns the exact match of arms on documents of a seed, through the committed weights. */
async function exactMatches(seed: number): Promise<readonly KpiRow[]> {
  const settings = { "measured.facts": [2, 12], "measured.documents": 8 };
  const measured = await openMeasuredModel();
  const experiment = createMeasuredExperiment({
    scenario: loadAgentScenario(
      "default",
      Object.entries(settings).map(([path, value]) => ({ path, value })),
    ),
    arms: ARMS,
    seeds: [seed],
    measured,
    nowS: () => 0,
  });
  const units: UnitResult<"agent">[] = [];
  for (const shard of experiment.shards) units.push(...(await experiment.runShard(shard)).units);
  await measured.model.close();
  return poolUnits(experiment, units).filter(
    ({ metric, scenario }) => metric === "exactMatch" && scenario === "default",
  );
}

test("documents of another seed score the same within the interval", { timeout: 120_000 }, async () => {
  const [first, second] = [await exactMatches(11), await exactMatches(12)];
  expect(first.map(({ arm }) => arm)).toEqual(ARMS);
  for (const [i, row] of first.entries()) {
    const [lo, hi] = row.ci95;
    const [otherLo, otherHi] = second[i].ci95;
    expect(second[i].value, row.arm).not.toBeNull();
    expect(lo ?? 0, row.arm).toBeLessThanOrEqual(otherHi ?? 0);
    expect(otherLo ?? 0, row.arm).toBeLessThanOrEqual(hi ?? 0);
  }
});
