// The checkpoint format of llama2.c: seven int32, then fp32 weights, tensor by tensor, little-endian.
import { BadInputError } from "#core";
import type { LlamaShape, LlamaWeights } from "./llama-weights.ts";

const HEADER_BYTES = 28;

/**
 * Returns the weights of a checkpoint; `subject` names the file in errors. Throws BadInputError for a header that no
 * decoder can have, a file of another size than it asks for, or a weight that is not finite.
 */
export function parseLlama2cCheckpoint(bytes: Uint8Array, subject: string): LlamaWeights {
  const refused = (expected: string, got: string): BadInputError =>
    new BadInputError("unreadable-model", { subject, expected, got });
  if (bytes.length < HEADER_BYTES) throw refused("a header of seven int32", `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, hidden, layers, heads, kvHeads, signedVocabulary, contextTokens] = Array.from(
    { length: 7 },
    (_, i) => view.getInt32(4 * i, true),
  );
  // A negative size says that the classifier has weights of its own.
  const vocabulary = Math.abs(signedVocabulary);
  const sizes = [width, hidden, layers, heads, kvHeads, vocabulary, contextTokens];
  const isPossible =
    sizes.every((size) => size >= 1 && size <= 2 ** 20) &&
    width % heads === 0 &&
    (width / heads) % 2 === 0 &&
    heads % kvHeads === 0;
  if (!isPossible) {
    throw refused(
      "dim, hidden_dim, n_layers, n_heads, n_kv_heads, vocab_size, seq_len of a decoder",
      sizes.join(", "),
    );
  }
  const headSize = width / heads;
  const shape: LlamaShape = { layers, heads, kvHeads, headSize, width, hidden, vocabulary, contextTokens };
  const isShared = signedVocabulary > 0;
  const floats = countFloats(shape, isShared);
  if (bytes.length !== HEADER_BYTES + 4 * floats) {
    throw refused(`${HEADER_BYTES + 4 * floats} bytes, by its header`, `${bytes.length}`);
  }
  const values = new Float32Array(floats);
  for (let i = 0; i < floats; i++) values[i] = view.getFloat32(HEADER_BYTES + 4 * i, true);
  if (!values.every(Number.isFinite)) throw refused("finite weights", "one that is not");
  return cutWeights(shape, values, isShared);
}

/** Returns how many floats follow the header: rotary tables, which nobody reads any more, included. */
function countFloats(
  { layers, heads, kvHeads, headSize, width, hidden, vocabulary, contextTokens }: LlamaShape,
  isShared: boolean,
): number {
  const attention = 2 * heads * headSize * width + 2 * kvHeads * headSize * width;
  const layer = 2 * width + attention + 3 * hidden * width;
  return (isShared ? 1 : 2) * vocabulary * width + layers * layer + width + contextTokens * headSize;
}

/** Cuts the values: each tensor of all layers before the next tensor. */
function cutWeights(shape: LlamaShape, values: Float32Array, isShared: boolean): LlamaWeights {
  const { layers, heads, kvHeads, headSize, width, hidden, vocabulary, contextTokens } = shape;
  let at = 0;
  const take = (size: number): Float32Array => {
    at += size;
    return values.subarray(at - size, at);
  };
  const takeEach = (size: number): readonly Float32Array[] =>
    Array.from({ length: layers }, () => take(size));
  const embeddings = take(vocabulary * width);
  const attentionNorm = takeEach(width);
  const query = takeEach(heads * headSize * width);
  const key = takeEach(kvHeads * headSize * width);
  const value = takeEach(kvHeads * headSize * width);
  const output = takeEach(width * heads * headSize);
  const mlpNorm = takeEach(width);
  const gate = takeEach(hidden * width);
  const down = takeEach(width * hidden);
  const up = takeEach(hidden * width);
  const finalNorm = take(width);
  take(contextTokens * headSize);
  return {
    shape,
    embeddings,
    layers: attentionNorm.map((norm, i) => ({
      attentionNorm: norm,
      query: query[i],
      key: key[i],
      value: value[i],
      output: output[i],
      mlpNorm: mlpNorm[i],
      gate: gate[i],
      down: down[i],
      up: up[i],
    })),
    finalNorm,
    classifier: isShared ? embeddings : take(vocabulary * width),
  };
}
