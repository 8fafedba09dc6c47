/** Bits of one PER encoding (X.691), most significant first; aligned for XnAP and NGAP, unaligned for RRC. */

export type PerVariant = "aligned" | "unaligned";

export interface BitWriter {
  readonly variant: PerVariant;
  /** Appends a non-negative safe integer as `count` bits. Throws RangeError when it does not fit. */
  putBits(value: number, count: number): void;
  /** Appends whole octets at the present position, aligned or not. */
  putOctets(octets: Uint8Array): void;
  /** Pads with zero bits to the next octet in the aligned variant; does nothing in the other. */
  align(): void;
  /** Returns the encoding, padded to whole octets; one zero octet when nothing was written (X.691 11.1.3). */
  finish(): Uint8Array;
}

/** Returns an empty writer. */
export function createBitWriter(variant: PerVariant): BitWriter {
  let octets = new Uint8Array(64);
  let bitCount = 0;

  function reserve(bits: number): void {
    const needed = (bitCount + bits + 7) >>> 3;
    if (needed <= octets.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * octets.length));
    grown.set(octets);
    octets = grown;
  }

  function putBits(value: number, count: number): void {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** count) {
      throw new RangeError(`putBits: ${value} does not fit ${count} bits`);
    }
    reserve(count);
    let rest = count;
    while (rest > 0) {
      const free = 8 - (bitCount & 7);
      const taken = Math.min(free, rest);
      rest -= taken;
      octets[bitCount >>> 3] |= (Math.floor(value / 2 ** rest) % 2 ** taken) << (free - taken);
      bitCount += taken;
    }
  }

  return {
    variant,
    putBits,
    putOctets(added) {
      if ((bitCount & 7) !== 0) {
        for (const octet of added) putBits(octet, 8);
        return;
      }
      reserve(8 * added.length);
      octets.set(added, bitCount >>> 3);
      bitCount += 8 * added.length;
    },
    align() {
      if (variant === "aligned") bitCount = 8 * ((bitCount + 7) >>> 3);
    },
    finish() {
      return octets.slice(0, Math.max(1, (bitCount + 7) >>> 3));
    },
  };
}
