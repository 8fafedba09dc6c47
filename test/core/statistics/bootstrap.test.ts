import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrap, bootstrapGroups } from "../../../core/statistics/bootstrap.ts";
import { acceleration } from "../../../core/statistics/interval.ts";

// Spatial test scores A of 26 neurologically impaired children: Efron and Tibshirani, An Introduction to the
// Bootstrap (1993), table 14.1. Their statistic is the plug-in variance, 171.5.
const SPATIAL = [
  48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41,
];
const CHILDREN = SPATIAL.map((_, child) => child);

describe("the spatial test of Efron and Tibshirani, 90 %, 2,000 resamples", () => {
  const spatial = { units: SPATIAL, groups: CHILDREN };
  // Table 14.2 comes from one random set of 2,000 resamples, and so does ours: over 40 seeds our ends vary with
  // standard deviations of 1.3 to 3.5, and two sets differ by sqrt(2) times that.
  const tolerance = 8;

  test("the percentile interval is about (100.8, 233.9)", () => {
    const { estimate, lo, hi } = bootstrap(spatial, variance, { seed: 1, confidence: 0.9 });
    expect(estimate).toBeCloseTo(171.5, 1);
    expect(Math.abs((lo as number) - 100.8)).toBeLessThan(tolerance);
    expect(Math.abs((hi as number) - 233.9)).toBeLessThan(tolerance);
  });

  test("the BCa interval is about (115.8, 259.6)", () => {
    const { lo, hi } = bootstrap(spatial, variance, { seed: 1, confidence: 0.9, method: "bca" });
    expect(Math.abs((lo as number) - 115.8)).toBeLessThan(tolerance);
    expect(Math.abs((hi as number) - 259.6)).toBeLessThan(tolerance);
  });

  test("the acceleration is 0.061 (section 14.3)", () => {
    const jackknife = Float64Array.from(CHILDREN, (left) =>
      variance(SPATIAL.filter((_, child) => child !== left)),
    );
    expect(acceleration(jackknife)).toBeCloseTo(0.061, 3);
  });
});

describe("bootstrap", () => {
  test("of the mean has the plug-in standard error as its spread", () => {
    // The bootstrap standard error of a mean (Efron and Tibshirani 1993, chapter 6): se = sqrt(variance / n); half a 68.27 % interval is one of them.
    const { lo, hi } = bootstrap({ units: SPATIAL, groups: CHILDREN }, mean, {
      seed: 3,
      resamples: 20_000,
      confidence: 0.6827,
    });
    const se = Math.sqrt(variance(SPATIAL) / SPATIAL.length);
    expect(((hi as number) - (lo as number)) / 2 / se).toBeCloseTo(1, 1);
  });

  test("draws whole groups: with two groups a replicate has both, or one of them twice", () => {
    const seen = new Set<string>();
    bootstrap(
      { units: [1, 2, 3], groups: ["a", "b", "a"] },
      (units) => {
        seen.add(units.join());
        return mean(units);
      },
      { seed: 1, resamples: 200 },
    );
    expect([...seen].sort()).toEqual(["1,3,1,3", "1,3,2", "2,1,3", "2,2"]);
  });

  test("is wider by group than by unit when the units of a group agree", () => {
    const units = SPATIAL.flatMap((score) => new Array<number>(10).fill(score));
    const width = (groups: number[]): number => {
      const { lo, hi } = bootstrap({ units, groups }, mean, { seed: 1 });
      return (hi as number) - (lo as number);
    };
    const byChild = width(units.map((_, i) => Math.floor(i / 10)));
    const byUnit = width(units.map((_, i) => i));
    // Ten perfectly correlated copies: the standard error is sqrt(10) of what units would claim.
    expect(byChild / byUnit / Math.sqrt(10)).toBeCloseTo(1, 0.5);
  });

  test("gives no interval below two groups, and no estimate where the statistic has none", () => {
    expect(bootstrap({ units: [1, 5], groups: ["a", "a"] }, mean, { seed: 1 })).toEqual({
      estimate: 3,
      lo: null,
      hi: null,
    });
    const nothing = { estimate: null, lo: null, hi: null };
    expect(bootstrap({ units: [], groups: [] }, mean, { seed: 1 })).toEqual(nothing);
    expect(bootstrap({ units: [1, 2], groups: [1, 2] }, () => null, { seed: 1 })).toEqual(nothing);
    expect(bootstrap({ units: [1, 2], groups: [1, 2] }, () => Infinity, { seed: 1 })).toEqual(nothing);
  });

  test("gives no interval when the statistic is undefined in more resamples than the tail holds", () => {
    const informative = (known: number): ReturnType<typeof bootstrapGroups> =>
      bootstrapGroups(4, (drawn) => (drawn.some((group) => group < known) ? 1 : null), { seed: 1 });
    // Undefined with probability (2/4)^4 = 0.06 and (1/4)^4 = 0.004; the tail is 0.025.
    expect(informative(2)).toEqual({ estimate: 1, lo: null, hi: null });
    expect(informative(3)).toEqual({ estimate: 1, lo: 1, hi: 1 });
  });

  test("BCa gives no interval where the estimate lies outside all replicates", () => {
    const isWhole = (drawn: Uint32Array): number => (new Set(drawn).size === 8 ? 1 : 0);
    const result = bootstrapGroups(8, isWhole, { seed: 1, resamples: 50, method: "bca" });
    // All 8 groups once have probability 8! / 8^8 = 0.0024 a resample.
    expect(result).toEqual({ estimate: 1, lo: null, hi: null });
  });

  test("is bit-identical for a seed, differs between seeds, and does not depend on the order of units", () => {
    const unit = fc.record({ value: fc.double({ noNaN: true, min: -1e3, max: 1e3 }), group: fc.nat(5) });
    const methods = fc.constantFrom("percentile" as const, "bca" as const);
    fc.assert(
      fc.property(fc.array(unit, { minLength: 2 }), fc.nat(1000), methods, (units, seed, method) => {
        const run = (list: typeof units): unknown =>
          bootstrap(
            {
              units: list,
              groups: list.map(({ group }) => group),
              compare: (a, b) => a.value - b.value,
            },
            (drawn) => mean(drawn.map(({ value }) => value)),
            { seed, resamples: 50, method },
          );
        expect(run([...units].reverse())).toEqual(run(units));
      }),
      { numRuns: 50 },
    );
    const bySeed = (seed: number): unknown => bootstrap({ units: SPATIAL, groups: CHILDREN }, mean, { seed });
    expect(bySeed(1)).not.toEqual(bySeed(2));
    expect(bySeed(1)).toEqual(bySeed(1));
  });

  test("draws the same whether the resamples were kept from the call before or not", () => {
    const of = (count: number): number[][] => {
      const seen: number[][] = [];
      bootstrapGroups(count, (drawn) => seen.push([...drawn]), { seed: 5, resamples: 3 });
      return seen;
    };
    const first = of(4);
    const again = of(4);
    of(7);
    expect(again).toEqual(first);
    expect(of(4)).toEqual(first);
  });

  test("refuses options out of range and groups of another length", () => {
    const data = { units: [1, 2], groups: [1, 2] };
    expect(() => bootstrap(data, mean, { seed: -1 })).toThrow("seed");
    expect(() => bootstrap(data, mean, { seed: 1, resamples: 0 })).toThrow("resamples");
    expect(() => bootstrap(data, mean, { seed: 1, confidence: 1 })).toThrow("confidence");
    expect(() => bootstrap({ units: [1, 2], groups: [1] }, mean, { seed: 1 })).toThrow("groups");
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}
