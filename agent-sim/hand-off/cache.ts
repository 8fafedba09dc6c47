// A key-value cache cut to its first positions, and on the wire: real keys and values, frame by frame.
import { bytesPerValue, decodePayload, encodePayload, payloadHeaderBytes } from "#core";
import type { KvCache, LanguageModel } from "../language-model/language-model.ts";
import { kvChunkTokens } from "./kv-stream.ts";
import {
  chunkSizes,
  decodeMessage,
  encodeEnvelope,
  encodeFrame,
  framePrefixBytes,
  type KvHeader,
  type MessageFailure,
  type MessageRoute,
} from "./message.ts";

/** Returns the first `tokens` positions of a cache. Throws RangeError when it has fewer. */
export function cutCache(
  cache: KvCache,
  tokens: number,
  { kvHeads }: Pick<LanguageModel["shape"], "kvHeads">,
): KvCache {
  if (tokens > cache.tokens)
    throw new RangeError(`a cache of ${cache.tokens} positions has no ${tokens} first ones`);
  const cut = (values: Float32Array): Float32Array => takePositions(values, kvHeads, 0, tokens, cache.tokens);
  return { tokens, layers: cache.layers.map(({ key, value }) => ({ key: cut(key), value: cut(value) })) };
}

/**
 * Returns the message of a cache: the envelope, then a frame for each chunk of each layer. A frame holds the keys of its
 * tokens, [kvHeads, tokens, headSize], then their values. Law: `openCache` gives the cache back to half a step of the
 * precision.
 */
export function encodeCache(
  route: MessageRoute,
  model: Pick<LanguageModel, "modelId" | "shape">,
  cache: KvCache,
  precision: KvHeader["precision"],
): Uint8Array {
  const { kvHeads, headSize } = model.shape;
  const frames: Uint8Array[] = [];
  for (const { key, value } of cache.layers) {
    let from = 0;
    for (const tokens of chunkSizes(cache.tokens, kvChunkTokens)) {
      const half = kvHeads * tokens * headSize;
      const values = new Float32Array(2 * half);
      values.set(takePositions(key, kvHeads, from, tokens, cache.tokens));
      values.set(takePositions(value, kvHeads, from, tokens, cache.tokens), half);
      const sequence = frames.length;
      frames.push(encodeFrame(encodePayload(values, { modelId: model.modelId, precision, sequence })));
      from += tokens;
    }
  }
  const bodyBytes = frames.reduce((sum, { length }) => sum + length, 0);
  const envelope = encodeEnvelope({
    kind: "kv",
    ...route,
    bodyBytes,
    modelId: model.modelId,
    precision,
    layers: cache.layers.length,
    valuesPerToken: 2 * kvHeads * headSize,
    tokens: cache.tokens,
    chunkTokens: kvChunkTokens,
  });
  const bytes = new Uint8Array(envelope.length + bodyBytes);
  bytes.set(envelope);
  let at = envelope.length;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

export type OpenedCache =
  | { readonly ok: true; readonly header: KvHeader; readonly cache: KvCache }
  | { readonly ok: false; readonly reason: MessageFailure };

/** Returns the cache that a message holds, or why this model cannot use it. Never throws, whatever the bytes. */
export function openCache(bytes: Uint8Array, model: Pick<LanguageModel, "modelId" | "shape">): OpenedCache {
  const message = decodeMessage(bytes);
  if (!message.ok) return message;
  const { header } = message;
  const { kvHeads, headSize, layers, contextTokens } = model.shape;
  if (header.kind !== "kv") return { ok: false, reason: "bad-header" };
  if (header.modelId !== model.modelId) return { ok: false, reason: "wrong-model" };
  if (
    header.layers !== layers ||
    header.valuesPerToken !== 2 * kvHeads * headSize ||
    header.tokens < 1 ||
    header.tokens > contextTokens
  )
    return { ok: false, reason: "wrong-dimension" };
  const chunks = chunkSizes(header.tokens, header.chunkTokens);
  const size = kvHeads * header.tokens * headSize;
  let at = bytes.length - header.bodyBytes;
  let sequence = 0;
  const opened: { key: Float32Array; value: Float32Array }[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const key = new Float32Array(size);
    const value = new Float32Array(size);
    let from = 0;
    for (const tokens of chunks) {
      const half = kvHeads * tokens * headSize;
      const start = at + framePrefixBytes;
      at = start + payloadHeaderBytes + 2 * half * bytesPerValue[header.precision];
      const frame = decodePayload(bytes.subarray(start, at), {
        modelId: model.modelId,
        dimension: 2 * half,
        sequence: sequence++,
      });
      if (!frame.ok) return frame;
      putPositions(key, frame.values.subarray(0, half), kvHeads, from, header.tokens);
      putPositions(value, frame.values.subarray(half), kvHeads, from, header.tokens);
      from += tokens;
    }
    opened.push({ key, value });
  }
  return { ok: true, header, cache: { tokens: header.tokens, layers: opened } };
}

/** Returns `tokens` positions from `from` on of `values` [heads, total, size], as [heads, tokens, size]. */
function takePositions(
  values: Float32Array,
  heads: number,
  from: number,
  tokens: number,
  total: number,
): Float32Array {
  const size = values.length / (heads * total);
  const taken = new Float32Array(heads * tokens * size);
  for (let head = 0; head < heads; head++) {
    const start = (head * total + from) * size;
    taken.set(values.subarray(start, start + tokens * size), head * tokens * size);
  }
  return taken;
}

/** Writes `part` [heads, tokens, size] into `values` [heads, total, size] from position `from` on. */
function putPositions(
  values: Float32Array,
  part: Float32Array,
  heads: number,
  from: number,
  total: number,
): void {
  const size = values.length / (heads * total);
  const row = part.length / heads;
  for (let head = 0; head < heads; head++) {
    values.set(part.subarray(head * row, (head + 1) * row), (head * total + from) * size);
  }
}
