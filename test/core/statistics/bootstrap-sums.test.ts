import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrap } from "../../../core/statistics/bootstrap.ts";
import {
  bootstrapMean,
  bootstrapRatio,
  bootstrapSum,
  bootstrapSums,
} from "../../../core/statistics/bootstrap-sums.ts";

const units = fc.array(
  fc.record({
    numerator: fc.integer({ min: 0, max: 50 }),
    denominator: fc.integer({ min: 1, max: 50 }),
    group: fc.nat(9),
  }),
  { minLength: 1, maxLength: 60 },
);
type Unit = { numerator: number; denominator: number; group: number };

function columns(list: readonly Unit[]) {
  return {
    numerators: list.map(({ numerator }) => numerator),
    denominators: list.map(({ denominator }) => denominator),
    groups: list.map(({ group }) => group),
  };
}

describe("bootstrapRatio", () => {
  test("of the city data of Davison and Hinkley is their 1.520, with more room above than below", () => {
    // Populations (thousands) of ten United States cities in 1920 and 1930: data set `city` of R's package boot, from
    // Davison and Hinkley, Bootstrap Methods and their Application (1997); boot(city, ratio): original 1.520313.
    const denominators = [138, 93, 61, 179, 48, 37, 29, 23, 30, 2];
    const numerators = [143, 104, 69, 260, 75, 63, 50, 48, 111, 50];
    const groups = denominators.map((_, city) => city);
    const { estimate, lo, hi } = bootstrapRatio({ numerators, denominators, groups }, { seed: 1 });
    expect(estimate).toBeCloseTo(1.520313, 5);
    expect((hi as number) - 1.520313).toBeGreaterThan(1.520313 - (lo as number));
  });

  test("with two groups spans their two ratios", () => {
    // Both draws fall on one group in a quarter of the resamples each, far above the tail of 2.5 %.
    const data = { numerators: [1, 3], denominators: [10, 10], groups: ["a", "b"] };
    expect(bootstrapRatio(data, { seed: 1 })).toEqual({ estimate: 0.2, lo: 0.1, hi: 0.3 });
  });

  test("equals the general bootstrap of the same ratio", () => {
    fc.assert(
      fc.property(units, fc.nat(100), (list, seed) => {
        const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
        const general = bootstrap(
          { units: list, groups: list.map(({ group }) => group) },
          (drawn) => sum(columns(drawn).numerators) / sum(columns(drawn).denominators),
          { seed, resamples: 100 },
        );
        expect(bootstrapRatio(columns(list), { seed, resamples: 100 })).toEqual(general);
      }),
      { numRuns: 30 },
    );
  });

  test("holds its estimate, and does not depend on the order of units", () => {
    fc.assert(
      fc.property(units, fc.nat(100), (list, seed) => {
        const result = bootstrapRatio(columns(list), { seed, resamples: 500 });
        expect(bootstrapRatio(columns([...list].reverse()), { seed, resamples: 500 })).toEqual(result);
        const { estimate, lo, hi } = result;
        expect(lo === null).toBe(hi === null);
        expect(lo === null).toBe(new Set(list.map(({ group }) => group)).size < 2);
        if (lo === null || hi === null || estimate === null) return;
        expect(lo).toBeLessThanOrEqual(estimate);
        expect(hi).toBeGreaterThanOrEqual(estimate);
      }),
      { numRuns: 50 },
    );
  });

  test("narrows as groups are added, about as one over the square root of their number", () => {
    const width = (count: number): number => {
      const groups = Array.from({ length: count }, (_, group) => group);
      const numerators = groups.map((group) => group % 4);
      const { lo, hi } = bootstrapRatio(
        { numerators, denominators: groups.map(() => 4), groups },
        { seed: 2 },
      );
      return (hi as number) - (lo as number);
    };
    expect(width(25 * 4) / width(25 * 16)).toBeCloseTo(2, 0);
  });

  test("is null where everything is undefined, and has no interval where only one group says anything", () => {
    expect(bootstrapRatio({ numerators: [0, 0], denominators: [0, 0], groups: [1, 2] }, { seed: 1 })).toEqual(
      { estimate: null, lo: null, hi: null },
    );
    expect(
      bootstrapRatio({ numerators: [1, 0, 0], denominators: [4, 0, 0], groups: [1, 2, 3] }, { seed: 1 }),
    ).toEqual({ estimate: 0.25, lo: null, hi: null });
    expect(bootstrapRatio({ numerators: [1, 2], denominators: [4, 4], groups: [7, 7] }, { seed: 1 })).toEqual(
      { estimate: 0.375, lo: null, hi: null },
    );
  });

  test("names the column and the place of a value that is not finite", () => {
    expect(() =>
      bootstrapRatio({ numerators: [1, 2], denominators: [1, Number.NaN], groups: [1, 2] }, { seed: 1 }),
    ).toThrow(new RangeError("denominators[1] must be a finite number, got NaN"));
  });
});

