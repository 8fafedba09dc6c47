import { quantileSorted } from "simple-statistics";
import { type BootstrapOptions, bootstrapGroups } from "./bootstrap.ts";
import type { GroupedValues } from "./bootstrap-sums.ts";
import { type Grouping, groupUnits, sumByGroup } from "./groups.ts";
import type { IntervalEstimate } from "./interval.ts";

/**
 * Returns the type-7 quantile of the values at `probability` in 0..1: linear between order statistics, as R's and
 * NumPy's default (Hyndman and Fan, The American Statistician 50 (1996) 361). Null when there are no values.
 *
 * Throws RangeError for a probability outside 0..1 or a value that is not finite. Example: `quantile(interruptionMs, 0.95)`.
 */
export function quantile(values: ArrayLike<number>, probability: number): number | null {
  requireProbability(probability);
  const sorted = Float64Array.from(values, withoutNegativeZero).sort();
  if (sorted.length === 0) return null;
  for (const end of [sorted[0], sorted[sorted.length - 1]]) {
    // Infinities sort to the ends, and NaN to the last place.
    if (!Number.isFinite(end)) throw new RangeError(`values must be finite numbers, got ${end}`);
  }
  return quantileSorted(Array.from(sorted), probability);
}

/**
 * Returns the type-7 quantile of the values over all units, with its interval by group; null when there are none.
 *
 * The values are sorted once; a resample gives each the weight of its group and walks to the rank, so it costs one
 * pass and no sort. Law: equals `bootstrap` with `quantile` as the statistic, to the last bit.
 *
 * Throws RangeError as `quantile`, and when values and groups differ in length.
 */
export function bootstrapQuantile(
  data: GroupedValues,
  probability: number,
  options: BootstrapOptions,
): IntervalEstimate {
  const grouping = groupUnits(data.groups);
  return bootstrapGroups(grouping.groupCount, quantileOfGroups(data.values, grouping, probability), options);
}

/** Returns the function that gives the quantile over the values of drawn groups; a group drawn twice counts twice. */
export function quantileOfGroups(
  values: ArrayLike<number>,
  grouping: Grouping,
  probability: number,
): (drawn: ArrayLike<number> & Iterable<number>) => number | null {
  requireProbability(probability);
  const groupSizes = sumByGroup(new Uint8Array(values.length).fill(1), grouping);
  sumByGroup(values, grouping); // refuses values that are not finite
  const order = Uint32Array.from({ length: values.length }, (_, unit) => unit).sort(
    (a, b) => values[a] - values[b],
  );
  const sorted = Float64Array.from(order, (unit) => withoutNegativeZero(values[unit]));
  const groupOf = Uint32Array.from(order, (unit) => grouping.groupOf[unit]);
  const weights = new Uint32Array(grouping.groupCount);

  /** Returns the values with 0-based ranks `lower` and `upper`, upper - lower at most 1, in the weighted sample. */
  const valuesAtRanks = (lower: number, upper: number): [number, number] => {
    let i = -1;
    let passed = 0;
    while (passed <= lower) passed += weights[groupOf[++i]];
    const below = sorted[i];
    while (passed <= upper) passed += weights[groupOf[++i]];
    return [below, sorted[i]];
  };
  return (drawn) => {
    weights.fill(0);
    let size = 0;
    for (const group of drawn) {
      weights[group]++;
      size += groupSizes[group];
    }
    if (size === 0) return null;
    const rank = (size - 1) * probability;
    const [below, above] = valuesAtRanks(Math.floor(rank), Math.ceil(rank));
    return quantileSorted([below, above], rank - Math.floor(rank));
  };
}

/** Sorting tells -0 from 0 and comparing does not: one zero keeps the order of arrival out of the result. */
function withoutNegativeZero(value: number): number {
  return value + 0;
}

function requireProbability(probability: number): void {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`probability must be in 0..1, got ${probability}`);
  }
}
