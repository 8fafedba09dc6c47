import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import { octetsFor, readConstrained, takeNumber, writeConstrained } from "./constrained.ts";
import { readLength, type Size, writeLength } from "./lengths.ts";
import { PerError } from "./per-error.ts";

/** The other whole numbers: extensible, with one bound, with none, and the normally small ones. */

const octetCountSize: Size = { lower: 1, upper: null };

/** Appends INTEGER (lower..upper, ...): a bit that says "within the root", then the number (X.691 13.1). */
export function writeExtensible(w: BitWriter, value: number, lower: number, upper: number): void {
  w.putBits(0, 1);
  writeConstrained(w, value, lower, upper);
}

/** Returns the number; outside the root it comes without a constraint. Throws PerError. */
export function readExtensible(r: BitReader, lower: number, upper: number): number {
  return r.takeBits(1) === 0 ? readConstrained(r, lower, upper) : readUnconstrained(r);
}

/** Appends a safe integer that is at least `lower` (X.691 11.7). */
export function writeSemiConstrained(w: BitWriter, value: number, lower: number): void {
  if (!Number.isSafeInteger(value - lower) || value < lower) {
    throw new RangeError(`writeSemiConstrained: ${value} is not an integer of at least ${lower}`);
  }
  const octetCount = octetsFor(value - lower);
  writeLength(w, octetCount, octetCountSize);
  w.putBits(value - lower, 8 * octetCount);
}

/** Returns the number. Throws PerError. */
export function readSemiConstrained(r: BitReader, lower: number): number {
  return lower + takeNumber(r, readLength(r, octetCountSize));
}

/** Appends any integer of at most 48 bits, in the fewest octets of two's complement (X.691 11.8). */
export function writeUnconstrained(w: BitWriter, value: number): void {
  if (!Number.isInteger(value) || value < -(2 ** 47) || value >= 2 ** 47) {
    throw new RangeError(`writeUnconstrained: ${value} is not an integer of 48 bits`);
  }
  const octetCount = octetsFor(2 * (value < 0 ? -value - 1 : value));
  writeLength(w, octetCount, octetCountSize);
  w.putBits(value < 0 ? value + 2 ** (8 * octetCount) : value, 8 * octetCount);
}

/** Returns the number. Throws PerError, `out-of-range` above 48 bits. */
export function readUnconstrained(r: BitReader): number {
  const octetCount = readLength(r, octetCountSize);
  if (octetCount > 6) throw new PerError("out-of-range", `an integer of ${octetCount} octets`);
  const value = takeNumber(r, octetCount);
  const modulus = 2 ** (8 * octetCount);
  return value >= modulus / 2 ? value - modulus : value;
}

/** Appends a number that is expected below 64 (X.691 11.6). */
export function writeNormallySmall(w: BitWriter, value: number): void {
  if (value < 64) {
    w.putBits(value, 7);
    return;
  }
  w.putBits(1, 1);
  writeSemiConstrained(w, value, 0);
}

/** Returns the number. Throws PerError. */
export function readNormallySmall(r: BitReader): number {
  return r.takeBits(1) === 0 ? r.takeBits(6) : readSemiConstrained(r, 0);
}
