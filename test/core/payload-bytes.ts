import fc from "fast-check";
import type { Precision } from "#core";

/** Payloads for tests, and what a third party would need to forge one: its own CRC-32 and FNV-1a, bit by bit. */

/** Bytes of header before the checksum, and the place of the values after it; see the table in `core/payload.ts`. */
const CHECKSUM_AT = 20;
const VALUES_AT = 24;

/** Returns the CRC-32 of ISO 3309 by its definition: the reflected polynomial 0xedb88320, one bit at a time. */
export function bitwiseCrc32(bytes: Iterable<number>): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** Returns a copy whose checksum fits its bytes again, as after damage that a checksum cannot see. */
export function reseal(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const covered = [...copy.subarray(0, CHECKSUM_AT), ...copy.subarray(VALUES_AT)];
  new DataView(copy.buffer).setUint32(CHECKSUM_AT, bitwiseCrc32(covered), true);
  return copy;
}

/** Returns a copy with the given bits flipped. */
export function flipBits(bytes: Uint8Array, bits: Iterable<number>): Uint8Array {
  const copy = bytes.slice();
  for (const bit of bits) copy[bit >>> 3] ^= 1 << (bit & 7);
  return copy;
}

/** Returns the bytes that a text such as "42 54 01" spells. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(" "), (pair) => Number.parseInt(pair, 16));
}

/** Up to 40 finite fp32 values between -limit and limit. */
export function latents(limit: number, minLength = 0): fc.Arbitrary<Float32Array> {
  return fc
    .array(fc.float({ min: Math.fround(-limit), max: Math.fround(limit), noNaN: true }), {
      minLength,
      maxLength: 40,
    })
    .map((values) => Float32Array.from(values));
}

export const uint32 = fc.nat(0xffffffff);
export const anyPrecision = fc.constantFrom<Precision>("fp32", "fp16", "int8");
