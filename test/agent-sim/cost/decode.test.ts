import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSeconds, decodeSpeed } from "../../../agent-sim/cost/decode.ts";
import { modelPresets } from "../../../agent-sim/cost/model.ts";

const speed = { decodeStepS: 0.02, decodeContextS: 1e-6 };

test("each token reads all that stands before it, worked by hand", () => {
  // 3 steps of 20 ms, behind 1,000, 1,001 and 1,002 tokens of 1 us each: 60 + 3.003 ms
  expect(decodeSeconds(speed, 3, 1000)).toBeCloseTo(0.063003, 12);
  expect(decodeSeconds(speed, 1, 0)).toBe(0.02);
  expect(decodeSeconds(speed, 0, 5000)).toBe(0);
});

test("a step takes weights and cache over one bandwidth, and holds where it was measured", () => {
  const model = modelPresets["llama-3.1-8b"];
  // 8.03e9 weights of 2 bytes are 16.06 GB; 131,072 B a token of cache: 122,528.08 tokens have as many bytes as the weights.
  const atStart = decodeSpeed(model, { stepS: 0.01, contextTokens: 0, weightBytes: 2 });
  expect(atStart.decodeStepS).toBe(0.01);
  expect(decodeSeconds(atStart, 1, 16.06e9 / 131_072)).toBeCloseTo(0.02, 12);
  const behind = decodeSpeed(model, { stepS: 0.01, contextTokens: 4000, weightBytes: 2 });
  expect(decodeSeconds(behind, 1, 4000)).toBeCloseTo(0.01, 12);
  expect(behind.decodeStepS).toBeCloseTo((0.01 * 16.06e9) / (16.06e9 + 4000 * 131_072), 12);
  // Weights of half the bytes leave half the time: the cache weighs more.
  const small = decodeSpeed(model, { stepS: 0.01, contextTokens: 0, weightBytes: 1 });
  expect(small.decodeContextS).toBeCloseTo(2 * atStart.decodeContextS, 15);
});

test("decoding in two parts takes what decoding at once does, and more of either takes more", () => {
  const tokens = fc.integer({ min: 0, max: 3000 });
  fc.assert(
    fc.property(tokens, tokens, fc.integer({ min: 0, max: 200_000 }), (first, second, context) => {
      const parts = decodeSeconds(speed, first, context) + decodeSeconds(speed, second, context + first);
      expect(parts).toBeCloseTo(decodeSeconds(speed, first + second, context), 6);
      const once = decodeSeconds(speed, first, context);
      expect(decodeSeconds(speed, first + 1, context)).toBeGreaterThan(once);
      expect(decodeSeconds(speed, first, context + 1)).toBeGreaterThanOrEqual(once);
    }),
    { seed: 12 },
  );
});
