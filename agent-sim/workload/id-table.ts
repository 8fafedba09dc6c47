// Identifiers of a trace as numbers 0, 1, 2, ... in 16 to 32 bytes each, however long they are.

/**
 * Returns a table of identifiers. They are known by a 64-bit hash only: of ten million, two share one with a chance of
 * 3 in a million, and would then be taken for one.
 */
export function createIdTable() {
  // [number] the two words of the hash; [slot] number + 1, 0 where free; slots are twice as many as numbers at least.
  let high = new Uint32Array(512);
  let low = new Uint32Array(512);
  let slots = new Uint32Array(1024);
  let size = 0;
  const word: [number, number] = [0, 0];

  const slotOf = (h: number, l: number): number => {
    const mask = slots.length - 1;
    let slot = (h ^ l) & mask;
    for (;;) {
      const entry = slots[slot];
      if (entry === 0 || (high[entry - 1] === h && low[entry - 1] === l)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const grow = (): void => {
    high = doubled(high);
    low = doubled(low);
    slots = new Uint32Array(2 * slots.length);
    for (let i = 0; i < size; i++) slots[slotOf(high[i], low[i])] = i + 1;
  };
  return {
    /** Returns the number of an identifier, which is `size` before the call when it is new. */
    number(id: string): number {
      hash64(id, word);
      const slot = slotOf(word[0], word[1]);
      if (slots[slot] !== 0) return slots[slot] - 1;
      high[size] = word[0];
      low[size] = word[1];
      slots[slot] = size + 1;
      size++;
      if (2 * size >= slots.length) grow();
      return size - 1;
    },
    /** Returns how many identifiers there are. */
    size: (): number => size,
  };
}

function doubled(values: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * values.length);
  larger.set(values);
  return larger;
}

/** Writes two words of hash: two multiplicative hashes of the UTF-16 code units that mix into each other at the end. */
function hash64(text: string, into: [number, number]): void {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x85ebca77);
    b = Math.imul(b ^ unit, 0xc2b2ae3d);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  a = Math.imul(a ^ (b >>> 16), 0x27d4eb2f);
  b = Math.imul(b ^ (a >>> 15), 0x165667b1);
  into[0] = (a ^ (b >>> 13)) >>> 0;
  into[1] = (b ^ (a >>> 16)) >>> 0;
}
