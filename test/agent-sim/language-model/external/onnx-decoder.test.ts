import { mkdtempSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, expect, test } from "vitest";
import { decodeGreedily, loadExternalModel } from "../../../../agent-sim/index.ts";
import { requireRunnable } from "../../../../agent-sim/measured/requirements.ts";
import { byteLevelTokenizer, smallShape, writeDecoderFolder } from "../../../support/decoder-folder.ts";
import { referenceLogits } from "../../../support/llama-reference.ts";
import { describeWithShared, sharedPath } from "../../../support/shared-data.ts";

const root = mkdtempSync(join(tmpdir(), "external-model-"));
afterAll(() => rmSync(root, { recursive: true }));
let folder = root;
let folders = 0;
beforeEach(() => {
  folder = join(root, `model-${folders++}`);
});

const ids = [5, 300, 17, 17, 2, 250, 9, 31];

/** Holds two rows of logits to each other: fp32 sums of some hundred terms of size 1 differ in the sixth digit. */
function expectClose(got: Float32Array, expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(got[i] - value)).toBeLessThan(1e-4);
}

test.each(["ids", "embeds"] as const)(
  "a decoder that takes %s gives the logits of a plain forward pass",
  async (takes) => {
    const expected = referenceLogits(writeDecoderFolder(folder, { takes }), ids);
    const { model, tokenizer } = await loadExternalModel(folder);
    expect(model.takesEmbeddings).toBe(takes === "embeds");
    expect(model.shape).toMatchObject({ layers: 2, kvHeads: 2, headSize: 6, width: 24, vocabulary: 320 });
    expect(model.endToken).toBe(2);
    expect(tokenizer.vocabularySize).toBe(316);
    const whole = await model.run({ ids: Int32Array.from(ids) }, null);
    expectClose(whole.logits, expected[7]);
    expect(whole.hidden?.length).toBe(ids.length * smallShape.width);
    expect(whole.cache.layers[1].key.length).toBe(2 * ids.length * 6);
    // In two pieces and one by one, behind the cache: the same, and a cache that was used stays what it was.
    const first = await model.run({ ids: Int32Array.from(ids.slice(0, 5)) }, null);
    const rest = await model.run({ ids: Int32Array.from(ids.slice(5)) }, first.cache);
    expectClose(rest.logits, expected[7]);
    const again = await model.run({ ids: Int32Array.of(ids[5]) }, first.cache);
    expectClose(again.logits, expected[5]);
    expect(first.cache.tokens).toBe(5);
    if (takes === "embeds") {
      const embeds = model.embed(Int32Array.from(ids));
      expectClose((await model.run({ embeds }, null)).logits, expected[7]);
    }
    const { ids: more } = await decodeGreedily(model, whole, 4);
    expect(more.length).toBeLessThanOrEqual(4);
    await model.close();
  },
);

test("text and ids are each other's image", async () => {
  writeDecoderFolder(folder);
  const { tokenizer, model } = await loadExternalModel(folder);
  await model.close();
  expect(tokenizer.encode("the inn")).toEqual(
    [257, 32, 259, 110].map((id, i) => (i === 1 ? tokenizer.encode(" ")[0] : id)),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 40, unit: "grapheme" }), (text) => {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }),
    { examples: [["a . b , c ! d ? it 's do n't"]] },
  );
});

test("a latent arm asked of a model that takes ids only is refused, naming the input", async () => {
  writeDecoderFolder(folder);
  const { model } = await loadExternalModel(folder);
  expect(() => requireRunnable({ model }, ["text", "kv"])).not.toThrow();
  expect(() => requireRunnable({ model }, ["text", "latent"])).toThrow("an input or table `inputs_embeds`");
  expect(() => model.embed(Int32Array.of(1))).toThrow("inputs_embeds");
  await expect(model.run({ embeds: new Float32Array(24) }, null)).rejects.toMatchObject({
    code: "missing-input",
  });
  await expect(model.run({ ids: Int32Array.of(320) }, null)).rejects.toThrow(
    "token 320 of a vocabulary of 320",
  );
  await expect(model.run({ ids: new Int32Array(49) }, null)).rejects.toThrow("49 positions behind 0");
  await model.close();
});

