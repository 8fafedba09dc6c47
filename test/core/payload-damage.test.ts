import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type DecodedPayload,
  decodePayload,
  encodePayload,
  type PayloadExpectation,
  type Precision,
  payloadFailures,
} from "#core";
import { anyPrecision, bitwiseCrc32, flipBits, latents, reseal, uint32 } from "./payload-bytes.ts";

const values = Float32Array.of(1, -2, 0.5, 4, 0, -0.25, 3, 7);
const expected: PayloadExpectation = { modelId: "m", dimension: 8, sequence: 6 };
const good = (precision: Precision): Uint8Array =>
  encodePayload(values, { modelId: "m", precision, sequence: 6 });

function outcomeOf(decoded: DecodedPayload): string {
  return decoded.ok ? "ok" : decoded.reason;
}

/** Returns how often each outcome occurs when `damaged` are received. */
function counts(damaged: Iterable<Uint8Array>): Record<string, number> {
  const count: Record<string, number> = {};
  for (const bytes of damaged) {
    const outcome = outcomeOf(decodePayload(bytes, expected));
    count[outcome] = (count[outcome] ?? 0) + 1;
  }
  return count;
}

test("the checksum's check value is that of CRC-32/ISO-HDLC", () => {
  // 0xcbf43926: the "check" of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  expect(bitwiseCrc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

test("the checksum in a payload is that CRC-32 over all bytes but its own", () => {
  fc.assert(
    fc.property(latents(1000), anyPrecision, uint32, (z, precision, sequence) => {
      const bytes = encodePayload(z, { modelId: "m", precision, sequence });
      expect(reseal(bytes)).toEqual(bytes);
    }),
  );
});

test.each([
  ["magic", 0, "bad-magic"],
  ["version", 2, "unknown-version"],
  ["precision", 3, "unknown-precision"],
  ["model", 4, "bad-checksum"],
  ["dimension, grown", 9, "truncated"],
  ["sequence", 12, "bad-checksum"],
  ["scale", 16, "bad-checksum"],
  ["checksum", 20, "bad-checksum"],
  ["values", 24, "bad-checksum"],
])("a damaged %s is refused with its reason", (_field, at, reason) => {
  const bytes = good("fp32");
  bytes[at] ^= 0x55;
  expect(decodePayload(bytes, expected)).toEqual({ ok: false, reason });
});

test("a dimension that shrank, and a narrower precision, leave bytes over", () => {
  const shrunk = good("fp32");
  shrunk[8] = 7;
  const narrowed = good("fp32");
  narrowed[3] = 1;
  for (const bytes of [shrunk, narrowed, reseal(shrunk), reseal(narrowed)]) {
    expect(decodePayload(bytes, expected)).toEqual({ ok: false, reason: "wrong-length" });
  }
});

test.each<[string, Partial<PayloadExpectation>, string]>([
  ["another model", { modelId: "n" }, "wrong-model"],
  ["another dimension", { dimension: 9 }, "wrong-dimension"],
  ["a later hand-off", { sequence: 7 }, "stale"],
  ["an earlier hand-off", { sequence: 5 }, "stale"],
  ["another model and dimension and hand-off", { modelId: "n", dimension: 9, sequence: 5 }, "wrong-model"],
])("a receiver that waits for %s refuses a whole payload", (_what, other, reason) => {
  expect(decodePayload(good("int8"), { ...expected, ...other })).toEqual({ ok: false, reason });
});

test.each([
  ["fp32", 24, [0x00, 0x00, 0xc0, 0x7f]], // a quiet NaN
  ["fp32", 24, [0x00, 0x00, 0x80, 0xff]], // -infinity
  ["fp16", 24, [0x00, 0x7c]], // infinity
  ["fp16", 26, [0x01, 0x7e]], // NaN
  ["int8", 16, [0x00, 0x00, 0xc0, 0x7f]], // a step of NaN
  ["int8", 16, [0x00, 0x00, 0x80, 0x7f]], // an infinite step
  ["int8", 16, [0xff, 0xff, 0x7f, 0x7f]], // a finite step whose multiples overflow
] as const)(
  "values of %s that are not finite are refused though their checksum is right",
  (precision, at, put) => {
    const bytes = good(precision);
    bytes.set(put, at);
    expect(decodePayload(reseal(bytes), expected)).toEqual({ ok: false, reason: "not-finite" });
  },
);

test.each<[Precision]>([["fp32"], ["fp16"], ["int8"]])("%s cut at any length is truncated", (precision) => {
  const bytes = good(precision);
  const cut = Array.from(bytes, (_, length) => bytes.subarray(0, length));
  expect(counts(cut)).toEqual({ truncated: bytes.length });
});

test("bytes that follow the values are refused, whatever they are", () => {
  fc.assert(
    fc.property(anyPrecision, fc.uint8Array({ minLength: 1, maxLength: 64 }), (precision, more) => {
      const bytes = Uint8Array.of(...good(precision), ...more);
      expect(outcomeOf(decodePayload(bytes, expected))).toBe("wrong-length");
    }),
  );
});

// 16 bits of magic; 8 of version; 8 of precision, of which two turn it into another precision; 32 each of model,
// sequence, scale and checksum; 32 of dimension, whose single set bit leaves bytes over when it falls.
test.each<[Precision, Record<string, number>]>([
  ["fp32", { "unknown-precision": 6, "wrong-length": 1 + 2, truncated: 31, "bad-checksum": 4 * 32 + 8 * 32 }],
  // fp16 to fp32 lacks bytes; to 3 is unknown.
  ["fp16", { "unknown-precision": 7, "wrong-length": 1, truncated: 31 + 1, "bad-checksum": 4 * 32 + 8 * 16 }],
  ["int8", { "unknown-precision": 7, "wrong-length": 1, truncated: 31 + 1, "bad-checksum": 4 * 32 + 8 * 8 }],
])("every single flipped bit of %s is refused, and counted by reason", (precision, reasons) => {
  const bytes = good(precision);
  const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => flipBits(bytes, [bit]));
  expect(counts(flipped)).toEqual({ "bad-magic": 16, "unknown-version": 8, ...reasons });
});

test("two or three flipped bits never decode", () => {
  // CRC-32 finds all errors of up to 3 bits below 91,607 bits (Koopman, DSN 2002, table 1).
  fc.assert(
    fc.property(
      anyPrecision,
      fc.uniqueArray(fc.nat(24 * 8 + 63), { minLength: 2, maxLength: 3 }),
      (precision, bits) => {
        expect(decodePayload(flipBits(good(precision), bits), expected).ok).toBe(false);
      },
    ),
    { numRuns: 1000 },
  );
});

test("random bytes never decode, never throw, and always give a reason of the catalogue", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const decoded = decodePayload(bytes, expected);
      expect(decoded.ok).toBe(false);
      expect(payloadFailures).toContain(outcomeOf(decoded));
    }),
    { numRuns: 1000 },
  );
});

