import fc from "fast-check";
import { expect, test } from "vitest";
import {
  anotherEntity,
  createStream,
  meanOfOthers,
  noiseState,
  permutedState,
  rowOf,
  spreadOf,
  stateBatch,
} from "#core";

const states = stateBatch(3, 2, Float32Array.of(1, 10, 2, 20, 6, 60));

test("the spread of states is the mean and the deviation of the population, value by value", () => {
  // 1, 2, 6: mean 3, variance (4 + 1 + 9) / 3.
  const { mean, deviation } = spreadOf(states);
  expect([...mean]).toEqual([3, 30]);
  expect(deviation[0]).toBeCloseTo(Math.sqrt(14 / 3), 5);
  expect(deviation[1]).toBeCloseTo(10 * Math.sqrt(14 / 3), 4);
  expect(() => spreadOf(stateBatch(0, 2, new Float32Array(0)))).toThrow(RangeError);
});

test("the mean of others leaves the own state out", () => {
  expect([...meanOfOthers(states, 0)]).toEqual([4, 40]);
  expect([...meanOfOthers(states, 2)]).toEqual([1.5, 15]);
  expect(() => meanOfOthers(stateBatch(1, 2, Float32Array.of(1, 2)), 0)).toThrow(RangeError);
});

test("noise has the mean and the spread of the states, and is drawn by entity and hand-off", () => {
  const spread = spreadOf(states);
  const random = createStream(1, "noise test");
  const drawn = Array.from({ length: 4000 }, (_, i) =>
    noiseState(spread, random, i % 50, Math.floor(i / 50)),
  );
  const again = spreadOf(stateBatch(4000, 2, Float32Array.from(drawn.flatMap((row) => [...row]))));
  // Four standard errors of a mean of 4,000.
  expect(Math.abs(again.mean[0] - 3)).toBeLessThan((4 * spread.deviation[0]) / Math.sqrt(4000));
  expect(again.deviation[0] / spread.deviation[0]).toBeCloseTo(1, 1);
  expect(noiseState(spread, random, 3, 7)).toEqual(noiseState(spread, random, 3, 7));
  expect(noiseState(spread, random, 3, 7)).not.toEqual(noiseState(spread, random, 7, 3));
});

test("a permuted state has the same values in one order for all states, and leaves the own one as it was", () => {
  fc.assert(
    fc.property(fc.float32Array({ minLength: 1, maxLength: 40, noNaN: true }), fc.nat(1000), (own, seed) => {
      const before = own.slice();
      const permuted = permutedState(own, createStream(seed, "order"));
      expect([...permuted].sort((a, b) => a - b)).toEqual([...own].sort((a, b) => a - b));
      expect(own).toEqual(before);
      const places = Float32Array.from(own, (_, i) => i);
      const order = permutedState(places, createStream(seed, "order"));
      expect(permuted).toEqual(Float32Array.from(order, (place) => own[place]));
    }),
    { seed: 13 },
  );
});

test("another entity is the first that can stand in, around the end, and oneself where none can", () => {
  expect(anotherEntity(2, 5, 2, () => true)).toBe(3);
  expect(anotherEntity(2, 5, 4, (other) => other < 2)).toBe(0);
  expect(anotherEntity(2, 5, 0, () => false)).toBe(2);
  expect(anotherEntity(0, 1, 0, () => true)).toBe(0);
  expect([
    ...rowOf(
      states,
      anotherEntity(0, 3, 0, () => true),
    ),
  ]).toEqual([2, 20]);
});
