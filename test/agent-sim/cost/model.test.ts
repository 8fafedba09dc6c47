import fc from "fast-check";
import { expect, test } from "vitest";
import { kvCacheBytes, modelPresets } from "../../../agent-sim/cost/model.ts";

// spec/agents.md section 3, "KV per token, fp16".
test.each([
  ["qwen2.5-7b", 57_344],
  ["llama-3.1-8b", 131_072],
  ["llama-3.1-70b", 327_680],
  ["qwen3-0.6b", 114_688],
] as const)("the cache of %s takes %i bytes a token at fp16", (name, bytes) => {
  expect(kvCacheBytes(modelPresets[name], 1, "fp16")).toBe(bytes);
});

test("the cache is linear in tokens and half as large at int8", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (tokens) => {
      const bytes = kvCacheBytes(modelPresets["qwen2.5-7b"], tokens, "fp16");
      expect(bytes).toBe(57_344 * tokens);
      expect(kvCacheBytes(modelPresets["qwen2.5-7b"], tokens, "int8")).toBe(bytes / 2);
    }),
  );
});
