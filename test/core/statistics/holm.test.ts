import fc from "fast-check";
import { expect, test } from "vitest";
import { holmAdjust } from "../../../core/statistics/holm.ts";

test.each([
  // Wikipedia, "Holm-Bonferroni method", example; R: p.adjust(c(.01, .04, .03, .005), "holm").
  [
    [0.01, 0.04, 0.03, 0.005],
    [0.03, 0.06, 0.06, 0.02],
  ],
  // Documentation of @stdlib/stats/padjust, "holm".
  [
    [0.319, 0.201, 0.4, 0.374, 0.113],
    [0.957, 0.804, 0.957, 0.957, 0.565],
  ],
  [
    [0.6, 0.7],
    [1, 1],
  ],
  [[0.03], [0.03]],
  [[], []],
])("adjusts %j to %j", (pValues, expected) => {
  const adjusted = holmAdjust(pValues);
  expect(adjusted).toHaveLength(expected.length);
  adjusted.forEach((p, i) => {
    expect(p).toBeCloseTo(expected[i], 12);
  });
});

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });

test("is at least the p-value, at most Bonferroni's, and keeps the order", () => {
  fc.assert(
    fc.property(pValues, (list) => {
      const adjusted = holmAdjust(list);
      list.forEach((p, i) => {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, list.length * p));
        list.forEach((other, j) => {
          if (p < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]);
          if (p === other) expect(adjusted[i]).toBe(adjusted[j]);
        });
      });
    }),
  );
});

test("rejects what Holm's step-down procedure rejects", () => {
  fc.assert(
    fc.property(pValues, fc.constantFrom(0.01, 0.05, 0.1), (list, alpha) => {
      // Holm 1979: from the smallest up, stop at the first p with (m - i + 1) p > alpha.
      const sorted = [...list].sort((a, b) => a - b);
      const stop = sorted.findIndex((p, i) => (list.length - i) * p > alpha);
      const rejected = stop < 0 ? list.length : stop;
      expect(holmAdjust(list).filter((p) => p <= alpha)).toHaveLength(rejected);
    }),
  );
});

test("does not depend on the order of the tests", () => {
  fc.assert(
    fc.property(pValues, (list) => {
      expect(holmAdjust([...list].reverse()).reverse()).toEqual(holmAdjust(list));
    }),
  );
});

test("refuses what is no p-value", () => {
  for (const bad of [-0.1, 1.1, Number.NaN]) expect(() => holmAdjust([0.5, bad])).toThrow(RangeError);
});
