import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import { readConstrained, writeConstrained } from "./constrained.ts";
import { readLength, type Size, writeLength } from "./lengths.ts";
import { PerError } from "./per-error.ts";
import { readNormallySmall, writeNormallySmall } from "./whole-numbers.ts";

/** ENUMERATED, CHOICE, SEQUENCE and SEQUENCE OF. */

/** What can be chosen: the number of root values, and whether "..." follows them. */
export interface Roots {
  readonly count: number;
  readonly extensible: boolean;
}

/** Appends an ENUMERATED value; from `count` on the index is one of the extension's (X.691 14). */
export function writeEnumerated(w: BitWriter, index: number, roots: Roots): void {
  if (roots.extensible) w.putBits(index < roots.count ? 0 : 1, 1);
  if (roots.extensible && index >= roots.count) writeNormallySmall(w, index - roots.count);
  else writeConstrained(w, index, 0, roots.count - 1);
}

/** Returns the index. Throws PerError. */
export function readEnumerated(r: BitReader, roots: Roots): number {
  const extended = roots.extensible && r.takeBits(1) === 1;
  return extended ? roots.count + readNormallySmall(r) : readConstrained(r, 0, roots.count - 1);
}

/** Appends which root alternative of a CHOICE follows (X.691 23). */
export function writeChoice(w: BitWriter, index: number, roots: Roots): void {
  if (roots.extensible) w.putBits(0, 1);
  writeConstrained(w, index, 0, roots.count - 1);
}

/** Returns the alternative. Throws PerError, `unsupported` for one of the extension's. */
export function readChoice(r: BitReader, roots: Roots): number {
  if (roots.extensible && r.takeBits(1) === 1) {
    throw new PerError("unsupported", "an alternative outside the root of its choice");
  }
  return readConstrained(r, 0, roots.count - 1);
}

/** Appends what precedes an extensible SEQUENCE: no extension, then which OPTIONAL members follow (X.691 19). */
export function writePreamble(w: BitWriter, ...optionals: readonly boolean[]): void {
  w.putBits(0, 1);
  for (const present of optionals) w.putBits(present ? 1 : 0, 1);
}

/** Returns which of `count` OPTIONAL members follow. Throws PerError, `unsupported` when extensions come after. */
export function readPreamble(r: BitReader, count: number): boolean[] {
  if (r.takeBits(1) === 1) throw new PerError("unsupported", "a sequence with extension additions");
  return Array.from({ length: count }, () => r.takeBits(1) === 1);
}

/** Appends a SEQUENCE OF (X.691 20). */
export function writeSequenceOf<T>(
  w: BitWriter,
  items: readonly T[],
  size: Size,
  write: (w: BitWriter, item: T) => void,
): void {
  writeLength(w, items.length, size);
  for (const item of items) write(w, item);
}

/** Returns the items. Throws PerError. */
export function readSequenceOf<T>(r: BitReader, size: Size, read: (r: BitReader) => T): T[] {
  return Array.from({ length: readLength(r, size) }, () => read(r));
}
