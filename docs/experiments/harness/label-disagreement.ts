// The failure figure of the paper, as far as it can be made out: handovers that a label from clean measurements would not have made.
import type { MetricDefinition, Shard, ShardResult, UnitResult } from "#core";
import { createSyntheticWorld, type RanScenario } from "#ran-sim";

/**
 * Share of handovers whose target is not the cell of the highest RSRP, at the instant of the request, in the same world without its
 * perturbations. It says how far a decision is from one on clean measurements, and nothing about service: a rule that reads the
 * perturbed ones loses by construction, also where it is right to follow them.
 */
export const labelDisagreement: MetricDefinition = {
  metric: "labelDisagreement",
  unit: "1",
  pooling: { by: "share" },
};

/** Returns the units with the tally of {@link labelDisagreement}; `clean` is their scenario without perturbations. */
export function withDisagreement(
  clean: RanScenario,
  { seed }: Shard,
  { units, tables }: ShardResult<"ran">,
): readonly UnitResult<"ran">[] {
  const world = createSyntheticWorld(clean, seed ?? 0);
  const { ueCount, cellCount, cellNames } = world;
  const sample = {
    rsrpDbm: new Float32Array(ueCount * cellCount),
    sinrDb: new Float32Array(ueCount * cellCount),
  };
  const handovers = (tables.handovers ?? [])
    .filter(({ requested_s }) => requested_s !== null && Number(requested_s) >= clean.warmUpS)
    .map(({ requested_s, ue, arm, target }) => ({
      tick: Math.round((Number(requested_s) * 1000) / world.tickMs),
      ue: Number(ue),
      arm: String(arm),
      target,
    }))
    .sort((a, b) => a.tick - b.tick);
  const counts = new Map<string, { sum: number; weight: number }>(
    units.map(({ arm }) => [arm, { sum: 0, weight: 0 }]),
  );
  let at = -1;
  for (const { tick, ue, arm, target } of handovers) {
    if (tick !== at) world.radioAt(tick, sample);
    at = tick;
    const row = sample.rsrpDbm.subarray(ue * cellCount, (ue + 1) * cellCount);
    const label = row.reduce((best, dbm, cell) => (dbm > row[best] ? cell : best), 0);
    const count = counts.get(arm);
    if (count === undefined) continue;
    count.weight++;
    if (cellNames[label] !== target) count.sum++;
  }
  return units.map((unit) => ({
    ...unit,
    tallies: { ...unit.tallies, labelDisagreement: counts.get(unit.arm) ?? { sum: 0, weight: 0 } },
  }));
}
