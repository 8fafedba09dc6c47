import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import { readConstrained, writeConstrained } from "./constrained.ts";
import { PerError } from "./per-error.ts";

/** Numbers of items: how many octets, bits or elements follow (X.691 11.9). */

/** Legal numbers of items. `upper` null stands for no bound; an extensible size is always sent within its root. */
export interface Size {
  readonly lower: number;
  readonly upper: number | null;
  readonly extensible?: boolean;
}

/** From here on a length is sent in fragments. */
const FRAGMENT = 16384;

/** Appends a length. Throws RangeError outside the size, and from 16384 on, where no bound keeps it small. */
export function writeLength(w: BitWriter, length: number, size: Size): void {
  if (size.extensible === true) w.putBits(0, 1);
  if (size.upper !== null) {
    writeConstrained(w, length, size.lower, size.upper);
    return;
  }
  if (length < size.lower) throw new RangeError(`writeLength: ${length} is below ${size.lower}`);
  w.align();
  if (length < 128) w.putBits(length, 8);
  else if (length < FRAGMENT) w.putBits(0x8000 + length, 16);
  else throw new RangeError(`writeLength: ${length} needs fragments, expected at most ${FRAGMENT - 1}`);
}

/** Returns a length. Throws PerError. */
export function readLength(r: BitReader, size: Size): number {
  if (size.extensible === true && r.takeBits(1) === 1) {
    throw new PerError("unsupported", "a length outside the root of its constraint");
  }
  if (size.upper !== null) return readConstrained(r, size.lower, size.upper);
  r.align();
  const length = readUnboundedLength(r);
  if (length < size.lower) throw new PerError("out-of-range", `length ${length} is below ${size.lower}`);
  return length;
}

function readUnboundedLength(r: BitReader): number {
  if (r.takeBits(1) === 0) return r.takeBits(7);
  if (r.takeBits(1) === 0) return r.takeBits(14);
  throw new PerError("fragmented", "a length in fragments");
}
