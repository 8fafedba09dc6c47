// A decoder in the layout of optimum and transformers.js as a language model.
import { BadInputError } from "#core";
import type { SymbolicSession, SymbolicTensor } from "#core/node";
import { type KvCache, type LanguageModel, type ModelInput, missingInput } from "../language-model.ts";
import type { DecoderConfig } from "./decoder-config.ts";

export interface OnnxDecoder {
  readonly modelId: string;
  readonly config: DecoderConfig;
  readonly session: SymbolicSession;
  /** [vocabulary, width]; null where the graph takes ids. */
  readonly embeddings: Float32Array | null;
  /** How many numbers the weights are. */
  readonly parameters: number;
  /** Names the file in errors. */
  readonly subject: string;
}

/** Inputs that a decoder may have beside its cache; `num_logits_to_keep` says of how many positions logits are wanted. */
const known = [
  "input_ids",
  "inputs_embeds",
  "attention_mask",
  "position_ids",
  "use_cache_branch",
  "num_logits_to_keep",
];

/**
 * Returns the decoder as a language model, after checking that its inputs and outputs are those of the layout and of the
 * configuration. Throws BadInputError naming the first that is missing, unknown, or of another type or size.
 */
export function createOnnxDecoder(decoder: OnnxDecoder): LanguageModel {
  const { modelId, config, session, embeddings, parameters } = decoder;
  requireLayout(decoder);
  const { layers, kvHeads, headSize, width, vocabulary, contextTokens, endToken } = config;
  const takes = new Set(session.inputs.map(({ name }) => name));
  const takesEmbeddings = takes.has("inputs_embeds");
  // Models of images give a token a position in time, height and width; of a text all rows are equal.
  const positions = session.inputs.find(({ name }) => name === "position_ids")?.shape ?? [];
  const takesRows = positions.length === 3;
  const positionRows = takesRows ? Number(positions[0]) : 1;
  const hiddenName = session.outputs.find(({ name }) =>
    /^(hidden_states|last_hidden_state)$/.test(name),
  )?.name;
  const wanted = ["logits", ...presentNames(layers), ...(hiddenName === undefined ? [] : [hiddenName])];

  const embed = (ids: Int32Array): Float32Array => {
    if (embeddings === null) {
      throw missingInput(modelId, "inputs_embeds", "this model takes ids only; export it with inputs_embeds");
    }
    const rows = new Float32Array(ids.length * width);
    ids.forEach((id, i) => {
      requireId(id, vocabulary);
      rows.set(embeddings.subarray(id * width, (id + 1) * width), i * width);
    });
    return rows;
  };
  const inputFeed = (
    input: ModelInput,
  ): { readonly fresh: number; readonly feed: Record<string, SymbolicTensor> } => {
    if ("ids" in input && !takesEmbeddings) {
      const { ids } = input;
      for (const id of ids) requireId(id, vocabulary);
      const data = BigInt64Array.from(ids, BigInt);
      return { fresh: ids.length, feed: { input_ids: { data, shape: [1, ids.length] } } };
    }
    if (!takesEmbeddings) {
      throw missingInput(
        modelId,
        "inputs_embeds",
        "leave out the latent arms, or export the model with inputs_embeds",
      );
    }
    const data = "ids" in input ? embed(input.ids) : input.embeds;
    const fresh = data.length / width;
    return { fresh, feed: { inputs_embeds: { data, shape: [1, fresh, width] } } };
  };

  return {
    modelId,
    shape: { ...pick(config), parameters },
    takesEmbeddings,
    endToken,
    embed,
    async run(input, past) {
      const { fresh, feed } = inputFeed(input);
      const before = past?.tokens ?? 0;
      const total = before + fresh;
      if (!Number.isInteger(fresh) || fresh < 1 || total > contextTokens) {
        throw new RangeError(
          `${modelId}: ${fresh} positions behind ${before}; expected at least one, and ${contextTokens} in all`,
        );
      }
      const integers = (length: number, value: (i: number) => number): SymbolicTensor => ({
        data: BigInt64Array.from({ length }, (_, i) => BigInt(value(i))),
        shape: [1, length],
      });
      const optional: Record<string, SymbolicTensor> = {
        attention_mask: integers(total, () => 1),
        position_ids: {
          data: BigInt64Array.from({ length: positionRows * fresh }, (_, i) => BigInt(before + (i % fresh))),
          shape: takesRows ? [positionRows, 1, fresh] : [1, fresh],
        },
        use_cache_branch: { data: Uint8Array.of(before > 0 ? 1 : 0), shape: [1] },
        num_logits_to_keep: { data: BigInt64Array.of(1n), shape: [] },
      };
      const empty: SymbolicTensor = { data: new Float32Array(0), shape: [1, kvHeads, 0, headSize] };
      const shape = [1, kvHeads, before, headSize];
      const cache = Array.from({ length: layers }, (_, n) =>
        (["key", "value"] as const).map((kind) => {
          const values = past?.layers[n][kind];
          return [
            `past_key_values.${n}.${kind}`,
            values === undefined ? empty : { data: values, shape },
          ] as const;
        }),
      ).flat();
      const results = await session.run(
        {
          ...feed,
          ...Object.fromEntries([...Object.entries(optional).filter(([name]) => takes.has(name)), ...cache]),
        },
        wanted,
      );
      const logits = results.logits.data as Float32Array;
      return {
        logits: logits.slice(logits.length - vocabulary),
        hidden: hiddenName === undefined ? null : (results[hiddenName].data as Float32Array),
        cache: presentCache(results, total, decoder),
      };
    },
    close: () => session.close(),
  };
}

