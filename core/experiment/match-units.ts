import type { UnitResult } from "./metric.ts";

/** The tallies of units that several arms have, side by side; each list is [match]. */
export interface MatchedUnits {
  /** [arm][match] */
  readonly sums: readonly (readonly number[])[];
  /** [arm][match] */
  readonly weights: readonly (readonly number[])[];
  readonly groups: readonly string[];
  /** The training seed; 0 where no arm has one. */
  readonly rows: readonly number[];
  readonly seeds: readonly (number | null)[];
}

/**
 * Returns the tallies of `metric` in the units that all `arms` have, matched by seed, name and training seed. A unit without a
 * training seed stands beside those of every one: nothing trained it, so it is the same for all.
 *
 * Units without the metric are left out. Throws RangeError for samples, and when two units of an arm are the same.
 */
export function matchUnits(metric: string, arms: readonly (readonly UnitResult[])[]): MatchedUnits {
  const keyOf = ({ seed, unit }: UnitResult, trained: number | undefined): string =>
    JSON.stringify([seed, unit, trained ?? null]);
  const byKey = arms.map((units) => {
    const map = new Map(units.map((unit) => [keyOf(unit, unit.trainingSeed), unit]));
    if (map.size !== units.length) {
      throw new RangeError(`two units of "${units[0].arm}" have the same seed and name`);
    }
    return map;
  });
  const trainedSeeds = [...new Set(arms.flat().flatMap(({ trainingSeed }) => trainingSeed ?? []))].sort(
    (a, b) => a - b,
  );
  const columns = arms.map(() => ({ sums: [] as number[], weights: [] as number[] }));
  const groups: string[] = [];
  const rows: number[] = [];
  const seeds: (number | null)[] = [];
  for (const trained of trainedSeeds.length === 0 ? [undefined] : trainedSeeds) {
    for (const first of arms[0] ?? []) {
      if (first.trainingSeed !== undefined && first.trainingSeed !== trained) continue;
      const tallies = byKey.map((units) => {
        const unit = units.get(keyOf(first, trained)) ?? units.get(keyOf(first, undefined));
        return unit?.tallies[metric];
      });
      if (tallies.some((tally) => tally === undefined)) continue;
      for (const [arm, tally] of tallies.entries()) {
        if (tally === undefined || !("sum" in tally)) {
          throw new RangeError(`metric "${metric}" of ${first.unit}: expected sums, got samples`);
        }
        columns[arm].sums.push(tally.sum);
        columns[arm].weights.push(tally.weight);
      }
      groups.push(first.group);
      rows.push(trained ?? 0);
      seeds.push(first.seed);
    }
  }
  return {
    sums: columns.map(({ sums }) => sums),
    weights: columns.map(({ weights }) => weights),
    groups,
    rows,
    seeds,
  };
}
