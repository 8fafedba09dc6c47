import { type BootstrapOptions, bootstrapGroups } from "./bootstrap.ts";
import { type Grouping, type GroupKey, groupUnits, sumByGroup } from "./groups.ts";
import type { IntervalEstimate } from "./interval.ts";

/**
 * The fast path of the bootstrap: statistics that depend on the units only through sums of columns. Each group is
 * added up once, so a resample costs one addition per group and column, however many units there are.
 *
 * Laws: none of these depends on the order in which units arrive, to the last bit; rows that are all alike change nothing about a
 * ratio or its interval beyond rounding.
 */

/** Which group each unit belongs to, and which row where several rows met every group. */
export interface Grouped {
  /** [unit] */
  readonly groups: ArrayLike<GroupKey>;
  /** [unit], as the training seed of the model that made it; resampled beside the groups. Left out: one row. */
  readonly rows?: ArrayLike<GroupKey>;
}

/** One value per unit, and the group each unit belongs to. */
export interface GroupedValues extends Grouped {
  /** [unit] */
  readonly values: ArrayLike<number>;
}

/** What is divided by what, per unit, and the group each unit belongs to. */
export interface GroupedRatio extends Grouped {
  /** [unit] */
  readonly numerators: ArrayLike<number>;
  /** [unit] */
  readonly denominators: ArrayLike<number>;
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
  data: Grouped & {
    /** Each column is [unit]. */
    readonly columns: Readonly<Record<Name, ArrayLike<number>>>;
  },
  statistic: (sums: Readonly<Record<Name, number>>) => number | null,
  options: BootstrapOptions,
): IntervalEstimate {
  const names = Object.keys(data.columns) as Name[];
  const { groupCount } = groupUnits(data.groups);
  const cells = cellsOf(data, groupCount);
  const sums = names.map((name) => sumByGroup(data.columns[name], cells, name));
  const evaluate = (drawn: Uint32Array, drawnRows: Uint32Array): number | null => {
    const totals = {} as Record<Name, number>;
    names.forEach((name, column) => {
      let total = 0;
      for (const row of drawnRows) {
        const at = row * groupCount;
        for (let slot = 0; slot < drawn.length; slot++) total += sums[column][at + drawn[slot]];
      }
      totals[name] = total;
    });
    return statistic(totals);
  };
  const rowCount = groupCount === 0 ? 1 : cells.groupCount / groupCount;
  return bootstrapGroups(groupCount, evaluate, { ...options, rowCount });
}

/** Returns the grouping of units by (row, group): cell `row * groupCount + group`. */
function cellsOf({ groups, rows }: Grouped, groupCount: number): Grouping {
  const grouping = groupUnits(groups);
  if (rows === undefined) return grouping;
  if (rows.length !== groups.length) {
    throw new RangeError(`rows must have one key for each of the ${groups.length} units, got ${rows.length}`);
  }
  const rowing = groupUnits(rows);
  return {
    groupCount: rowing.groupCount * groupCount,
    groupOf: grouping.groupOf.map((group, unit) => rowing.groupOf[unit] * groupCount + group),
  };
}

/**
 * Returns sum(numerators) / sum(denominators) with its interval by group: failures per attempt, handovers per
 * UE-minute. `estimate` is null when the denominators add up to 0; resamples in which they do are left out, and
 * there is no interval when that is more than (1 - confidence) / 2 of them.
 *
 * A count of 0 gives [0, 0] here; for a share use `bootstrapProportion`, which does not.
 */
export function bootstrapRatio(data: GroupedRatio, options: BootstrapOptions): IntervalEstimate {
  const { numerators, denominators, ...grouped } = data;
  return bootstrapSums(
    { columns: { numerators, denominators }, ...grouped },
    (sums) => (sums.denominators === 0 ? null : sums.numerators / sums.denominators),
    options,
  );
}

/**
 * Returns the sum of the values (a count, if they are 0 and 1) with its interval by group: how much it would vary
 * over as many groups of the same kind. The sum of no units is 0, without an interval.
 */
export function bootstrapSum(data: GroupedValues, options: BootstrapOptions): IntervalEstimate {
  const { values, ...grouped } = data;
  return bootstrapSums({ columns: { values }, ...grouped }, (sums) => sums.values, options);
}

/** Returns the mean over units with its interval by group; null when there are no units. */
export function bootstrapMean(data: GroupedValues, options: BootstrapOptions): IntervalEstimate {
  const { values, ...grouped } = data;
  const denominators = new Uint8Array(grouped.groups.length).fill(1);
  return bootstrapRatio({ numerators: values, denominators, ...grouped }, options);
}
