import { BadInputError } from "#core";

/**
 * A decoder-only transformer made ready to run: our own, or one that was read from a folder of the user's. All calls are
 * real operations whose wall time grows with the tokens that they read.
 */
export interface LanguageModel {
  /** Names the model and its weights; compressors are bound to it. */
  readonly modelId: string;
  readonly shape: LanguageModelShape;
  /** Whether `run` takes `embeds`; where it does not, the latent arms are refused. */
  readonly takesEmbeddings: boolean;
  /** Ends an answer; decoding stops at it. Null for a model that has none. */
  readonly endToken: number | null;
  /**
   * Returns the rows of the embedding table, [n, width]. Throws BadInputError (`missing-input`) when the model has no
   * table to read, RangeError for an id outside the vocabulary.
   */
  embed(ids: Int32Array): Float32Array;
  /**
   * Reads `ids` [n], or `embeds` [n, width], behind `past`, which stays as it is. Throws RangeError when n is 0 or past
   * and new positions together exceed `shape.contextTokens`, BadInputError (`missing-input`) for `embeds` where
   * `takesEmbeddings` is false.
   */
  run(input: ModelInput, past: KvCache | null): Promise<ModelOutput>;
  /** Frees what the runtime holds. */
  close(): Promise<void>;
}

export interface LanguageModelShape {
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** Of an embedding and of a hidden state. */
  readonly width: number;
  readonly vocabulary: number;
  /** Positions that past and new tokens can fill together. */
  readonly contextTokens: number;
  readonly parameters: number;
}

export type ModelInput = { readonly ids: Int32Array } | { readonly embeds: Float32Array };

export interface ModelOutput {
  /** Of the last position, [vocabulary]. */
  readonly logits: Float32Array;
  /** Hidden states of the new positions, [n, width]; null where the model does not give them. */
  readonly hidden: Float32Array | null;
  /** `past` and the new positions. */
  readonly cache: KvCache;
}

/** Keys and values of `tokens` positions. A key already carries its position's rotation. */
export interface KvCache {
  readonly tokens: number;
  /** Each [kvHeads, tokens, headSize]. */
  readonly layers: readonly { readonly key: Float32Array; readonly value: Float32Array }[];
}

/**
 * Returns the most likely continuation of `from`, at most `maxTokens` ids; it ends with the end token when that comes, and
 * `cache` then holds all but the last id returned. Throws RangeError when `maxTokens` is no positive integer.
 */
export async function decodeGreedily(
  model: LanguageModel,
  from: Pick<ModelOutput, "logits" | "cache">,
  maxTokens: number,
): Promise<{ readonly ids: readonly number[]; readonly cache: KvCache }> {
  if (!Number.isInteger(maxTokens) || maxTokens < 1) {
    throw new RangeError(`decodeGreedily: maxTokens is ${maxTokens}, expected a positive integer`);
  }
  const ids: number[] = [];
  let { logits, cache } = from;
  for (;;) {
    const next = largestIndex(logits);
    ids.push(next);
    if (next === model.endToken || ids.length === maxTokens) return { ids, cache };
    ({ logits, cache } = await model.run({ ids: Int32Array.of(next) }, cache));
  }
}

/** Returns where the largest value is, the first of equal ones. */
export function largestIndex(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Returns the error of a model that lacks what an arm needs: `input` as the user's ONNX file would name it. */
export function missingInput(modelId: string, input: string, remedy: string): BadInputError {
  return new BadInputError("missing-input", {
    subject: `the language model ${modelId}`,
    expected: `an input or table \`${input}\``,
    got: "a model without it",
    remedy,
  });
}