const edit = (file: string, change: (value: Record<string, unknown>) => unknown): void => {
  const path = join(folder, file);
  writeFileSync(
    path,
    JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>)),
  );
};
const editVocabulary = (ids: Record<string, unknown>): void =>
  edit("tokenizer.json", (tokenizer) => {
    const model = tokenizer.model as { readonly vocab: object };
    return { ...tokenizer, model: { ...model, vocab: { ...model.vocab, ...ids } } };
  });
test.each<[string, () => void, string]>([
  [
    "no folder",
    () => rmSync(folder, { recursive: true }),
    "expected the folder of a model, got nothing there",
  ],
  [
    "neither a configuration nor a checkpoint",
    () => unlinkSync(join(folder, "config.json")),
    "got neither config.json nor a .bin",
  ],
  [
    "no tokenizer",
    () => unlinkSync(join(folder, "tokenizer.json")),
    "tokenizer.json: expected this file of the model, got no such file",
  ],
  [
    "no decoder",
    () => unlinkSync(join(folder, "onnx", "model.onnx")),
    "expected a decoder, one of onnx/decoder_model_merged.onnx",
  ],
  [
    "a broken configuration",
    () => writeFileSync(join(folder, "config.json"), "{"),
    "config.json: expected JSON",
  ],
  [
    "a configuration without layers",
    () => edit("config.json", ({ num_hidden_layers: _, ...rest }) => rest),
    "config.json, num_hidden_layers: expected a positive integer, got nothing",
  ],
  [
    "a size that is none",
    () => edit("config.json", (config) => ({ ...config, vocab_size: -1 })),
    "vocab_size: expected a positive integer, got -1",
  ],
  [
    "a tokenizer that is too large",
    () => writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(byteLevelTokenizer(400))),
    "expected a tokenizer of 320 ids",
  ],
  [
    "a tokenizer that is too small",
    () => writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(byteLevelTokenizer(270))),
    "got 270 - take the tokenizer.json that was saved with this model",
  ],
  [
    "a tokenizer that is none",
    () => writeFileSync(join(folder, "tokenizer.json"), '{"model":{"type":"none"}}'),
    "expected a tokenizer as the tokenizers library saves it",
  ],
  [
    "another number of layers",
    () => edit("config.json", (config) => ({ ...config, num_hidden_layers: 3 })),
    "expected an input or table `past_key_values.2.key`",
  ],
  [
    "fewer layers than the graph has",
    () => edit("config.json", (config) => ({ ...config, num_hidden_layers: 1 })),
    "past_key_values.1.key: expected an input that a decoder has",
  ],
  [
    "another size of heads",
    () => edit("config.json", (config) => ({ ...config, head_dim: 8 })),
    "past_key_values.0.key: expected [any, 2, any, 8], by config.json",
  ],
  [
    "another vocabulary",
    () => edit("config.json", (config) => ({ ...config, vocab_size: 330 })),
    "logits: expected [any, any, 330], by config.json",
  ],
  [
    "a billion layers",
    () => edit("config.json", (config) => ({ ...config, num_hidden_layers: 1e9 })),
    "config.json, num_hidden_layers: expected at most 1024, more than any decoder has, got 1000000000",
  ],
  [
    "no heads",
    () => edit("config.json", (config) => ({ ...config, num_attention_heads: 0 })),
    "config.json, num_attention_heads: expected a positive integer, got 0",
  ],
  [
    "heads that do not divide the width",
    () => edit("config.json", ({ head_dim: _, ...config }) => ({ ...config, num_attention_heads: 7 })),
    "config.json, hidden_size: expected a multiple of 7 heads",
  ],
  [
    "a table of embeddings that fits no memory",
    () =>
      edit("config.json", (config) => ({ ...config, vocab_size: 4e6, hidden_size: 120_000, head_dim: 6 })),
    "vocab_size: expected a table of embeddings of at most 2147483648 values, got 4000000 tokens of 120000",
  ],
  ["a negative id", () => editVocabulary({ "!": -1 }), 'got the id -1 of "!"'],
  ["an id that is no whole number", () => editVocabulary({ "!": 1.5 }), 'got the id 1.5 of "!"'],
  ["an id beyond any vocabulary", () => editVocabulary({ "!": 2 ** 40 }), 'got the id 1099511627776 of "!"'],
  ["an id that is a text", () => editVocabulary({ "!": "7" }), 'got the id string of "!"'],
  ["one id of two pieces", () => editVocabulary({ first: 7, second: 7 }), "the id 7 of"],
  [
    "a pattern that never comes to an end",
    () =>
      edit("tokenizer.json", (tokenizer) => ({
        ...tokenizer,
        pre_tokenizer: { type: "Split", pattern: { Regex: "(x+x+)+y" }, behavior: "Isolated", invert: false },
      })),
    "a pattern that does not come to an end: (x+x+)+y - take the tokenizer.json that was saved with this model",
  ],
  [
    "a graph cut short",
    () =>
      writeFileSync(
        join(folder, "onnx", "model.onnx"),
        readFileSync(join(folder, "onnx", "model.onnx")).subarray(0, 9000),
      ),
    "expected an ONNX file that onnxruntime can run",
  ],
])("a folder with %s is one clear error", async (_, damage, message) => {
  writeDecoderFolder(folder);
  damage();
  await expect(loadExternalModel(folder)).rejects.toThrow(message);
  await expect(loadExternalModel(folder)).rejects.toMatchObject({ name: "BadInputError" });
});

