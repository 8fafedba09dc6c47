// A key-value cache on the wire: encoded frame by frame and counted, never held as a whole.
//
// There is no language model here yet, so the values are a seeded stand-in. The bytes are real, the values are not.
import { bytesPerValue, createStream, decodePayload, encodePayload, payloadHeaderBytes } from "#core";
import type { ModelShape } from "../cost/model.ts";
import {
  chunkSizes,
  encodeEnvelope,
  encodeFrame,
  framePrefixBytes,
  type KvHeader,
  type MessageRoute,
} from "./message.ts";

/** Tokens of one frame: a frame of Qwen2.5-7B at fp16 then takes 256 KiB, and its header of 28 bytes 0.01 % more. */
export const kvChunkTokens = 128;

export interface KvCache {
  readonly model: ModelShape;
  readonly precision: "fp16" | "int8";
  readonly tokens: number;
  /** Of the stand-in values. */
  readonly seed: number;
}

/**
 * Yields the message of a cache piece by piece: the envelope, then a frame for each chunk of each layer, keys and values
 * of its tokens together. Law: the pieces joined pass `decodeMessage`, and their length is `countKvStream`.
 */
export function* encodeKvStream(route: MessageRoute, cache: KvCache): Generator<Uint8Array> {
  const header = kvHeader(route, cache);
  yield encodeEnvelope(header);
  let sequence = 0;
  for (let layer = 0; layer < header.layers; layer++) {
    for (const tokens of chunkSizes(cache.tokens, kvChunkTokens))
      yield encodeChunk(cache, tokens, sequence++);
  }
}

export interface KvStreamCount {
  /** Envelope, frames' lengths and payload headers included. */
  readonly bytes: number;
  /** All that is not a value. */
  readonly headerBytes: number;
  /** The start of the stream, at most `headBytes` bytes. */
  readonly head: Uint8Array;
}

/**
 * Returns the length of the stream as really encoded. A frame's length depends on its number of values alone, so each
 * different size is encoded once, counted, and remembered: a cache of gigabytes is counted in milliseconds.
 */
export function countKvStream(route: MessageRoute, cache: KvCache, headBytes: number): KvStreamCount {
  const header = kvHeader(route, cache);
  const envelope = encodeEnvelope(header);
  let frames = 0;
  let values = 0;
  for (const tokens of chunkSizes(cache.tokens, kvChunkTokens)) {
    frames += encodedChunkBytes(cache, tokens);
    values += tokens * header.valuesPerToken * bytesPerValue[cache.precision];
  }
  const bytes = envelope.length + header.layers * frames;
  const pieces = [envelope];
  if (cache.tokens > 0 && envelope.length < headBytes) {
    pieces.push(encodeChunk(cache, Math.min(kvChunkTokens, cache.tokens), 0));
  }
  return { bytes, headerBytes: bytes - header.layers * values, head: concat(pieces).slice(0, headBytes) };
}

function kvHeader(route: MessageRoute, { model, precision, tokens }: KvCache): KvHeader {
  const valuesPerToken = 2 * model.kvHeads * model.headSize;
  const frames = chunkSizes(tokens, kvChunkTokens).map((size) =>
    frameBytes(size * valuesPerToken, precision),
  );
  const bodyBytes = model.layers * frames.reduce((sum, size) => sum + size, 0);
  const { layers, name: modelId } = model;
  return {
    kind: "kv",
    ...route,
    bodyBytes,
    modelId,
    precision,
    layers,
    valuesPerToken,
    tokens,
    chunkTokens: kvChunkTokens,
  };
}

/** What the header announces; `countKvStream` counts, and a test holds one to the other. */
function frameBytes(values: number, precision: KvCache["precision"]): number {
  return framePrefixBytes + payloadHeaderBytes + values * bytesPerValue[precision];
}

function encodeChunk({ model, precision, seed }: KvCache, tokens: number, sequence: number): Uint8Array {
  const values = standInValues(tokens * 2 * model.kvHeads * model.headSize, seed, sequence);
  return encodeFrame(encodePayload(values, { modelId: model.name, precision, sequence }));
}

const counted = new Map<string, number>();

function encodedChunkBytes(cache: KvCache, tokens: number): number {
  const key = `${tokens * cache.model.kvHeads * cache.model.headSize}/${cache.precision}`;
  let bytes = counted.get(key);
  if (bytes === undefined) {
    const frame = encodeChunk(cache, tokens, 0);
    requireOpens(frame, cache, tokens);
    bytes = frame.length;
    counted.set(key, bytes);
  }
  return bytes;
}

/** Opens a frame as the receiver would. */
function requireOpens(frame: Uint8Array, { model }: KvCache, tokens: number): void {
  const dimension = tokens * 2 * model.kvHeads * model.headSize;
  const opened = decodePayload(frame.subarray(framePrefixBytes), {
    modelId: model.name,
    dimension,
    sequence: 0,
  });
  if (!opened.ok) throw new RangeError(`a frame just encoded cannot be opened: ${opened.reason}`);
}

/** A prime, so that the pattern does not line up with heads and tokens. */
const STAND_IN_PERIOD = 1009;
const standIns = new Map<number, Float32Array>();

/** Returns `count` values: a period of normal numbers of the seed, entered at a place of the frame's own. */
function standInValues(count: number, seed: number, sequence: number): Float32Array {
  let period = standIns.get(seed);
  if (period === undefined) {
    const random = createStream(seed, "agent-kv-stand-in");
    period = Float32Array.from({ length: STAND_IN_PERIOD }, (_, i) => random.normal(i));
    standIns.clear();
    standIns.set(seed, period);
  }
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = period[(i + 31 * sequence) % STAND_IN_PERIOD];
  return values;
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
