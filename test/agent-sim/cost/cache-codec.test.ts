import { expect, test } from "vitest";
import { cacheCodecS } from "../../../agent-sim/cost/cache-codec.ts";

test("writing and opening a cache takes what was measured, linear between and in proportion behind; else no time", () => {
  const write = [
    { tokens: 100, ms: 2 },
    { tokens: 300, ms: 10 },
  ];
  const at = [0, 50, 100, 200, 300, 600].map((tokens) => cacheCodecS({ write, open: [] }, tokens));
  expect(at.map((seconds) => Number((1000 * seconds).toFixed(9)))).toEqual([0, 1, 2, 6, 10, 20]);
  const open = [{ tokens: 100, ms: 5 }];
  expect(cacheCodecS({ write, open }, 200)).toBeCloseTo(0.016, 12);
  expect(cacheCodecS({ write: [], open: [] }, 200)).toBe(0);
});