test("a decoder of embeddings without their table is one clear error", async () => {
  writeDecoderFolder(folder, { takes: "embeds" });
  unlinkSync(join(folder, "onnx", "embed_tokens.onnx"));
  await expect(loadExternalModel(folder)).rejects.toThrow(
    "expected the table of embeddings beside it, onnx/embed_tokens.onnx",
  );
  await expect(loadExternalModel(folder)).rejects.toMatchObject({ code: "model-folder" });
});

test.each([1, 30])(
  "a tokenizer with %i ids beyond the vocabulary loads, and never gives one",
  async (more) => {
    writeDecoderFolder(folder);
    const tokens = byteLevelTokenizer(320 + more);
    const added = { id: 319 + more, content: "<extra>", special: true };
    writeFileSync(join(folder, "tokenizer.json"), JSON.stringify({ ...tokens, added_tokens: [added] }));
    const { model, tokenizer } = await loadExternalModel(folder);
    expect(tokenizer.vocabularySize).toBe(320);
    expect(tokenizer.encode("the<extra> inn")).toEqual(tokenizer.encode("the inn"));
    await model.run({ ids: Int32Array.from(tokenizer.encode("the<extra> inn")) }, null);
    await model.close();
  },
);

describeWithShared("folders of public reports", () => {
  test.each(["position-rows", "tokenizer-larger"])("%s loads, and goes on with a text", async (name) => {
    const { model, tokenizer } = await loadExternalModel(
      sharedPath("cases", "public-reports", "23-onnx", name),
    );
    const ids = Int32Array.from(tokenizer.encode("the inn by the river"));
    const { cache } = await model.run({ ids: ids.subarray(0, 5) }, null);
    const behind = await model.run({ ids: ids.subarray(5) }, cache);
    const whole = await model.run({ ids }, null);
    expectClose(behind.logits, [...whole.logits]);
    expect(behind.logits).toHaveLength(320);
    await model.close();
  });
});

test("the merged decoder at the root of a folder loads too", async () => {
  const expected = referenceLogits(writeDecoderFolder(folder), ids);
  renameSync(join(folder, "onnx", "model.onnx"), join(folder, "decoder_model_merged.onnx"));
  const { model } = await loadExternalModel(folder);
  expectClose((await model.run({ ids: Int32Array.from(ids) }, null)).logits, expected[7]);
  await model.close();
});
