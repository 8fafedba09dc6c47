import { type BootstrapOptions, bootstrapGroups } from "./bootstrap.ts";
import { type GroupKey, groupUnits, sumByGroup } from "./groups.ts";
import type { IntervalEstimate } from "./interval.ts";

/**
 * The fast path of the bootstrap: statistics that depend on the units only through sums of columns. Each group is
 * added up once, so a resample costs one addition per group and column, however many units there are.
 *
 * Law: none of these depends on the order in which units arrive, to the last bit.
 */

/** One value per unit, and the group each unit belongs to. */
export interface GroupedValues {
  /** [unit] */
  readonly values: ArrayLike<number>;
  /** [unit] */
  readonly groups: ArrayLike<GroupKey>;
}

/** What is divided by what, per unit, and the group each unit belongs to. */
export interface GroupedRatio {
  /** [unit] */
  readonly numerators: ArrayLike<number>;
  /** [unit] */
  readonly denominators: ArrayLike<number>;
  /** [unit] */
  readonly groups: ArrayLike<GroupKey>;
}

/**
 * Returns `statistic` of the column sums with its interval by group; null from `statistic` means undefined. All
 * columns are resampled together, so a difference or ratio between arms keeps its pairing by world:
 *
 * `bootstrapSums({columns: {arm, cold, full}, groups}, (s) => (s.arm - s.cold) / (s.full - s.cold), {seed: 1})`
 *
 * Throws RangeError when a column's length differs from that of `groups` or a value is not finite.
 */
export function bootstrapSums<Name extends string>(
  data: {
    /** Each column is [unit]. */
    readonly columns: Readonly<Record<Name, ArrayLike<number>>>;
    /** [unit] */
    readonly groups: ArrayLike<GroupKey>;
  },
  statistic: (sums: Readonly<Record<Name, number>>) => number | null,
  options: BootstrapOptions,
): IntervalEstimate {
  const grouping = groupUnits(data.groups);
  const names = Object.keys(data.columns) as Name[];
  const sums = names.map((name) => sumByGroup(data.columns[name], grouping, name));
  const evaluate = (drawn: Uint32Array): number | null => {
    const totals = {} as Record<Name, number>;
    names.forEach((name, column) => {
      let total = 0;
      for (let slot = 0; slot < drawn.length; slot++) total += sums[column][drawn[slot]];
      totals[name] = total;
    });
    return statistic(totals);
  };
  return bootstrapGroups(grouping.groupCount, evaluate, options);
}

/**
 * Returns sum(numerators) / sum(denominators) with its interval by group: failures per attempt, handovers per
 * UE-minute. `estimate` is null when the denominators add up to 0; resamples in which they do are left out, and
 * there is no interval when that is more than (1 - confidence) / 2 of them.
 *
 * A count of 0 gives [0, 0] here; for a share use `bootstrapProportion`, which does not.
 */
export function bootstrapRatio(data: GroupedRatio, options: BootstrapOptions): IntervalEstimate {
  const { numerators, denominators, groups } = data;
  return bootstrapSums(
    { columns: { numerators, denominators }, groups },
    (sums) => (sums.denominators === 0 ? null : sums.numerators / sums.denominators),
    options,
  );
}

/**
 * Returns the sum of the values (a count, if they are 0 and 1) with its interval by group: how much it would vary
 * over as many groups of the same kind. The sum of no units is 0, without an interval.
 */
export function bootstrapSum(data: GroupedValues, options: BootstrapOptions): IntervalEstimate {
  const { values, groups } = data;
  return bootstrapSums({ columns: { values }, groups }, (sums) => sums.values, options);
}

/** Returns the mean over units with its interval by group; null when there are no units. */
export function bootstrapMean(data: GroupedValues, options: BootstrapOptions): IntervalEstimate {
  const { values, groups } = data;
  const denominators = new Uint8Array(groups.length).fill(1);
  return bootstrapRatio({ numerators: values, denominators, groups }, options);
}
