import fc from "fast-check";
import { expect, test } from "vitest";
import { normalCdf, normalQuantile } from "../../../core/statistics/normal.ts";

// The three check values of Wichura 1988 (AS 241), page 480, and the usual ones of Abramowitz and Stegun, table 26.5,
// to the digits of Python's statistics.NormalDist().inv_cdf.
test.each([
  [0.25, -0.6744897501960817],
  [0.001, -3.090232306167814],
  [1e-20, -9.26234008979841],
  [0.5, 0],
  [0.975, 1.959963984540054],
  [0.995, 2.5758293035489],
])("the quantile at %s is %s", (probability, expected) => {
  expect(normalQuantile(probability)).toBeCloseTo(expected, 13);
});

test("the quantile is infinite at 0 and 1, and refused outside", () => {
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  for (const probability of [-0.1, 1.1, Number.NaN]) {
    expect(() => normalQuantile(probability)).toThrow(RangeError);
  }
});

test("the quantile is odd about 1/2, and the distribution function undoes it within its 1.2e-7", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4095 }), (k) => {
      const probability = k / 4096;
      expect(normalQuantile(1 - probability) + normalQuantile(probability)).toBe(0);
      expect(Math.abs(normalCdf(normalQuantile(probability)) - probability)).toBeLessThan(1.2e-7);
    }),
  );
});
