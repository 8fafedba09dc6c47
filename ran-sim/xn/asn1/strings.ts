import { type BitReader, createBitReader } from "./bit-reader.ts";
import { type BitWriter, createBitWriter } from "./bit-writer.ts";
import { readLength, type Size, writeLength } from "./lengths.ts";
import { PerError } from "./per-error.ts";

/** OCTET STRING, BIT STRING, open types and OBJECT IDENTIFIER. */

const anyLength: Size = { lower: 0, upper: null };

/** Appends an OCTET STRING (X.691 17). Of a fixed size it has no length, and is aligned above two octets only. */
export function writeOctetString(w: BitWriter, octets: Uint8Array, size: Size = anyLength): void {
  writeLength(w, octets.length, size);
  if (octets.length > (isFixed(size) ? 2 : 0)) w.align();
  w.putOctets(octets);
}

/** Returns the octets. Throws PerError. */
export function readOctetString(r: BitReader, size: Size = anyLength): Uint8Array {
  const length = readLength(r, size);
  if (length > (isFixed(size) ? 2 : 0)) r.align();
  return r.takeOctets(length);
}

/** A BIT STRING's content: the first `bitCount` bits of the octets, most significant first; the rest are zero. */
export interface BitString {
  readonly octets: Uint8Array;
  readonly bitCount: number;
}

/** Appends a BIT STRING (X.691 16). Of a fixed size it has no length, and is aligned above 16 bits only. */
export function writeBitString(w: BitWriter, { octets, bitCount }: BitString, size: Size): void {
  writeLength(w, bitCount, size);
  if (bitCount > (isFixed(size) ? 16 : 0)) w.align();
  const whole = bitCount >>> 3;
  w.putOctets(octets.subarray(0, whole));
  const rest = bitCount & 7;
  if (rest > 0) w.putBits(octets[whole] >>> (8 - rest), rest);
}

/** Returns the bits. Throws PerError. */
export function readBitString(r: BitReader, size: Size): BitString {
  const bitCount = readLength(r, size);
  if (bitCount > (isFixed(size) ? 16 : 0)) r.align();
  const whole = r.takeOctets(bitCount >>> 3);
  const rest = bitCount & 7;
  if (rest === 0) return { octets: whole, bitCount };
  const octets = new Uint8Array(whole.length + 1);
  octets.set(whole);
  octets[whole.length] = r.takeBits(rest) << (8 - rest);
  return { octets, bitCount };
}

/** Appends what `write` encodes, as a complete encoding behind its length (X.691 11.2). */
export function writeOpenType(w: BitWriter, write: (inner: BitWriter) => void): void {
  const inner = createBitWriter(w.variant);
  write(inner);
  writeOctetString(w, inner.finish());
}

/** Returns a reader of the encoding inside. Throws PerError. */
export function readOpenType(r: BitReader): BitReader {
  return createBitReader(readOctetString(r), r.variant);
}

/** Appends an OBJECT IDENTIFIER: a length, then the contents octets of BER (X.691 24, X.690 8.19). */
export function writeObjectIdentifier(w: BitWriter, arcs: readonly number[]): void {
  const octets = [40 * arcs[0] + arcs[1], ...arcs.slice(2)].flatMap(base128);
  writeOctetString(w, Uint8Array.from(octets));
}

/** Returns the arcs. Throws PerError, `out-of-range` when an arc is above the safe integers or unfinished. */
export function readObjectIdentifier(r: BitReader): number[] {
  const arcs: number[] = [];
  let value = 0;
  let finished = false;
  for (const octet of readOctetString(r)) {
    value = 128 * value + (octet & 0x7f);
    if (!Number.isSafeInteger(value)) throw new PerError("out-of-range", "an arc above the safe integers");
    finished = octet < 0x80;
    if (!finished) continue;
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      arcs.push(first, value - 40 * first);
    } else arcs.push(value);
    value = 0;
  }
  if (!finished) throw new PerError("out-of-range", "an object identifier without an end");
  return arcs;
}

/** Seven bits an octet, the top bit set on all but the last. */
function base128(value: number): number[] {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift(0x80 + (rest % 128));
  }
  return digits;
}

function isFixed(size: Size): boolean {
  return size.lower === size.upper;
}
