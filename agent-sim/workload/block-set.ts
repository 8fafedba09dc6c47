// Numbers of blocks that a trace has had, in bounded memory.
import { BadInputError } from "#core";

/** Numbers below 2^31 have a bit each, in pages of this many that exist once one of them is there. */
const PAGE_BITS = 2 ** 16;
const DENSE_BELOW = 2 ** 31;
/** As many as a set of the language holds. */
const MOST_SPARSE = 2 ** 24 - 1;

/**
 * Returns a set of integers: at most 256 MB for all that lie in 0..2^31-1 (traces number their blocks from 0), and one
 * of the language for others. Adding throws BadInputError when there are more than 16,777,215 of these.
 */
export function createBlockSet(file: string) {
  const pages: (Uint32Array | undefined)[] = [];
  const sparse = new Set<number>();
  const isDense = (block: number): boolean => block >= 0 && block < DENSE_BELOW;
  return {
    has(block: number): boolean {
      if (!isDense(block)) return sparse.has(block);
      const bit = block % PAGE_BITS;
      const word = pages[(block - bit) / PAGE_BITS]?.[bit >>> 5] ?? 0;
      return ((word >>> (bit & 31)) & 1) === 1;
    },
    add(block: number): void {
      if (!isDense(block)) {
        if (sparse.size === MOST_SPARSE && !sparse.has(block)) throw tooMany(file);
        sparse.add(block);
        return;
      }
      const bit = block % PAGE_BITS;
      const page = (block - bit) / PAGE_BITS;
      pages[page] ??= new Uint32Array(PAGE_BITS / 32);
      (pages[page] as Uint32Array)[bit >>> 5] |= 1 << (bit & 31);
    },
  };
}

function tooMany(file: string): BadInputError {
  return new BadInputError("trace-format", {
    subject: `${file}, hash_ids`,
    expected: `at most ${MOST_SPARSE} different ids of 2^31 and more`,
    got: "more",
    remedy: "number the blocks from 0",
  });
}
