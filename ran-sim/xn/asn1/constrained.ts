import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import { PerError } from "./per-error.ts";

/**
 * Whole numbers with both bounds (X.691 11.5). With `range` legal values the difference to the lower bound takes
 *
 * | range        | aligned                                            | unaligned        |
 * |--------------|----------------------------------------------------|------------------|
 * | 1            | nothing                                            | nothing          |
 * | 2 .. 255     | the fewest bits                                    | the fewest bits  |
 * | 256          | one octet, aligned                                 | 8 bits           |
 * | 257 .. 65536 | two octets, aligned                                | the fewest bits  |
 * | above        | number of octets, then the fewest octets, aligned  | the fewest bits  |
 *
 * Bounds and values are safe integers.
 */
export function writeConstrained(w: BitWriter, value: number, lower: number, upper: number): void {
  if (!Number.isSafeInteger(value) || value < lower || value > upper) {
    throw new RangeError(`writeConstrained: ${value} is not an integer from ${lower} to ${upper}`);
  }
  const difference = value - lower;
  const largest = upper - lower;
  if (w.variant === "unaligned" || largest < 255) {
    w.putBits(difference, bitsFor(largest));
  } else if (largest <= 65535) {
    w.align();
    w.putBits(difference, largest === 255 ? 8 : 16);
  } else {
    const octetCount = octetsFor(difference);
    writeConstrained(w, octetCount, 1, octetsFor(largest));
    w.align();
    w.putBits(difference, 8 * octetCount);
  }
}

/** Returns the number that {@link writeConstrained} wrote. Throws PerError. */
export function readConstrained(r: BitReader, lower: number, upper: number): number {
  const largest = upper - lower;
  const difference = readDifference(r, largest);
  if (difference > largest) {
    throw new PerError("out-of-range", `${lower + difference} is above ${upper}`);
  }
  return lower + difference;
}

function readDifference(r: BitReader, largest: number): number {
  if (r.variant === "unaligned" || largest < 255) return r.takeBits(bitsFor(largest));
  if (largest <= 65535) {
    r.align();
    return r.takeBits(largest === 255 ? 8 : 16);
  }
  const octetCount = readConstrained(r, 1, octetsFor(largest));
  r.align();
  return takeNumber(r, octetCount);
}

/** Returns the fewest bits that hold every integer from 0 to `largest`. */
export function bitsFor(largest: number): number {
  let bits = 0;
  while (2 ** bits <= largest) bits++;
  return bits;
}

/** Returns the fewest octets, at least one, that hold `value`. */
export function octetsFor(value: number): number {
  return Math.max(1, Math.ceil(bitsFor(value) / 8));
}

/** Returns a big-endian number of some octets. Throws PerError `out-of-range` beyond the safe integers. */
export function takeNumber(r: BitReader, octetCount: number): number {
  const octets = r.takeOctets(octetCount);
  const value = octets.reduce((number, octet) => 256 * number + octet, 0);
  if (!Number.isSafeInteger(value)) {
    throw new PerError("out-of-range", `a number of ${octetCount} octets is not a safe integer`);
  }
  return value;
}