/** Bytes that pass the first checks: right magic and version, any other field, mostly the right length and checksum. */
const forged = fc
  .record({
    precision: fc.integer({ min: 0, max: 4 }),
    dimension: fc.oneof(fc.nat(12), uint32),
    sequence: fc.oneof(fc.nat(1), uint32),
    scale: fc.oneof(fc.constant(Number.NaN), fc.float()),
    right: fc.boolean(),
    body: fc.oneof(fc.uint8Array({ maxLength: 48 }), fc.constant(new Uint8Array(8).fill(0xff))),
    seal: fc.boolean(),
  })
  .map(({ precision, dimension, sequence, scale, right, body, seal }) => {
    const bytes = Uint8Array.of(...good("fp32").subarray(0, 24), ...body);
    const view = new DataView(bytes.buffer);
    view.setUint8(3, precision);
    view.setUint32(8, right ? Math.floor(body.length / ([4, 2, 1][precision] ?? 1)) : dimension, true);
    view.setUint32(12, sequence, true);
    view.setFloat32(16, scale, true);
    return seal ? reseal(bytes) : bytes;
  });

test("forged headers never throw, and decode only to finite values of the dimension asked for", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(forged, fc.nat(12), fc.nat(1), (bytes, dimension, sequence) => {
      const decoded = decodePayload(bytes, { modelId: "m", dimension, sequence });
      seen.add(outcomeOf(decoded));
      if (!decoded.ok) return;
      expect(decoded.values.length).toBe(dimension);
      expect(decoded.values.every(Number.isFinite)).toBe(true);
    }),
    { numRuns: 5000, seed: 1 },
  );
  // The generator reaches every reason that lies behind the magic and the version, and success.
  expect([...seen].sort()).toEqual(
    ["ok", ...payloadFailures]
      .filter((outcome) => !["bad-magic", "unknown-version", "wrong-model"].includes(outcome))
      .sort(),
  );
});
