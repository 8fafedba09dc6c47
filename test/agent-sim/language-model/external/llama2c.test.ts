import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { decodeGreedily, loadExternalModel } from "../../../../agent-sim/index.ts";
import { parseLlama2cCheckpoint } from "../../../../agent-sim/language-model/external/llama2c-checkpoint.ts";
import { parseLlama2cTokenizer } from "../../../../agent-sim/language-model/external/llama2c-tokenizer.ts";
import { referenceLogits } from "../../../support/llama-reference.ts";
import { sharedPath, testWithShared } from "../../../support/shared-data.ts";

const folder = mkdtempSync(join(tmpdir(), "llama2c-"));
afterAll(() => rmSync(folder, { recursive: true }));
const stories = sharedPath("data", "stories260k");

testWithShared("TinyStories tells a story, and its logits are those of a plain forward pass", async () => {
  const { model, tokenizer } = await loadExternalModel(stories);
  // spec/agents.md section 5.
  expect(model.shape).toMatchObject({
    layers: 5,
    heads: 8,
    kvHeads: 4,
    width: 64,
    vocabulary: 512,
    contextTokens: 512,
  });
  expect(model.shape.parameters).toBe(260_032);
  const ids = tokenizer.encode("Once upon a time");
  // 403 is " Once", as `run stories260K.bin` of llama2.c has it.
  expect(ids).toEqual([1, 403, 407, 261, 378]);
  const output = await model.run({ ids: Int32Array.from(ids) }, null);
  const { ids: more } = await decodeGreedily(model, output, 60);
  const story = tokenizer.decode([...ids, ...more]);
  // The greedy continuation that the authors of llama2.c print for this model.
  expect(story).toContain(
    "Once upon a time, there was a little girl named Lily. She loved to play outside in the park.",
  );
  const weights = parseLlama2cCheckpoint(readFileSync(join(stories, "stories260K.bin")), "stories260K.bin");
  const all = [...ids, ...more];
  const expected = referenceLogits(weights, all);
  const { logits } = await model.run({ ids: Int32Array.from(all) }, null);
  const last = expected[all.length - 1];
  for (const [i, value] of last.entries()) expect(Math.abs(logits[i] - value)).toBeLessThan(1e-4);
  await model.close();
});

testWithShared("its tokenizer gives back every text", () => {
  const path = join(stories, "tok512.bin");
  const tokenizer = parseLlama2cTokenizer(readFileSync(path), 512, path);
  fc.assert(
    fc.property(fc.string({ maxLength: 60, unit: "grapheme" }), (text) => {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }),
  );
});

/** A checkpoint of a decoder with one layer: width 4, hidden 4, 2 heads, vocabulary 4, 8 positions. */
function checkpoint(
  header: readonly number[] = [4, 4, 1, 2, 2, 4, 8],
  floats = 16 + 4 + 64 + 4 + 48 + 4 + 16,
): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(28 + 4 * floats));
  header.forEach((value, i) => {
    bytes.setInt32(4 * i, value, true);
  });
  for (let i = 0; i < floats; i++) bytes.setFloat32(28 + 4 * i, 0.01 * i, true);
  return new Uint8Array(bytes.buffer);
}

test("a checkpoint is cut by its header, with a classifier of its own where the size is negative", () => {
  const shared = parseLlama2cCheckpoint(checkpoint(), "a.bin");
  expect(shared.classifier).toBe(shared.embeddings);
  expect(shared.layers[0].query[0]).toBeCloseTo(0.2, 6);
  const own = parseLlama2cCheckpoint(checkpoint([4, 4, 1, 2, 2, -4, 8], 156 + 16), "a.bin");
  expect(own.classifier[0]).toBeCloseTo(1.56, 6);
});

test.each([
  ["cut short", checkpoint().subarray(0, 200), "expected 652 bytes, by its header, got 200"],
  ["without a header", new Uint8Array(3), "expected a header of seven int32"],
  ["of another kind", new Uint8Array(700).fill(7), "expected dim, hidden_dim, n_layers"],
  ["whose heads do not divide", checkpoint([4, 4, 1, 3, 3, 4, 8]), "expected dim, hidden_dim"],
  [
    "with a weight that is no number",
    (() => {
      const bytes = checkpoint();
      bytes.fill(255, 100, 104);
      return bytes;
    })(),
    "expected finite weights",
  ],
])("a checkpoint %s is one clear error", (_, bytes, message) => {
  expect(() => parseLlama2cCheckpoint(bytes, "a.bin")).toThrow(message);
});

test("a checkpoint without its tokenizer, or with one of another size, is one clear error", async () => {
  writeFileSync(join(folder, "model.bin"), checkpoint());
  await expect(loadExternalModel(folder)).rejects.toThrow("expected a tokenizer of llama2.c, tok*.bin");
  const tokenizer = new DataView(new ArrayBuffer(4 + 3 * 9));
  for (let i = 0; i < 3; i++) {
    tokenizer.setInt32(4 + 9 * i + 4, 1, true);
    tokenizer.setUint8(4 + 9 * i + 8, 97 + i);
  }
  writeFileSync(join(folder, "tok.bin"), new Uint8Array(tokenizer.buffer));
  await expect(loadExternalModel(join(folder, "model.bin"))).rejects.toThrow(
    "tokenizer of 4 pieces, the size of the model's vocabulary, got 3 pieces",
  );
});
