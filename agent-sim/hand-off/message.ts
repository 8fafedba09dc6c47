// The message between two stages: a prelude, a JSON header and a body, versioned, opened without ever throwing.

import crc from "crc-32";
import { z } from "zod";
import { decodePayload, type PayloadFailure, type Precision, precisions } from "#core";

/**
 * | byte | field        | type | content                              |
 * |------|--------------|------|--------------------------------------|
 * | 0    | magic        | u16  | 0x4d42, "BM"                         |
 * | 2    | version      | u16  | 1                                    |
 * | 4    | headerLength | u32  | bytes of the JSON header             |
 * | 8    | headerCrc    | u32  | CRC-32 of bytes 0..7 and the header  |
 * | 12   | header       |      | JSON, UTF-8: {@link MessageHeader}   |
 * | ...  | body         |      | `bodyBytes` bytes, by `kind`         |
 *
 * All little-endian. Bodies: `text` and `summary` UTF-8; `tokens` ids of `idBytes` bytes; `latent` one payload of
 * core/payload.ts; `kv` frames of a u32 length and one such payload, layer by layer. Payloads carry their own checksums,
 * since the stream of a cache is never held as a whole; the other bodies have theirs, `bodyCrc`, in the header.
 */
const MAGIC = 0x4d42;
const VERSION = 1;
const PRELUDE_BYTES = 12;
/** The length before each frame. */
export const framePrefixBytes = 4;

const count = z.int().nonnegative();
const route = { task: count, from: z.string(), to: z.string(), sequence: count, bodyBytes: count };
const kvHeaderSchema = z.strictObject({
  kind: z.literal("kv"),
  ...route,
  modelId: z.string(),
  precision: z.enum(precisions as readonly [Precision, ...Precision[]]),
  layers: z.int().min(1),
  /** Keys and values of one token in one layer. */
  valuesPerToken: z.int().min(1),
  tokens: count,
  chunkTokens: z.int().min(1),
});
const headerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["text", "summary"]), ...route, bodyCrc: count }),
  z.strictObject({
    kind: z.literal("tokens"),
    ...route,
    bodyCrc: count,
    idBytes: z.union([z.literal(2), z.literal(4)]),
  }),
  z.strictObject({ kind: z.literal("latent"), ...route }),
  kvHeaderSchema,
]);

export type MessageHeader = z.output<typeof headerSchema>;
export type KvHeader = z.output<typeof kvHeaderSchema>;

/** Whose message it is. */
export interface MessageRoute {
  readonly task: number;
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
}

export type MessageContent =
  | { readonly kind: "text" | "summary"; readonly text: string }
  | { readonly kind: "tokens"; readonly tokens: readonly number[] }
  /** As core encodes it; whoever reads it opens it. */
  | { readonly kind: "latent"; readonly payload: Uint8Array };

export interface EncodedMessage {
  readonly bytes: Uint8Array;
  /** Prelude and header: what precedes the body. */
  readonly headerBytes: number;
}

/** Why a message cannot be used; a frame of a cache may also fail as any payload does. */
export type MessageFailure = PayloadFailure | "bad-header" | "bad-body";

export type DecodedMessage =
  | { readonly ok: true; readonly header: MessageHeader; readonly content: MessageContent | null }
  | { readonly ok: false; readonly reason: MessageFailure };

/**
 * Returns a message of text, token ids or a latent. Ids are written in 2 bytes each when all are below 65,536, else in 4.
 * Throws RangeError for an id that is no unsigned 32-bit integer. Law: `decodeMessage` gives the content back.
 */
export function encodeMessage(route: MessageRoute, content: MessageContent): EncodedMessage {
  if (content.kind === "latent") {
    const { kind, payload } = content;
    return join({ kind, ...route, bodyBytes: payload.length }, payload);
  }
  if (content.kind !== "tokens") {
    const body = new TextEncoder().encode(content.text);
    return join({ kind: content.kind, ...route, ...sizes(body) }, body);
  }
  const idBytes = content.tokens.every((id) => id < 65_536) ? 2 : 4;
  const body = new Uint8Array(content.tokens.length * idBytes);
  const view = new DataView(body.buffer);
  for (const [i, id] of content.tokens.entries()) {
    if (!Number.isInteger(id) || id < 0 || id > 0xffffffff) {
      throw new RangeError(`encodeMessage: token ${i} is ${id}, expected an unsigned 32-bit integer`);
    }
    if (idBytes === 2) view.setUint16(i * 2, id, true);
    else view.setUint32(i * 4, id, true);
  }
  return join({ kind: "tokens", ...route, ...sizes(body), idBytes }, body);
}

