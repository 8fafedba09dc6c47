/** Groups: the units of one world, trace group or run stand together, because they are not independent. */

/** The name of a group. Numbers sort before strings, numbers by size, strings by UTF-16 code units. */
export type GroupKey = string | number;

/** Units sorted into groups. Group numbers follow the sorted keys, so they do not depend on the order of units. */
export interface Grouping {
  readonly groupCount: number;
  /** [unit]: the number of its group, 0..groupCount-1. */
  readonly groupOf: Uint32Array;
}

/** Returns the grouping of `groups`, [unit], the key of each unit. Throws RangeError for a key that is NaN. */
export function groupUnits(groups: ArrayLike<GroupKey>): Grouping {
  const numberOf = new Map<GroupKey, number>();
  for (let unit = 0; unit < groups.length; unit++) numberOf.set(groups[unit], 0);
  const keys = [...numberOf.keys()].sort(compareKeys);
  keys.forEach((key, group) => {
    if (Number.isNaN(key)) throw new RangeError("a group key must be a string or a number, got NaN");
    numberOf.set(key, group);
  });
  const groupOf = Uint32Array.from(groups, (key) => numberOf.get(key) as number);
  return { groupCount: keys.length, groupOf };
}

/**
 * Returns [group], the values of each group, ascending. Sorted, so that a sum over them is the same to the last
 * bit in whatever order the units arrived.
 *
 * Throws RangeError when a value is not finite or when `values`, [unit], and the grouping differ in length.
 */
export function valuesByGroup(
  values: ArrayLike<number>,
  grouping: Grouping,
  name = "values",
): readonly Float64Array[] {
  requireColumn(values, grouping, name);
  const sizes = new Uint32Array(grouping.groupCount);
  for (const group of grouping.groupOf) sizes[group]++;
  const byGroup = Array.from(sizes, (size) => new Float64Array(size));
  const filled = new Uint32Array(grouping.groupCount);
  grouping.groupOf.forEach((group, unit) => {
    byGroup[group][filled[group]++] = values[unit];
  });
  for (const members of byGroup) members.sort();
  return byGroup;
}

/** Returns [group], the sum of each group's values; errors as `valuesByGroup`. */
export function sumByGroup(values: ArrayLike<number>, grouping: Grouping, name = "values"): Float64Array {
  return Float64Array.from(valuesByGroup(values, grouping, name), (members) =>
    members.reduce((sum, value) => sum + value, 0),
  );
}

function requireColumn(values: ArrayLike<number>, grouping: Grouping, name: string): void {
  if (values.length !== grouping.groupOf.length) {
    throw new RangeError(
      `${name} must have one value for each of the ${grouping.groupOf.length} group keys, got ${values.length}`,
    );
  }
  for (let unit = 0; unit < values.length; unit++) {
    if (!Number.isFinite(values[unit])) {
      throw new RangeError(`${name}[${unit}] must be a finite number, got ${values[unit]}`);
    }
  }
}

function compareKeys(a: GroupKey, b: GroupKey): number {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
