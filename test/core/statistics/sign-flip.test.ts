import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signFlipTest } from "../../../core/statistics/sign-flip.ts";

// Darwin's 15 pairs of Zea mays, cross- minus self-fertilised, in eighths of an inch: Fisher, The Design of
// Experiments (1935), section 17. Section 21 finds 863 of the 32,768 patterns at least as large, so 1,726 either way.
const DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe("signFlipTest, enumerated", () => {
  test("gives Darwin's maize 1726 / 32768", () => {
    expect(signFlipTest(DARWIN, { seed: 1 })).toEqual({
      meanDifference: 314 / 15,
      pValue: 1726 / 32768,
      pairs: 15,
      flips: 32768,
      exact: true,
    });
  });

  test("gives the smallest possible p-value, 2 / 2^n, when every world agrees", () => {
    for (let n = 1; n <= 16; n++) {
      const differences = Array.from({ length: n }, (_, i) => 1 + i / 7);
      expect(signFlipTest(differences, { seed: 1 })).toMatchObject({ pValue: 2 / 2 ** n, exact: true });
    }
  });

  test("is 1 when the mean or every difference is 0, and null without pairs", () => {
    expect(signFlipTest([3, -3], { seed: 1 }).pValue).toBe(1);
    expect(signFlipTest(new Array<number>(30).fill(0), { seed: 1 })).toEqual({
      meanDifference: 0,
      pValue: 1,
      pairs: 30,
      flips: 1,
      exact: true,
    });
    expect(signFlipTest([], { seed: 1 })).toMatchObject({ meanDifference: null, pValue: null, pairs: 0 });
  });

  test("counts sums that differ by rounding alone as ties", () => {
    // In tenths 1, 2, 3, -6: the sum is 0, so every pattern is as extreme; in doubles it is 2^-54 or so.
    expect(signFlipTest([0.1, 0.2, 0.3, -0.6], { seed: 1 }).pValue).toBe(1);
    const tenths = DARWIN.map((difference) => difference / 10);
    expect(signFlipTest(tenths, { seed: 1 }).pValue).toBe(1726 / 32768);
  });

  test("ignores worlds without a difference, except in the mean", () => {
    const withZeros = signFlipTest([...DARWIN, 0, 0, 0, 0, 0], { seed: 1 });
    expect(withZeros).toMatchObject({ pValue: 1726 / 32768, meanDifference: 314 / 20, exact: true });
  });
});

describe("signFlipTest, random", () => {
  const lopsided = (pairs: number, negative: number): number[] =>
    Array.from({ length: pairs }, (_, i) => (i < negative ? -1 : 1));

  // Differences of 1 make it the sign test, whose p-value is twice a tail of Binomial(pairs, 1/2). 64 and 70 pairs
  // take their signs from two and three words: a sign used twice would double the variance of the sum.
  test.each([
    [17, 4],
    [64, 24],
    [70, 26],
  ])("comes close to the exact sign test, %i pairs of which %i are negative", (pairs, negative) => {
    let exactP = 0;
    for (let k = 0; k <= negative; k++) exactP += (2 * combinations(pairs, k)) / 2 ** pairs;
    const flips = 20_000;
    const result = signFlipTest(lopsided(pairs, negative), { seed: 1, flips });
    expect(result).toMatchObject({ exact: false, flips });
    const fourStandardErrors = 4 * Math.sqrt((exactP * (1 - exactP)) / flips);
    expect(Math.abs((result.pValue as number) - exactP)).toBeLessThan(fourStandardErrors);
  });

  test("is never 0: with no pattern as extreme it is 1 / (1 + flips)", () => {
    const { pValue } = signFlipTest(new Array<number>(60).fill(1), { seed: 1, flips: 99 });
    expect(pValue).toBe(0.01);
  });

  test("is bit-identical for a seed and differs between seeds", () => {
    const differences = lopsided(17, 5);
    expect(signFlipTest(differences, { seed: 7 })).toEqual(signFlipTest(differences, { seed: 7 }));
    expect(signFlipTest(differences, { seed: 7 })).not.toEqual(signFlipTest(differences, { seed: 8 }));
  });
});

test("depends neither on the order of the worlds nor on which arm is subtracted from which", () => {
  const differences = fc.array(fc.double({ noNaN: true, min: -1e3, max: 1e3 }), {
    minLength: 1,
    maxLength: 24,
  });
  fc.assert(
    fc.property(differences, (list) => {
      const options = { seed: 3, flips: 99 };
      const p = signFlipTest(list, options).pValue as number;
      expect(p > 0 && p <= 1).toBe(true);
      expect(signFlipTest([...list].reverse(), options).pValue).toBe(p);
      expect(
        signFlipTest(
          list.map((d) => -d),
          options,
        ).pValue,
      ).toBe(p);
    }),
  );
});

test("refuses a difference that is not finite and flips below 1", () => {
  expect(() => signFlipTest([1, Number.NaN], { seed: 1 })).toThrow("got NaN");
  expect(() => signFlipTest([1], { seed: 1, flips: 0 })).toThrow("flips");
});

function combinations(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}
