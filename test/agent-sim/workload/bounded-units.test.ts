import fc from "fast-check";
import { expect, test } from "vitest";
import { createBoundedUnits } from "../../../agent-sim/workload/bounded-units.ts";

const names = { scenario: "x", arms: ["a", "b"], unit: "run" };
const tallies = (value: number) => ({
  tallies: { m: { sum: value, weight: 2 }, t: { samples: [value, value + 1] } },
});

test("few units are what they were, each a group", () => {
  const units = createBoundedUnits(names, { most: 4 });
  for (const i of [1, 2, 3]) units.add(`r${i}`, [tallies(i), { kind: "simulated", ...tallies(10 * i) }]);
  expect(units.take().map(({ arm, unit, group, kind }) => [arm, unit, group, kind])).toEqual([
    ["a", "run=r1", "r1", undefined],
    ["a", "run=r2", "r2", undefined],
    ["a", "run=r3", "r3", undefined],
    ["b", "run=r1", "r1", "simulated"],
    ["b", "run=r2", "r2", "simulated"],
    ["b", "run=r3", "r3", "simulated"],
  ]);
  expect(units.take()[1].tallies).toEqual({ m: { sum: 2, weight: 2 }, t: { samples: [2, 3] } });
});

test("however many come, sums stay exact, order stays, and units and samples stay few", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), (count) => {
      const units = createBoundedUnits(names, { most: 8, mostSamples: 50 });
      for (let i = 0; i < count; i++) units.add(String(i), [tallies(i), tallies(i)]);
      const mine = units.take().filter(({ arm }) => arm === "a");
      expect(mine.length).toBeLessThanOrEqual(8);
      expect(mine.length).toBeGreaterThan(count >= 8 ? 3 : count - 1);
      const sums = mine.map(({ tallies: { m } }) => m as { sum: number; weight: number });
      expect(sums.reduce((total, { sum }) => total + sum, 0)).toBe((count * (count - 1)) / 2);
      expect(sums.reduce((total, { weight }) => total + weight, 0)).toBe(2 * count);
      const samples = mine.flatMap(({ tallies: { t } }) => (t as { samples: readonly number[] }).samples);
      expect(samples.length).toBeLessThanOrEqual(50);
      expect([...samples].sort((a, b) => a - b)).toEqual(samples);
      if (count <= 25) expect(samples.length).toBe(2 * count);
    }),
  );
});

test("arms keep the samples of the same hand-offs, and a fair part of them", () => {
  const units = createBoundedUnits(names, { most: 8, mostSamples: 1000 });
  for (let i = 0; i < 20_000; i++) {
    units.add(String(i), [{ tallies: { t: { samples: [i] } } }, { tallies: { t: { samples: [2 * i] } } }]);
  }
  const of = (arm: string): readonly number[] =>
    units
      .take()
      .flatMap((unit) =>
        unit.arm === arm ? (unit.tallies.t as { samples: readonly number[] }).samples : [],
      );
  expect(of("b")).toEqual(of("a").map((value) => 2 * value));
  expect(of("a").length).toBeGreaterThan(500);
  // Evenly spread: the mean of a uniform sample of 500 and more lies within 5 standard errors of the middle.
  const mean = of("a").reduce((sum, value) => sum + value, 0) / of("a").length;
  expect(Math.abs(mean - 9999.5)).toBeLessThan((5 * 20_000) / Math.sqrt(12 * 500));
});
