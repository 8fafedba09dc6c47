import fc from "fast-check";
import { expect, test } from "vitest";
import { kvCacheBytes, modelPresets } from "../../../agent-sim/cost/model.ts";
import { countKvStream, encodeKvStream, kvChunkTokens } from "../../../agent-sim/hand-off/kv-stream.ts";
import { decodeMessage } from "../../../agent-sim/hand-off/message.ts";

const route = { task: 0, from: "router", to: "planner", sequence: 1 };
const tiny = { name: "tiny", layers: 3, heads: 2, kvHeads: 1, headSize: 4, parameters: 1e3 };

function join(pieces: Iterable<Uint8Array>): Uint8Array {
  return Uint8Array.from([...pieces].flatMap((piece) => [...piece]));
}

test("the pieces joined are a message, as long as was counted, and start as was shown", () => {
  fc.assert(
    fc.property(
      fc.nat(2 * kvChunkTokens + 2),
      fc.constantFrom("fp16" as const, "int8" as const),
      fc.nat(1000),
      (tokens, precision, seed) => {
        const cache = { model: tiny, precision, tokens, seed };
        const stream = join(encodeKvStream(route, cache));
        const counted = countKvStream(route, cache, 300);
        expect(counted.bytes).toBe(stream.length);
        expect(counted.bytes - counted.headerBytes).toBe(kvCacheBytes(tiny, tokens, precision));
        expect(counted.head).toEqual(stream.subarray(0, counted.head.length));
        expect(decodeMessage(stream)).toMatchObject({
          ok: true,
          header: { kind: "kv", bodyBytes: stream.length - firstPiece(cache) },
        });
      },
    ),
    { numRuns: 30 },
  );
});

function firstPiece(cache: Parameters<typeof encodeKvStream>[1]): number {
  return (encodeKvStream(route, cache).next().value as Uint8Array).length;
}

test("1,024 tokens of Qwen2.5-7B at fp16 are 58,720,256 bytes of values and 0.011 % of headers", () => {
  const cache = { model: modelPresets["qwen2.5-7b"], precision: "fp16", tokens: 1024, seed: 1 } as const;
  const { bytes, headerBytes } = countKvStream(route, cache, 0);
  expect(bytes - headerBytes).toBe(57_344 * 1024);
  // 28 layers x 8 frames x (4 + 24) and the envelope
  expect(headerBytes).toBe(28 * 8 * 28 + firstPiece(cache));
  expect(headerBytes / bytes).toBeLessThan(1.2e-4);
});

test("no piece is larger than a frame, however long the document", () => {
  const cache = { model: tiny, precision: "fp16", tokens: 10 * kvChunkTokens, seed: 1 } as const;
  for (const piece of encodeKvStream(route, cache)) {
    expect(piece.length).toBeLessThanOrEqual(4 + 24 + kvChunkTokens * 8 * 2);
  }
});

test("damage to any frame is found, by its own reason", () => {
  const whole = join(encodeKvStream(route, { model: tiny, precision: "int8", tokens: 9, seed: 1 }));
  const value = whole.slice();
  value[value.length - 1] ^= 1;
  expect(decodeMessage(value)).toEqual({ ok: false, reason: "bad-checksum" });
  for (let length = 0; length < whole.length; length++) {
    expect(decodeMessage(whole.slice(0, length))).toEqual({ ok: false, reason: "truncated" });
  }
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const damaged = whole.slice();
      damaged[at] ^= mask;
      expect(decodeMessage(damaged).ok).toBe(false);
    }),
  );
});

test("equal seeds give equal bytes, other seeds other values in as many", () => {
  const of = (seed: number) =>
    join(encodeKvStream(route, { model: tiny, precision: "fp16", tokens: 5, seed }));
  expect(of(1)).toEqual(of(1));
  expect(of(2)).not.toEqual(of(1));
  expect(of(2)).toHaveLength(of(1).length);
});
