import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrapRatio } from "../../../core/statistics/bootstrap-sums.ts";
import {
  bootstrapProportion,
  certaintyBound,
  countBound,
  effectiveNumber,
  FEWEST_GROUPS_AT_CERTAINTY,
} from "../../../core/statistics/proportion.ts";

describe("effectiveNumber", () => {
  test("is the number of equal groups at correlation 1, and of trials at 0", () => {
    const data = { trials: [10, 10, 10], groups: ["a", "b", "c"] };
    expect(effectiveNumber(data)).toBeCloseTo(3, 12);
    expect(effectiveNumber(data, { correlation: 0 })).toBe(30);
  });

  test("divides by 1 + (m - 1) correlation for equal groups of m", () => {
    // Kish 1965: 20 clusters of 25 with correlation 0.05 have a design effect of 1 + 24 * 0.05 = 2.2.
    const data = { trials: new Array<number>(20).fill(25), groups: Array.from({ length: 20 }, (_, i) => i) };
    expect(effectiveNumber(data, { correlation: 0.05 })).toBeCloseTo(500 / 2.2, 10);
  });

  test("lies between what the largest group leaves and the number of trials, and falls with correlation", () => {
    const trials = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(5)), { minLength: 1 });
    fc.assert(
      fc.property(trials, (list) => {
        const data = { trials: list.map(([n]) => n), groups: list.map(([, group]) => group) };
        const total = data.trials.reduce((sum, n) => sum + n, 0);
        const all = [1, 0.5, 0].map((correlation) => effectiveNumber(data, { correlation }));
        expect(all[0]).toBeGreaterThanOrEqual(1 - 1e-12);
        expect(all[0]).toBeLessThanOrEqual(all[1]);
        expect(all[1]).toBeLessThanOrEqual(all[2]);
        expect(all[2]).toBe(total);
        expect(all[0]).toBeLessThanOrEqual(new Set(data.groups).size + 1e-9);
      }),
    );
  });

  test("is 0 without trials, and refuses a correlation outside 0..1", () => {
    expect(effectiveNumber({ trials: [], groups: [] })).toBe(0);
    expect(() => effectiveNumber({ trials: [1], groups: [1] }, { correlation: 2 })).toThrow("correlation");
  });
});

describe("bootstrapProportion", () => {
  const denominators = new Array<number>(20).fill(5);
  const groups = denominators.map((_, group) => group);

  test("of nothing in 20 groups reaches up to Newcombe's bound for 0 of 20, 0.1611", () => {
    const none = bootstrapProportion(
      { numerators: denominators.map(() => 0), denominators, groups },
      { seed: 1 },
    );
    expect(none.estimate).toBe(0);
    expect(none.lo).toBe(0);
    expect(none.hi).toBeCloseTo(0.1611, 4);
  });

  test("of everything reaches down by as much", () => {
    const all = bootstrapProportion({ numerators: denominators, denominators, groups }, { seed: 1 });
    expect(all.lo).toBeCloseTo(1 - 0.1611, 4);
    expect(all.hi).toBe(1);
  });

  test("uses all trials when told that those of a group are independent", () => {
    const data = { numerators: denominators.map(() => 0), denominators, groups };
    const { hi } = bootstrapProportion(data, { seed: 1, correlation: 0 });
    const z2 = 1.959963984540054 ** 2;
    expect(hi).toBeCloseTo(z2 / (100 + z2), 10);
  });

  test("is the bootstrap of the ratio otherwise", () => {
    const data = { numerators: groups.map((group) => group % 3), denominators, groups };
    expect(bootstrapProportion(data, { seed: 1 })).toEqual(bootstrapRatio(data, { seed: 1 }));
  });

  test("has no interval of nothing or everything below ten groups, and one from ten on", () => {
    const of = (count: number, successes: number) =>
      bootstrapProportion(
        {
          numerators: new Array<number>(count).fill(successes),
          denominators: new Array<number>(count).fill(300),
          groups: Array.from({ length: count }, (_, i) => i),
        },
        { seed: 1 },
      );
    for (const [successes, estimate] of [
      [0, 0],
      [300, 1],
    ]) {
      expect(of(FEWEST_GROUPS_AT_CERTAINTY - 1, successes)).toEqual({ estimate, lo: null, hi: null });
      expect(of(FEWEST_GROUPS_AT_CERTAINTY, successes).lo).not.toBeNull();
    }
    // Wilson, 0 of 10: z^2 / (10 + z^2).
    expect(of(10, 0).hi).toBeCloseTo(3.8415 / 13.8415, 4);
  });

  test("where every group has one and the same share, claims no interval: resamples cannot differ", () => {
    const same = { numerators: [3, 3, 3], denominators: [6, 6, 6], groups: [1, 2, 3] };
    expect(bootstrapProportion(same, { seed: 1 })).toEqual({ estimate: 0.5, lo: null, hi: null });
  });

  test("has no interval below two groups, and no estimate without trials", () => {
    const options = { seed: 1 };
    expect(bootstrapProportion({ numerators: [0], denominators: [9], groups: ["a"] }, options)).toEqual({
      estimate: 0,
      lo: null,
      hi: null,
    });
    expect(
      bootstrapProportion({ numerators: [0, 0], denominators: [0, 0], groups: [1, 2] }, options),
    ).toEqual({ estimate: null, lo: null, hi: null });
  });

  test("refuses more successes than trials", () => {
    expect(() =>
      bootstrapProportion({ numerators: [1, 3], denominators: [2, 2], groups: [1, 2] }, { seed: 1 }),
    ).toThrow("unit 1 must have 0 <= successes <= trials, got 3 of 2");
  });
});

describe("certaintyBound", () => {
  const z2 = 1.959963984540054 ** 2;

  test("of 0 of 2,876 in three equal worlds is 0.0013 by independence and 0.56 by world", () => {
    const data = { trials: [960, 958, 958], groups: ["a", "b", "c"] };
    const bound = certaintyBound(data, 0);
    expect(bound?.independent).toBeCloseTo(z2 / (2876 + z2), 12);
    expect(bound?.byGroup).toBeCloseTo(z2 / (3 + z2), 3);
    expect(bound?.groups).toBe(3);
    expect(certaintyBound(data, 1)?.byGroup).toBeCloseTo(1 - (bound?.byGroup ?? 0), 12);
  });

  test("by group is never nearer than by independence, and a group without a trial is none", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 20 }), (trials) => {
        const bound = certaintyBound({ trials, groups: trials.map((_, i) => i) }, 0);
        if (trials.every((n) => n === 0)) {
          expect(bound).toBeNull();
          return;
        }
        expect(bound?.byGroup).toBeGreaterThanOrEqual((bound?.independent ?? 1) - 1e-12);
        expect(bound?.groups).toBe(trials.filter((n) => n > 0).length);
      }),
      { seed: 20 },
    );
  });

  test("of a count of 0 is z squared events, and by group unknown", () => {
    expect(countBound(["a", "a", "b"])).toEqual({
      independent: expect.closeTo(z2, 9),
      byGroup: null,
      groups: 2,
    });
    expect(countBound(["a", "a"], 2).independent).toBeCloseTo(z2 / 2, 9);
  });
});
