import fc from "fast-check";
import { expect, test } from "vitest";
import { groupUnits, sumByGroup, valuesByGroup } from "../../../core/statistics/groups.ts";

test("numbers groups by their sorted keys, numbers before strings", () => {
  const grouping = groupUnits(["b", 10, "a", 9, "b", "10"]);
  // 9 < 10 as numbers, then "10" < "a" < "b" as text.
  expect([...grouping.groupOf]).toEqual([4, 1, 3, 0, 4, 2]);
  expect(grouping.groupCount).toBe(5);
});

test("returns each group's values in ascending order, and their sums", () => {
  const grouping = groupUnits(["x", "y", "x", "x"]);
  expect(valuesByGroup([3, 5, -1, 2], grouping).map((values) => [...values])).toEqual([[-1, 2, 3], [5]]);
  expect([...sumByGroup([3, 5, -1, 2], grouping)]).toEqual([4, 5]);
});

test("adds up the same to the last bit in whatever order the units arrive", () => {
  const units = fc.array(fc.tuple(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.nat(3)), {
    minLength: 1,
  });
  fc.assert(
    fc.property(units, (pairs) => {
      const sums = (list: readonly (readonly [number, number])[]): Float64Array =>
        sumByGroup(
          list.map(([value]) => value),
          groupUnits(list.map(([, group]) => group)),
        );
      expect(sums([...pairs].reverse())).toEqual(sums(pairs));
    }),
  );
});

test("refuses a value that is not finite, a column of another length, and a key that is NaN", () => {
  const grouping = groupUnits([1, 2]);
  expect(() => sumByGroup([1, Number.NaN], grouping, "denominators")).toThrow(
    new RangeError("denominators[1] must be a finite number, got NaN"),
  );
  expect(() => sumByGroup([1], grouping)).toThrow("one value for each of the 2 group keys, got 1");
  expect(() => groupUnits([1, Number.NaN])).toThrow(RangeError);
});
