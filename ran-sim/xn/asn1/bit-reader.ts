import type { PerVariant } from "./bit-writer.ts";
import { PerError } from "./per-error.ts";

/** The inverse of the bit writer. Padding is skipped, whatever its bits (X.691 11.2.7 lets a receiver not look). */
export interface BitReader {
  readonly variant: PerVariant;
  /** Returns the next `count` (at most 53) bits as a non-negative integer. Throws PerError `truncated`. */
  takeBits(count: number): number;
  /** Returns the next octets at the present position, aligned or not. Throws PerError `truncated`. */
  takeOctets(count: number): Uint8Array;
  /** Goes to the next octet in the aligned variant; does nothing in the other. */
  align(): void;
}

/** Returns a reader at the first bit. */
export function createBitReader(octets: Uint8Array, variant: PerVariant): BitReader {
  let position = 0;

  function demand(bits: number): void {
    if (position + bits > 8 * octets.length) {
      throw new PerError("truncated", `${bits} bits wanted at bit ${position} of ${8 * octets.length}`);
    }
  }

  function takeBits(count: number): number {
    demand(count);
    let value = 0;
    let rest = count;
    while (rest > 0) {
      const left = 8 - (position & 7);
      const taken = Math.min(left, rest);
      const chunk = (octets[position >>> 3] >>> (left - taken)) & (2 ** taken - 1);
      value = 2 ** taken * value + chunk;
      rest -= taken;
      position += taken;
    }
    return value;
  }

  return {
    variant,
    takeBits,
    takeOctets(count) {
      demand(8 * count);
      if ((position & 7) !== 0) return Uint8Array.from({ length: count }, () => takeBits(8));
      const start = position >>> 3;
      position += 8 * count;
      return octets.slice(start, start + count);
    },
    align() {
      if (variant === "aligned") position = 8 * ((position + 7) >>> 3);
    },
  };
}
