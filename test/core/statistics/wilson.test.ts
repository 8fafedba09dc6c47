import fc from "fast-check";
import { expect, test } from "vitest";
import { wilsonInterval } from "../../../core/statistics/wilson.ts";

// Newcombe, Statistics in Medicine 17 (1998) 857, worked examples, method 3 (score without continuity correction).
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("of %i of %i is %s to %s", (k, n, lo, hi) => {
  const result = wilsonInterval(k, n);
  expect(result.estimate).toBe(k / n);
  expect(result.lo).toBeCloseTo(lo, 4);
  expect(result.hi).toBeCloseTo(hi, 4);
});

const counts = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.01, max: 1e6, noNaN: true }))
  .map(([share, n]) => [Math.min(n, share * n), n] as const);

test("holds its estimate, stays in 0..1, and is never a point, for numbers that need not be integers", () => {
  fc.assert(
    fc.property(counts, ([k, n]) => {
      const { estimate, lo, hi } = wilsonInterval(k, n) as Record<"estimate" | "lo" | "hi", number>;
      expect(0 <= lo && lo <= estimate && estimate <= hi && hi <= 1).toBe(true);
      expect(hi).toBeGreaterThan(lo);
    }),
  );
});

test("has the ends 0 and 1 exactly at no event and at nothing but events", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), (n) => {
      const z2 = 1.959963984540054 ** 2;
      expect(wilsonInterval(0, n).lo).toBe(0);
      expect(wilsonInterval(0, n).hi).toBeCloseTo(z2 / (n + z2), 12);
      expect(wilsonInterval(n, n)).toMatchObject({ estimate: 1, hi: 1 });
    }),
  );
});

test("mirrors successes and failures", () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), (k, rest) => {
      fc.pre(k + rest > 0);
      const one = wilsonInterval(k, k + rest);
      const other = wilsonInterval(rest, k + rest);
      expect(one.lo).toBeCloseTo(1 - (other.hi as number), 12);
    }),
  );
});

test("widens with the confidence", () => {
  const at99 = wilsonInterval(7, 31, { confidence: 0.99 });
  const at95 = wilsonInterval(7, 31);
  expect(at99.lo as number).toBeLessThan(at95.lo as number);
  expect(at99.hi as number).toBeGreaterThan(at95.hi as number);
});

test("is null of no trials, and refuses counts that are none", () => {
  expect(wilsonInterval(0, 0)).toEqual({ estimate: null, lo: null, hi: null });
  for (const [k, n] of [
    [-1, 5],
    [6, 5],
    [0, Infinity],
    [Number.NaN, 5],
  ]) {
    expect(() => wilsonInterval(k, n)).toThrow(RangeError);
  }
  expect(() => wilsonInterval(1, 5, { confidence: 95 })).toThrow("confidence");
});
