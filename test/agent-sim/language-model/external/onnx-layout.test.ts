import { expect, test } from "vitest";
import type { DecoderConfig } from "../../../../agent-sim/language-model/external/decoder-config.ts";
import { createOnnxDecoder } from "../../../../agent-sim/language-model/external/onnx-decoder.ts";
import type { SymbolicSession, SymbolicTensor } from "../../../../core/adapters/symbolic-session.ts";

const config: DecoderConfig = {
  name: "tiny",
  layers: 1,
  heads: 2,
  kvHeads: 1,
  headSize: 2,
  width: 4,
  vocabulary: 5,
  contextTokens: 8,
  endToken: null,
};

type Spec = SymbolicSession["inputs"][number];
const spec = (name: string, shape: Spec["shape"], type = "float32"): Spec => ({ name, type, shape });
const cache = ["key", "value"].map((kind) => spec(`past_key_values.0.${kind}`, ["batch", 1, "past", 2]));
const usual = [spec("input_ids", ["batch", "sequence"], "int64"), ...cache];
const outputs = [
  spec("logits", ["batch", "sequence", 5]),
  ...["key", "value"].map((kind) => spec(`present.0.${kind}`, ["batch", 1, "total", 2])),
];

/** A session that keeps what it is fed, and answers with zeros of the right sizes. */
function session(inputs: readonly Spec[], made: readonly Spec[] = outputs) {
  const fed: Readonly<Record<string, SymbolicTensor>>[] = [];
  const value: SymbolicSession = {
    inputs,
    outputs: made,
    async run(feeds) {
      fed.push(feeds);
      const total = feeds["past_key_values.0.key"].shape[2] + feeds.input_ids.shape[1];
      const present = { data: new Float32Array(2 * total), shape: [1, 1, total, 2] };
      const logits = { data: Float32Array.from({ length: 5 }, (_, i) => i), shape: [1, 1, 5] };
      return { logits, "present.0.key": present, "present.0.value": present };
    },
    close: async () => {},
  };
  return { value, fed };
}

const create = (
  inputs: readonly Spec[],
  made: readonly Spec[] = outputs,
  parts: Partial<DecoderConfig> = {},
) => {
  const { value, fed } = session(inputs, made);
  const decoder = {
    modelId: "tiny@1",
    session: value,
    embeddings: null,
    parameters: 1,
    subject: "model.onnx",
  };
  return { model: createOnnxDecoder({ ...decoder, config: { ...config, ...parts } }), fed };
};

test("a merged decoder is told whether it has a past, and every optional input is fed", async () => {
  const { model, fed } = create([
    ...usual,
    spec("attention_mask", ["batch", "total"], "int64"),
    spec("position_ids", ["batch", "sequence"], "int64"),
    spec("use_cache_branch", [1], "bool"),
    spec("num_logits_to_keep", [], "int64"),
  ]);
  const { cache: past, logits, hidden } = await model.run({ ids: Int32Array.of(3, 1, 2) }, null);
  expect([...logits]).toEqual([0, 1, 2, 3, 4]);
  expect(hidden).toBeNull();
  await model.run({ ids: Int32Array.of(4, 0) }, past);
  const numbers = (feed: SymbolicTensor): readonly number[] => Array.from(feed.data as BigInt64Array, Number);
  expect(fed.map((feeds) => [...feeds.use_cache_branch.data])).toEqual([[0], [1]]);
  expect(fed.map((feeds) => feeds["past_key_values.0.key"].shape)).toEqual([
    [1, 1, 0, 2],
    [1, 1, 3, 2],
  ]);
  expect(numbers(fed[1].attention_mask)).toEqual([1, 1, 1, 1, 1]);
  expect(numbers(fed[1].position_ids)).toEqual([3, 4]);
  expect(fed[1].num_logits_to_keep).toEqual({ data: BigInt64Array.of(1n), shape: [] });
});

test("inputs that a model does not have are not fed", async () => {
  const { model, fed } = create(usual);
  await model.run({ ids: Int32Array.of(1) }, null);
  expect(Object.keys(fed[0]).sort()).toEqual([
    "input_ids",
    "past_key_values.0.key",
    "past_key_values.0.value",
  ]);
});

test.each([3, 4])(
  "positions in %i rows, as models of images have them, are equal rows for a text",
  async (rows) => {
    const { model, fed } = create([...usual, spec("position_ids", [rows, "batch", "sequence"], "int64")]);
    const { cache: past } = await model.run({ ids: Int32Array.of(3, 1) }, null);
    await model.run({ ids: Int32Array.of(4, 0) }, past);
    expect(fed.map((feeds) => feeds.position_ids.shape)).toEqual([
      [rows, 1, 2],
      [rows, 1, 2],
    ]);
    const second = Array.from(fed[1].position_ids.data as BigInt64Array, Number);
    expect(second).toEqual(Array.from({ length: rows }, () => [2, 3]).flat());
  },
);

test.each([
  [spec("position_ids", [2, "batch", "sequence"], "int64"), "[1, any] or [3, 1, any] or [4, 1, any]"],
  [spec("position_ids", ["batch"], "int64"), "int64 of shape [1, any] or"],
  [spec("position_ids", ["batch", "sequence"], "int32"), "got int32 of shape"],
  [
    spec("attention_mask", ["batch", 1, "sequence", "total"], "int64"),
    "attention_mask: expected int64 of shape [1, any]",
  ],
  [spec("use_cache_branch", [1], "int64"), "use_cache_branch: expected bool of shape [1]"],
])("an input of a type or rank that cannot be fed is refused on loading: %o", (input, message) => {
  expect(() => create([...usual, input])).toThrow(message);
});

test.each<[string, () => unknown, string]>([
  ["without its cache", () => create([usual[0]]), "expected an input or table `past_key_values.0.key`"],
  ["without ids and embeddings", () => create(cache), "expected an input or table `input_ids`"],
  [
    "with an input of another sort",
    () => create([...usual, spec("pixel_values", ["batch", 3])]),
    "model.onnx, pixel_values: expected an input that a decoder has",
  ],
  [
    "without logits",
    () => create(usual, outputs.slice(1)),
    "model.onnx, logits: expected an output of this name",
  ],
  [
    "in half precision",
    () => create([usual[0], ...cache.map((one) => ({ ...one, type: "float16" }))]),
    "past_key_values.0.key: expected float32, got float16; take the file with weights in fp32",
  ],
  [
    "with a cache of another layout",
    () => create([usual[0], ...cache.map((one) => ({ ...one, shape: ["batch", "past", 4] }))]),
    "expected [any, 1, any, 2], by config.json, got [batch, past, 4]",
  ],
])("a decoder %s is refused", (_, make, message) => {
  expect(make).toThrow(message);
});

test("a cache that comes back in another size is refused, not passed on", async () => {
  const { value } = session(usual);
  const short = {
    ...value,
    run: async () => ({
      ...(await value.run(
        {
          "past_key_values.0.key": { data: new Float32Array(0), shape: [1, 1, 0, 2] },
          input_ids: { data: new BigInt64Array(1), shape: [1, 1] },
        },
        [],
      )),
    }),
  };
  const model = createOnnxDecoder({
    modelId: "tiny@1",
    config,
    session: short,
    embeddings: null,
    parameters: 1,
    subject: "model.onnx",
  });
  await expect(model.run({ ids: Int32Array.of(1, 2) }, null)).rejects.toThrow(
    "present.0.key: expected [1, 1, 2, 2]: past and new positions",
  );
});