describe("bootstrapSum and bootstrapMean", () => {
  test("a count of one in each of n groups has no spread, and none has a sum of 0", () => {
    const options = { seed: 1 };
    expect(bootstrapSum({ values: [1, 1, 1], groups: [1, 2, 3] }, options)).toEqual({
      estimate: 3,
      lo: 3,
      hi: 3,
    });
    expect(bootstrapSum({ values: [], groups: [] }, options)).toEqual({ estimate: 0, lo: null, hi: null });
    expect(bootstrapMean({ values: [], groups: [] }, options)).toEqual({
      estimate: null,
      lo: null,
      hi: null,
    });
  });

  test("a sum over two groups spans twice the smaller and twice the larger", () => {
    expect(bootstrapSum({ values: [2, 5, 1], groups: ["a", "b", "a"] }, { seed: 1 })).toEqual({
      estimate: 8,
      lo: 6,
      hi: 10,
    });
  });

  test("the sum over equal groups is their number times the mean of their sums, ends included", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 2 }), (values) => {
        const groups = values.map((_, group) => group);
        const sum = bootstrapSum({ values, groups }, { seed: 4, resamples: 200 });
        const mean = bootstrapMean({ values, groups }, { seed: 4, resamples: 200 });
        for (const end of ["estimate", "lo", "hi"] as const) {
          expect(sum[end]).toBeCloseTo((mean[end] as number) * values.length, 8);
        }
      }),
    );
  });
});

test("bootstrapSums keeps the pairing of columns: a gap that is the same in every world has no spread", () => {
  const groups = [1, 2, 3, 4, 5, 6];
  const cold = [3, 9, 1, 14, 6, 2];
  const gap = bootstrapSums(
    { columns: { cold, full: cold.map((v) => v + 8), arm: cold.map((v) => v + 6) }, groups },
    (sums) => (sums.arm - sums.cold) / (sums.full - sums.cold),
    { seed: 1 },
  );
  expect(gap).toEqual({ estimate: 0.75, lo: 0.75, hi: 0.75 });
});

describe("rows that met every group", () => {
  const values = [3, 9, 1, 14, 6, 2, 8, 5];
  const groups = values.map((_, group) => group);
  const repeated = (rows: number, change: (row: number) => number) => ({
    values: Array.from({ length: rows }, (_, row) => values.map((value) => value + change(row))).flat(),
    groups: Array.from({ length: rows }, () => groups).flat(),
    rows: Array.from({ length: rows }, (_, row) => groups.map(() => row)).flat(),
  });

  test("change nothing about a mean and its interval when they are all alike", () => {
    const one = bootstrapMean({ values, groups }, { seed: 1 });
    const three = bootstrapMean(
      repeated(3, () => 0),
      { seed: 1 },
    );
    for (const end of ["estimate", "lo", "hi"] as const) {
      expect(three[end]).toBeCloseTo(one[end] as number, 12);
    }
  });

  test("are resampled: with groups all alike the interval runs from the lowest of three rows to the highest", () => {
    // All three draws are the lowest row in 1 of 27 resamples, more than the 2.5 % of a tail.
    const groups = [0, 0, 0, 1, 1, 1];
    const rows = [1, 2, 3, 1, 2, 3];
    const mean = bootstrapMean({ values: [1, 4, 10, 1, 4, 10], groups, rows }, { seed: 1 });
    expect(mean).toEqual({ estimate: 5, lo: 1, hi: 10 });
  });

  test("that differ widen an interval, and the order of units changes nothing", () => {
    const apart = repeated(3, (row) => 5 * row);
    const merged = bootstrapMean({ values: apart.values, groups: apart.groups }, { seed: 1 });
    const crossed = bootstrapMean(apart, { seed: 1 });
    expect(crossed.estimate).toBeCloseTo(merged.estimate as number, 12);
    expect((crossed.hi as number) - (crossed.lo as number)).toBeGreaterThan(
      (merged.hi as number) - (merged.lo as number),
    );
    const backwards = {
      values: apart.values.toReversed(),
      groups: apart.groups.toReversed(),
      rows: apart.rows.toReversed(),
    };
    expect(bootstrapMean(backwards, { seed: 1 })).toEqual(crossed);
  });

  test("must be as many as the units", () => {
    expect(() => bootstrapMean({ values, groups, rows: [1] }, { seed: 1 })).toThrow(/rows must have one key/);
  });
});