function presentCache(
  results: Readonly<Record<string, SymbolicTensor>>,
  tokens: number,
  { config: { layers, kvHeads, headSize }, subject }: OnnxDecoder,
): KvCache {
  const values = (n: number, kind: string): Float32Array => {
    const { data, shape } = results[`present.${n}.${kind}`];
    if (data.length === kvHeads * tokens * headSize) return data as Float32Array;
    throw new BadInputError("unreadable-model", {
      subject: `${subject}, present.${n}.${kind}`,
      expected: `[1, ${kvHeads}, ${tokens}, ${headSize}]: past and new positions`,
      got: `[${shape.join(", ")}]`,
    });
  };
  return {
    tokens,
    layers: Array.from({ length: layers }, (_, n) => ({ key: values(n, "key"), value: values(n, "value") })),
  };
}

function requireLayout({ session, config, embeddings, subject, modelId }: OnnxDecoder): void {
  const { layers, kvHeads, headSize, vocabulary, width } = config;
  const inputs = new Map(session.inputs.map((input) => [input.name, input]));
  const outputs = new Map(session.outputs.map((output) => [output.name, output]));
  const cacheNames = pastNames(layers);
  const lacks = (name: string): BadInputError =>
    missingInput(
      modelId,
      name,
      `${subject} has ${[...inputs.keys()].slice(0, 6).join(", ")}, ...; export it with its cache`,
    );
  if (!inputs.has("input_ids") && !inputs.has("inputs_embeds")) throw lacks("input_ids");
  const missing = cacheNames.find((name) => !inputs.has(name));
  if (missing !== undefined) throw lacks(missing);
  const refuse = (name: string, expected: string, got: string): never => {
    throw new BadInputError("unreadable-model", { subject: `${subject}, ${name}`, expected, got });
  };
  for (const name of inputs.keys()) {
    if (!known.includes(name) && !cacheNames.includes(name)) {
      refuse(
        name,
        `an input that a decoder has (${known.join(", ")}, past_key_values.*)`,
        "one that is not known here",
      );
    }
  }
  for (const name of ["logits", ...presentNames(layers)]) {
    if (!outputs.has(name))
      refuse(name, "an output of this name", `outputs ${[...outputs.keys()].slice(0, 6).join(", ")}, ...`);
  }
  const sizes: readonly (readonly [string, readonly (number | null)[]])[] = [
    ...cacheNames.map((name) => [name, [null, kvHeads, null, headSize]] as const),
    ["inputs_embeds", [null, null, width]],
    ["logits", [null, null, vocabulary]],
  ];
  for (const [name, expected] of sizes) {
    const value = inputs.get(name) ?? outputs.get(name);
    if (value === undefined) continue;
    const fits =
      value.shape.length === expected.length &&
      value.shape.every(
        (size, i) => expected[i] === null || typeof size !== "number" || size === expected[i],
      );
    const words = expected.map((size) => size ?? "any").join(", ");
    if (!fits) refuse(name, `[${words}], by config.json`, `[${value.shape.join(", ")}]`);
    if (value.type !== "float32")
      refuse(name, "float32", `${value.type}; take the file with weights in fp32`);
  }
  requireIntegers({ session, subject });
  if (inputs.has("inputs_embeds") && embeddings === null) {
    throw new BadInputError("model-folder", {
      subject: `${subject}, inputs_embeds`,
      expected: "the table of embeddings beside it, onnx/embed_tokens.onnx",
      got: "no such file",
      remedy: "take it from the same export",
    });
  }
}

/** Shapes of the other inputs, for one sequence: null is any size. `position_ids` may have rows in front, 3 or 4. */
const integerShapes: Readonly<
  Record<string, { readonly type: string; readonly shapes: readonly (readonly (number | null)[])[] }>
> = {
  input_ids: { type: "int64", shapes: [[1, null]] },
  attention_mask: { type: "int64", shapes: [[1, null]] },
  position_ids: {
    type: "int64",
    shapes: [
      [1, null],
      [3, 1, null],
      [4, 1, null],
    ],
  },
  use_cache_branch: { type: "bool", shapes: [[1]] },
  num_logits_to_keep: { type: "int64", shapes: [[]] },
};

/** Throws for an input of a type or rank that is not the one that is fed; a size that has a name may be any. */
function requireIntegers({ session, subject }: Pick<OnnxDecoder, "session" | "subject">): void {
  for (const { name, type, shape } of session.inputs) {
    const known = integerShapes[name];
    if (known === undefined) continue;
    const fits = known.shapes.some(
      (expected) =>
        expected.length === shape.length &&
        shape.every((size, i) =>
          typeof size === "number" ? expected[i] === null || expected[i] === size : (expected[i] ?? 1) === 1,
        ),
    );
    if (fits && type === known.type) continue;
    const words = known.shapes.map((one) => `[${one.map((size) => size ?? "any").join(", ")}]`).join(" or ");
    throw new BadInputError("unreadable-model", {
      subject: `${subject}, ${name}`,
      expected: `${known.type} of shape ${words}`,
      got: `${type} of shape [${shape.join(", ")}]`,
    });
  }
}

function pastNames(layers: number): readonly string[] {
  return cacheNames("past_key_values", layers);
}

function presentNames(layers: number): readonly string[] {
  return cacheNames("present", layers);
}

function cacheNames(prefix: string, layers: number): readonly string[] {
  return Array.from({ length: layers }, (_, n) => [`${prefix}.${n}.key`, `${prefix}.${n}.value`]).flat();
}

function requireId(id: number, vocabulary: number): void {
  if (id < 0 || id >= vocabulary) throw new RangeError(`token ${id} of a vocabulary of ${vocabulary}`);
}

function pick({ layers, heads, kvHeads, headSize, width, vocabulary, contextTokens }: DecoderConfig) {
  return { layers, heads, kvHeads, headSize, width, vocabulary, contextTokens };
}