/** Returns what stands before the body. The body of a cache follows as frames ({@link encodeFrame}). */
export function encodeEnvelope(header: MessageHeader): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(PRELUDE_BYTES + json.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MAGIC, true);
  view.setUint16(2, VERSION, true);
  view.setUint32(4, json.length, true);
  bytes.set(json, PRELUDE_BYTES);
  view.setUint32(8, envelopeCrc(bytes), true);
  return bytes;
}

/** Returns a payload with its length before it. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(framePrefixBytes + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length, true);
  frame.set(payload, framePrefixBytes);
  return frame;
}

/**
 * Returns the header and content of a whole message, or why it cannot be used; `content` is null for a cache, whose
 * frames were checked one by one and belong to the receiver's model. Never throws, whatever the bytes.
 */
export function decodeMessage(bytes: Uint8Array): DecodedMessage {
  if (bytes.length < PRELUDE_BYTES) return refuse("truncated");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0, true) !== MAGIC) return refuse("bad-magic");
  if (view.getUint16(2, true) !== VERSION) return refuse("unknown-version");
  const bodyAt = PRELUDE_BYTES + view.getUint32(4, true);
  if (bytes.length < bodyAt) return refuse("truncated");
  if (view.getUint32(8, true) !== envelopeCrc(bytes.subarray(0, bodyAt))) return refuse("bad-checksum");
  const header = parseHeader(bytes.subarray(PRELUDE_BYTES, bodyAt));
  if (header === null) return refuse("bad-header");
  const body = bytes.subarray(bodyAt);
  if (body.length < header.bodyBytes) return refuse("truncated");
  if (body.length > header.bodyBytes) return refuse("wrong-length");
  if (header.kind === "kv") return checkFrames(header, body);
  if (header.kind === "latent") return { ok: true, header, content: { kind: "latent", payload: body } };
  if (crc.buf(body) >>> 0 !== header.bodyCrc) return refuse("bad-checksum");
  const content = header.kind === "tokens" ? readTokens(body, header.idBytes) : readText(body, header.kind);
  return content === null ? refuse("bad-body") : { ok: true, header, content };
}

/** Returns the tokens of each frame of one layer: all `chunkTokens`, but the last. */
export function chunkSizes(tokens: number, chunkTokens: number): readonly number[] {
  return Array.from({ length: Math.ceil(tokens / chunkTokens) }, (_, chunk) =>
    Math.min(chunkTokens, tokens - chunk * chunkTokens),
  );
}

function join(header: MessageHeader, body: Uint8Array): EncodedMessage {
  const envelope = encodeEnvelope(header);
  const bytes = new Uint8Array(envelope.length + body.length);
  bytes.set(envelope);
  bytes.set(body, envelope.length);
  return { bytes, headerBytes: envelope.length };
}

function sizes(body: Uint8Array): { bodyBytes: number; bodyCrc: number } {
  return { bodyBytes: body.length, bodyCrc: crc.buf(body) >>> 0 };
}

function envelopeCrc(envelope: Uint8Array): number {
  return crc.buf(envelope.subarray(PRELUDE_BYTES), crc.buf(envelope.subarray(0, 8))) >>> 0;
}

function refuse(reason: MessageFailure): DecodedMessage {
  return { ok: false, reason };
}

function parseHeader(json: Uint8Array): MessageHeader | null {
  try {
    const parsed = headerSchema.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function readText(body: Uint8Array, kind: "text" | "summary"): MessageContent | null {
  try {
    // A byte-order mark is part of the text that was sent.
    return { kind, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body) };
  } catch {
    return null;
  }
}

function readTokens(body: Uint8Array, idBytes: 2 | 4): MessageContent | null {
  if (body.length % idBytes !== 0) return null;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const tokens = Array.from({ length: body.length / idBytes }, (_, i) =>
    idBytes === 2 ? view.getUint16(i * 2, true) : view.getUint32(i * 4, true),
  );
  return { kind: "tokens", tokens };
}

function checkFrames(header: KvHeader, body: Uint8Array): DecodedMessage {
  const { layers, tokens, chunkTokens, modelId, valuesPerToken } = header;
  // Before a list is made from a number that came over the wire: every frame takes more than a byte.
  if (layers * Math.ceil(tokens / chunkTokens) > body.length) return refuse("wrong-length");
  const perLayer = chunkSizes(tokens, chunkTokens);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let at = 0;
  for (let sequence = 0; sequence < layers * perLayer.length; sequence++) {
    if (at + framePrefixBytes > body.length) return refuse("truncated");
    const start = at + framePrefixBytes;
    at = start + view.getUint32(at, true);
    if (at > body.length) return refuse("truncated");
    const dimension = perLayer[sequence % perLayer.length] * valuesPerToken;
    const frame = decodePayload(body.subarray(start, at), { modelId, dimension, sequence });
    if (!frame.ok) return refuse(frame.reason);
  }
  return at === body.length ? { ok: true, header, content: null } : refuse("wrong-length");
}
