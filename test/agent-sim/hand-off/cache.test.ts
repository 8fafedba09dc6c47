import fc from "fast-check";
import { expect, test } from "vitest";
import { cutCache, encodeCache, openCache } from "../../../agent-sim/hand-off/cache.ts";
import type { KvCache } from "../../../agent-sim/language-model/language-model.ts";
import { createStream } from "../../../core/index.ts";

const route = { task: 3, from: "router", to: "planner", sequence: 1 };
const shape = {
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headSize: 3,
  width: 12,
  vocabulary: 50,
  contextTokens: 400,
  parameters: 1000,
};
const model = { modelId: "a-model", shape };

function randomCache(tokens: number, seed: number): KvCache {
  const random = createStream(seed, "cache test");
  const values = (layer: number, part: number): Float32Array =>
    Float32Array.from({ length: shape.kvHeads * tokens * shape.headSize }, (_, i) =>
      random.normal(layer, part, i),
    );
  return {
    tokens,
    layers: Array.from({ length: shape.layers }, (_, layer) => ({
      key: values(layer, 0),
      value: values(layer, 1),
    })),
  };
}

test("a cache that crossed is the one that was sent, to the precision's half step, in several chunks too", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom("fp16" as const, "int8" as const),
      fc.nat(1000),
      (tokens, precision, seed) => {
        const cache = randomCache(tokens, seed);
        const opened = openCache(encodeCache(route, model, cache, precision), model);
        if (!opened.ok) throw new Error(opened.reason);
        expect(opened.cache.tokens).toBe(tokens);
        // Normal values stay under 6: half a step of int8 is then under 6 / 254.
        const tolerance = precision === "fp16" ? 6 * 2 ** -11 : 6 / 254;
        for (const [layer, { key, value }] of opened.cache.layers.entries()) {
          for (const [i, number] of key.entries()) {
            expect(Math.abs(number - cache.layers[layer].key[i])).toBeLessThan(tolerance);
            expect(Math.abs(value[i] - cache.layers[layer].value[i])).toBeLessThan(tolerance);
          }
        }
      },
    ),
    { numRuns: 12 },
  );
});

test("the first positions of a cache are those of every head", () => {
  const cache = randomCache(5, 1);
  const cut = cutCache(cache, 2, shape);
  const { headSize } = shape;
  expect(cut.tokens).toBe(2);
  expect([...cut.layers[1].value.subarray(2 * headSize)]).toEqual([
    ...cache.layers[1].value.subarray(5 * headSize, 7 * headSize),
  ]);
  expect(() => cutCache(cache, 6, shape)).toThrow(RangeError);
});

test("a cache of another model or shape, or damaged anywhere, is refused by its reason", () => {
  const bytes = encodeCache(route, model, randomCache(3, 2), "int8");
  expect(openCache(bytes, { ...model, modelId: "another" })).toEqual({ ok: false, reason: "wrong-model" });
  expect(openCache(bytes, { ...model, shape: { ...shape, kvHeads: 4 } })).toEqual({
    ok: false,
    reason: "wrong-dimension",
  });
  expect(openCache(bytes, { ...model, shape: { ...shape, contextTokens: 2 } })).toEqual({
    ok: false,
    reason: "wrong-dimension",
  });
  for (let bit = 0; bit < bytes.length * 8; bit += 7) {
    const damaged = bytes.slice();
    damaged[bit >>> 3] ^= 1 << (bit & 7);
    expect(openCache(damaged, model).ok, `bit ${bit}`).toBe(false);
  }
  for (let length = 0; length < bytes.length; length += 5) {
    expect(openCache(bytes.slice(0, length), model).ok, `length ${length}`).toBe(false);
  }
});
