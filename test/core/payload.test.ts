import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bytesPerValue,
  decodePayload,
  encodePayload,
  type Precision,
  payloadHeaderBytes,
  precisions,
} from "#core";
import { anyPrecision, bytesOf, latents, uint32 } from "./payload-bytes.ts";

function roundTrip(z: Float32Array, precision: Precision): Float32Array {
  const bytes = encodePayload(z, { modelId: "m", precision, sequence: 1 });
  const decoded = decodePayload(bytes, { modelId: "m", dimension: z.length, sequence: 1 });
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.values;
}

test("in fp32, decodePayload(encodePayload(z)) equals z exactly, -0 and subnormals included", () => {
  fc.assert(
    fc.property(latents(3.4028234663852886e38), (z) => {
      expect(roundTrip(z, "fp32")).toEqual(z);
    }),
  );
});

test("in fp16, each value comes back to half a unit in the last place", () => {
  fc.assert(
    fc.property(latents(65504), (z) => {
      roundTrip(z, "fp16").forEach((value, i) => {
        // A unit in the last place of a half with exponent e is 2^(e - 10), and 2^-24 below 2^-14.
        const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(z[i]))));
        expect(Math.abs(value - z[i])).toBeLessThanOrEqual(2 ** (exponent - 10) / 2);
      });
    }),
  );
});

test("in int8, each value comes back to half a step", () => {
  fc.assert(
    fc.property(fc.oneof(latents(3.4e38, 1), latents(1, 1), latents(1e-36, 1), latents(1e-44, 1)), (z) => {
      const largest = z.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const step = Math.max(largest / 127, 2 ** -126);
      // Step and result are each rounded to fp32, half a unit in 2^24 of at most `largest`.
      const rounding = largest * 2 ** -23 + 2 ** -149;
      roundTrip(z, "int8").forEach((value, i) => {
        expect(Math.abs(value - z[i])).toBeLessThanOrEqual(step / 2 + rounding);
      });
    }),
  );
});

test("in int8, the step is the largest value over 127, and never zero or subnormal", () => {
  const stepOf = (...z: number[]): number => {
    const bytes = encodePayload(Float32Array.from(z), { modelId: "m", precision: "int8", sequence: 1 });
    return new DataView(bytes.buffer).getFloat32(16, true);
  };
  expect(stepOf(3, -6.35)).toBe(Math.fround(Math.fround(6.35) / 127));
  expect(stepOf(1e-45, 0)).toBe(2 ** -126);
  expect(stepOf(0)).toBe(1);
});

test("in int8, the largest value and zero are kept, and a latent of zeros stays zeros", () => {
  expect([...roundTrip(Float32Array.of(127, -127, 0, 1), "int8")]).toEqual([127, -127, 0, 1]);
  expect([...roundTrip(Float32Array.of(0, 0), "int8")]).toEqual([0, 0]);
});

test("in int8 each value is written as the nearest number of steps, halves upwards", () => {
  fc.assert(
    fc.property(latents(1000), (z) => {
      const bytes = encodePayload(z, { modelId: "m", precision: "int8", sequence: 1 });
      const step = new DataView(bytes.buffer).getFloat32(16, true);
      const written = Array.from(new Int8Array(bytes.buffer, payloadHeaderBytes));
      expect(written).toEqual(Array.from(z, (value) => Math.round(value / step) + 0));
    }),
  );
});

test("a payload takes 24 bytes of header and 4, 2 or 1 bytes a value", () => {
  expect(payloadHeaderBytes).toBe(24);
  expect(precisions.map((precision) => bytesPerValue[precision])).toEqual([4, 2, 1]);
  fc.assert(
    fc.property(latents(1000), anyPrecision, uint32, (z, precision, sequence) => {
      const bytes = encodePayload(z, { modelId: "m", precision, sequence });
      expect(bytes.length).toBe(24 + z.length * bytesPerValue[precision]);
    }),
  );
});

// Written by hand after the table in core/payload.ts, with Python 3 for the parts that are computed:
// struct.pack("<HBBIIIf", 0x5442, 1, precision, fnv1a, 2, 7, scale), zlib.crc32(header + values), and
// FNV-1a over "pca-2".encode("utf-16le") = 0xe780ab48.
//                       magic ver pre   model      dimension    sequence       scale       checksum     values
test.each([
  [
    "fp32",
    [1, -2],
    "42 54 01 00 48 ab 80 e7 02 00 00 00 07 00 00 00 00 00 80 3f 30 c6 9c ee 00 00 80 3f 00 00 00 c0",
  ],
  ["fp16", [1, -2], "42 54 01 01 48 ab 80 e7 02 00 00 00 07 00 00 00 00 00 80 3f ec 49 0d 51 00 3c 00 c0"],
  ["int8", [1, -2], "42 54 01 02 48 ab 80 e7 02 00 00 00 07 00 00 00 04 02 81 3c df a6 95 47 40 81"],
] as const)("the bytes of %s are those of the table", (precision, values, hex) => {
  const bytes = encodePayload(Float32Array.from(values), { modelId: "pca-2", precision, sequence: 7 });
  expect(bytes).toEqual(bytesOf(hex));
});

test("decoding reads the bytes where they lie inside a larger buffer", () => {
  const bytes = encodePayload(Float32Array.of(3, 4), { modelId: "m", precision: "fp32", sequence: 9 });
  const larger = new Uint8Array(bytes.length + 7).fill(0xff);
  larger.set(bytes, 3);
  const decoded = decodePayload(larger.subarray(3, 3 + bytes.length), {
    modelId: "m",
    dimension: 2,
    sequence: 9,
  });
  expect(decoded).toEqual({ ok: true, values: Float32Array.of(3, 4) });
});

test.each([
  ["fp32", Number.NaN, "value 1 is NaN"],
  ["fp16", Number.POSITIVE_INFINITY, "value 1 is Infinity"],
  ["int8", Number.NaN, "value 1 is NaN"],
  ["int8", Number.NEGATIVE_INFINITY, "value 1 is -Infinity"],
  ["fp16", 65520, "at most 65504"],
  ["fp16", -1e6, "at most 65504"],
  ["int8", 3.4028234663852886e38, "overflows"],
] as const)("encoding in %s refuses %d", (precision, value, message) => {
  const z = Float32Array.of(0, value);
  const encode = () => encodePayload(z, { modelId: "m", precision, sequence: 1 });
  expect(encode).toThrow(RangeError);
  expect(encode).toThrow(message);
});

test("encoding refuses a sequence that 32 bits do not hold", () => {
  for (const sequence of [-1, 2 ** 32, 1.5, Number.NaN]) {
    const encode = () => encodePayload(Float32Array.of(1), { modelId: "m", precision: "fp32", sequence });
    expect(encode).toThrow(`sequence is ${sequence}`);
  }
});
