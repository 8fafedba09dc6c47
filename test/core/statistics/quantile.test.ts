import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createStream } from "../../../core/random/stream.ts";
import { bootstrap } from "../../../core/statistics/bootstrap.ts";
import { bootstrapQuantile, quantile } from "../../../core/statistics/quantile.ts";

describe("quantile", () => {
  // Type 7 of Hyndman and Fan 1996: the value at rank (n - 1) p, counted from 0, linear in between.
  test.each([
    // R: quantile(1:10, c(.1, .25, .5, .9)) is 1.9, 3.25, 5.5, 9.1.
    [[3, 1, 2, 10, 9, 8, 7, 6, 5, 4], 0.1, 1.9],
    [[3, 1, 2, 10, 9, 8, 7, 6, 5, 4], 0.25, 3.25],
    [[3, 1, 2, 10, 9, 8, 7, 6, 5, 4], 0.5, 5.5],
    [[3, 1, 2, 10, 9, 8, 7, 6, 5, 4], 0.9, 9.1],
    // numpy.percentile([[10, 7, 4], [3, 2, 1]], 50) is 3.5 in NumPy's reference.
    [[10, 7, 4, 3, 2, 1], 0.5, 3.5],
    [[7], 0.95, 7],
  ])("of %j at %s is %s", (values, probability, expected) => {
    expect(quantile(values, probability)).toBeCloseTo(expected, 12);
  });

  test("is null of nothing, and refuses a wrong probability and values that are not finite", () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(() => quantile([1], 1.5)).toThrow(RangeError);
    expect(() => quantile([1, Number.NaN, 2], 0.5)).toThrow("got NaN");
    expect(() => quantile([1, -Infinity], 0.5)).toThrow("got -Infinity");
  });

  test("leaves its input as it was", () => {
    const values = [3, 1, 2];
    quantile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe("bootstrapQuantile", () => {
  const samples = fc.array(
    fc.record({ value: fc.double({ noNaN: true, min: -1e3, max: 1e3 }), group: fc.nat(6) }),
    { minLength: 1, maxLength: 40 },
  );
  const probabilities = fc.constantFrom(0, 0.05, 0.5, 0.7, 0.95, 0.99, 1);

  test("equals the general bootstrap of the quantile, to the last bit", () => {
    fc.assert(
      fc.property(samples, probabilities, fc.nat(100), (list, probability, seed) => {
        const values = list.map(({ value }) => value);
        const groups = list.map(({ group }) => group);
        const options = { seed, resamples: 60 };
        expect(bootstrapQuantile({ values, groups }, probability, options)).toEqual(
          bootstrap({ units: values, groups }, (drawn) => quantile(drawn, probability), options),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("does not depend on the order of samples", () => {
    fc.assert(
      fc.property(samples, probabilities, (list, probability) => {
        const run = (of: typeof list): unknown =>
          bootstrapQuantile(
            { values: of.map(({ value }) => value), groups: of.map(({ group }) => group) },
            probability,
            { seed: 1, resamples: 60 },
          );
        expect(run([...list].reverse())).toEqual(run(list));
      }),
      { numRuns: 50 },
    );
  });

  test("has no interval below two groups, and is null without samples", () => {
    expect(bootstrapQuantile({ values: [1, 3], groups: ["a", "a"] }, 0.5, { seed: 1 })).toEqual({
      estimate: 2,
      lo: null,
      hi: null,
    });
    expect(bootstrapQuantile({ values: [], groups: [] }, 0.5, { seed: 1 })).toEqual({
      estimate: null,
      lo: null,
      hi: null,
    });
  });

  test("covers the median of the exponential distribution, ln 2, in about 95 of 100 experiments", () => {
    const stream = createStream(1, "exponential");
    let covered = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const values = Array.from({ length: 61 }, (_, i) => -Math.log(1 - stream.uniform(i, seed)));
      const { lo, hi } = bootstrapQuantile({ values, groups: values.map((_, i) => i) }, 0.5, {
        seed,
        resamples: 400,
      });
      if ((lo as number) <= Math.LN2 && Math.LN2 <= (hi as number)) covered++;
    }
    // 95 of 100 with a standard deviation of 2.2; three of them either way.
    expect(covered).toBeGreaterThanOrEqual(88);
  });
});
