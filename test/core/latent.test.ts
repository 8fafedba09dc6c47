import { expect, test } from "vitest";
import { rowOf, stateBatch } from "#core";

test("a row is a view of its batch, not a copy", () => {
  const batch = stateBatch(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6));
  expect([...rowOf(batch, 1)]).toEqual([4, 5, 6]);
  rowOf(batch, 0)[2] = 9;
  expect(batch.values[2]).toBe(9);
});

test("values that do not fill the batch are refused", () => {
  expect(() => stateBatch(2, 3, new Float32Array(5))).toThrow(RangeError);
  expect(() => stateBatch(2, 3, new Float32Array(5))).toThrow("2 x 3 needs 6 values, got 5");
});
