import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeMessage,
  encodeEnvelope,
  encodeMessage,
  type MessageContent,
} from "../../../agent-sim/hand-off/message.ts";

const route = { task: 7, from: "planner", to: "retriever", sequence: 2 };
const contents: fc.Arbitrary<MessageContent> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("text" as const, "summary" as const),
    text: fc.string({ unit: "grapheme" }),
  }),
  fc.record({ kind: fc.constant("tokens" as const), tokens: fc.array(fc.nat(300_000)) }),
  fc.record({ kind: fc.constant("latent" as const), payload: fc.uint8Array() }),
);

test("a decoded message is the encoded one", () => {
  fc.assert(
    fc.property(contents, (content) => {
      const decoded = decodeMessage(encodeMessage(route, content).bytes);
      expect(decoded).toMatchObject({ ok: true, content, header: { kind: content.kind, ...route } });
    }),
  );
});

test("text takes its UTF-8 bytes, ids two bytes each below 65,536 and four above", () => {
  const bodyOf = (content: MessageContent): number => {
    const { bytes, headerBytes } = encodeMessage(route, content);
    return bytes.length - headerBytes;
  };
  expect(bodyOf({ kind: "text", text: "Ångström" })).toBe(10);
  expect(bodyOf({ kind: "tokens", tokens: [1, 65_535] })).toBe(4);
  expect(bodyOf({ kind: "tokens", tokens: [1, 65_536] })).toBe(8);
});

test("an id that is none is a programming error", () => {
  expect(() => encodeMessage(route, { kind: "tokens", tokens: [1.5] })).toThrow(RangeError);
  expect(() => encodeMessage(route, { kind: "tokens", tokens: [-1] })).toThrow(RangeError);
});

const sample = encodeMessage(route, { kind: "text", text: "The ferry Alder 1 sails from Keld." }).bytes;

test("a message cut anywhere is truncated", () => {
  for (let length = 0; length < sample.length; length++) {
    expect(decodeMessage(sample.slice(0, length))).toEqual({ ok: false, reason: "truncated" });
  }
});

test("any flipped bit is found", () => {
  for (let bit = 0; bit < sample.length * 8; bit++) {
    const damaged = sample.slice();
    damaged[bit >>> 3] ^= 1 << (bit & 7);
    expect(decodeMessage(damaged).ok, `bit ${bit}`).toBe(false);
  }
});

test("each part of the prelude has its own reason", () => {
  const damage = (at: number, value: number) => {
    const bytes = sample.slice();
    bytes[at] = value;
    return decodeMessage(bytes);
  };
  expect(damage(0, 0)).toEqual({ ok: false, reason: "bad-magic" });
  expect(damage(2, 9)).toEqual({ ok: false, reason: "unknown-version" });
  expect(damage(7, 255)).toEqual({ ok: false, reason: "truncated" });
  expect(damage(8, sample[8] ^ 1)).toEqual({ ok: false, reason: "bad-checksum" });
  expect(decodeMessage(Uint8Array.of(...sample, 0))).toEqual({ ok: false, reason: "wrong-length" });
});

test("a whole envelope with a header that makes no sense is refused", () => {
  for (const header of [{ kind: "telepathy" }, [], { kind: "text", ...route, bodyBytes: -1, bodyCrc: 0 }]) {
    const bytes = encodeEnvelope(header as unknown as Parameters<typeof encodeEnvelope>[0]);
    expect(decodeMessage(bytes)).toEqual({ ok: false, reason: "bad-header" });
  }
});

test("a body that does not fit its kind is refused", () => {
  // CRC-32 of no bytes is 0; of the one byte 0xff it is 0xff000000.
  const odd = encodeEnvelope({ kind: "tokens", ...route, bodyBytes: 1, bodyCrc: 0xff000000, idBytes: 2 });
  expect(decodeMessage(Uint8Array.of(...odd, 0xff))).toEqual({ ok: false, reason: "bad-body" });
  const notText = encodeEnvelope({ kind: "text", ...route, bodyBytes: 1, bodyCrc: 0xff000000 });
  expect(decodeMessage(Uint8Array.of(...notText, 0xff))).toEqual({ ok: false, reason: "bad-body" });
});

test("a header that announces more than there is costs no memory", () => {
  const kv = {
    kind: "kv",
    ...route,
    modelId: "m",
    precision: "fp16",
    layers: 2 ** 40,
    valuesPerToken: 8,
  } as const;
  const bytes = encodeEnvelope({ ...kv, bodyBytes: 0, tokens: 2 ** 50, chunkTokens: 1 });
  expect(decodeMessage(bytes)).toEqual({ ok: false, reason: "wrong-length" });
});

test("random bytes never throw, alone or behind a good start", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(sample.length), (noise, kept) => {
      expect(decodeMessage(noise).ok).toBe(false);
      const joined = Uint8Array.of(...sample.subarray(0, kept), ...noise);
      expect(() => decodeMessage(joined)).not.toThrow();
    }),
    { numRuns: 500 },
  );
});
