import { expect, test } from "vitest";
import { factBits, memoryBits } from "../../../agent-sim/measured/information.ts";

test("16 facts over 64 keys and 32 values take 80 bits of values and 49 of keys", () => {
  // log2 C(64, 16) = log2 488526937079580
  expect(factBits(16).values).toBe(80);
  expect(factBits(16).keys).toBeCloseTo(Math.log2(488_526_937_079_580), 9);
  expect(factBits(1)).toEqual({ values: 5, keys: 6 });
});

test("four vectors of width 96 hold 269 bits", () => {
  expect(memoryBits(4, 96)).toBeCloseTo(268.8);
});
