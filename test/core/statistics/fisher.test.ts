import fc from "fast-check";
import { expect, test } from "vitest";
import { fisherExact } from "../../../core/statistics/fisher.ts";

test.each<[string, [[number, number], [number, number]], number]>([
  // spec/latent-handover.md section 2: 0 against 2 of 31 handovers, p = 0.49; exactly 30/61.
  [
    "0 of 31 against 2 of 31",
    [
      [0, 31],
      [2, 29],
    ],
    30 / 61,
  ],
  // Fisher, The Design of Experiments (1935), chapter 2; two-sided 34/70 = 0.4857 in R's fisher.test.
  [
    "the lady tasting tea",
    [
      [3, 1],
      [1, 3],
    ],
    34 / 70,
  ],
  // Criminal convictions of like-sex twins, Fisher 1970; R's fisher.test documentation, p-value = 0.0005367.
  [
    "the convicted twins",
    [
      [2, 15],
      [10, 3],
    ],
    0.0005367241191434358,
  ],
  // Studying teenagers in Wikipedia, "Fisher's exact test": 0.002759456 in R and SciPy.
  [
    "the studying teenagers",
    [
      [1, 9],
      [11, 3],
    ],
    0.0027594561852200836,
  ],
  // SciPy's scipy.stats.fisher_exact documentation: whales and sharks, 0.035.
  [
    "whales and sharks",
    [
      [8, 2],
      [1, 5],
    ],
    0.03496503496503497,
  ],
  // Exact rational arithmetic (Python fractions) on counts whose factorials no double holds.
  [
    "a large table",
    [
      [200, 800],
      [260, 740],
    ],
    0.0017010604910292224,
  ],
])("%s has its published p-value", (_, table, expected) => {
  expect(fisherExact(table) / expected).toBeCloseTo(1, 9);
});

const count = fc.nat(40);

test("lies in (0, 1], and is the same with rows, columns or both exchanged, and transposed", () => {
  fc.assert(
    fc.property(count, count, count, count, (a, b, c, d) => {
      const p = fisherExact([
        [a, b],
        [c, d],
      ]);
      expect(p > 0 && p <= 1).toBe(true);
      expect(
        fisherExact([
          [c, d],
          [a, b],
        ]),
      ).toBeCloseTo(p, 9);
      expect(
        fisherExact([
          [b, a],
          [d, c],
        ]),
      ).toBeCloseTo(p, 9);
      expect(
        fisherExact([
          [a, c],
          [b, d],
        ]),
      ).toBeCloseTo(p, 9);
    }),
  );
});

test("equals the sum over all tables of exact binomials", () => {
  fc.assert(
    fc.property(fc.nat(12), fc.nat(12), fc.nat(12), fc.nat(12), (a, b, c, d) => {
      const weight = (x: number): bigint => choose(a + b, x) * choose(c + d, a + c - x);
      let all = 0n;
      let asUnlikely = 0n;
      for (let x = Math.max(0, a - d); x <= Math.min(a + b, a + c); x++) {
        all += weight(x);
        if (weight(x) <= weight(a)) asUnlikely += weight(x);
      }
      expect(
        fisherExact([
          [a, b],
          [c, d],
        ]),
      ).toBeCloseTo(Number(asUnlikely) / Number(all), 10);
    }),
  );
});

test("is 1 when a margin is empty, and tends to 0 for a table without doubt", () => {
  expect(
    fisherExact([
      [0, 0],
      [3, 4],
    ]),
  ).toBe(1);
  expect(
    fisherExact([
      [0, 0],
      [0, 0],
    ]),
  ).toBe(1);
  expect(
    fisherExact([
      [5000, 0],
      [0, 5000],
    ]),
  ).toBe(0);
});

test("refuses counts that are none", () => {
  for (const bad of [-1, 0.5, Number.NaN]) {
    expect(() =>
      fisherExact([
        [bad, 1],
        [1, 1],
      ]),
    ).toThrow(RangeError);
  }
});

function choose(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
  return result;
}
