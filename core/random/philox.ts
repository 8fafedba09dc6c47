/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011 (the Random123 library). A block of four 32-bit words is a pure function of a 128-bit counter
 * and a 64-bit key: there is no state to carry, so any draw can be made in any order, on any machine.
 */

/**
 * Writes the Philox block of counter (c0..c3) and key (k0, k1) into `out[0..3]` as unsigned 32-bit words.
 * Words are little-endian first, as in Random123's `philox4x32_R(10, ctr, key)`.
 */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
): void {
  let x0 = c0 | 0;
  let x1 = c1 | 0;
  let x2 = c2 | 0;
  let x3 = c3 | 0;
  let key0 = k0 | 0;
  let key1 = k1 | 0;
  // Whole-number arithmetic throughout: no sum of the partial products of a multiplication's high word exceeds 32 bits. The
  // constants are written out because a bundler makes variables of those of a module.
  for (let round = 0; round < 10; round++) {
    // 0xd2511f53 times x0 and 0xcd9e8d57 times x2, by halves.
    const x0Low = x0 & 0xffff;
    const x0High = x0 >>> 16;
    const middle0 = (Math.imul(0xd251, x0Low) + (Math.imul(0x1f53, x0Low) >>> 16)) | 0;
    const carry0 = (Math.imul(0x1f53, x0High) + (middle0 & 0xffff)) | 0;
    const high0 = (Math.imul(0xd251, x0High) + (middle0 >>> 16) + (carry0 >>> 16)) | 0;
    const x2Low = x2 & 0xffff;
    const x2High = x2 >>> 16;
    const middle1 = (Math.imul(0xcd9e, x2Low) + (Math.imul(0x8d57, x2Low) >>> 16)) | 0;
    const carry1 = (Math.imul(0x8d57, x2High) + (middle1 & 0xffff)) | 0;
    const high1 = (Math.imul(0xcd9e, x2High) + (middle1 >>> 16) + (carry1 >>> 16)) | 0;
    const low0 = Math.imul(0xd2511f53, x0);
    const low1 = Math.imul(0xcd9e8d57, x2);
    x0 = high1 ^ x1 ^ key0;
    x1 = low1;
    x2 = high0 ^ x3 ^ key1;
    x3 = low0;
    // The Weyl sequences of the key.
    key0 = (key0 + 0x9e3779b9) | 0;
    key1 = (key1 + 0xbb67ae85) | 0;
  }
  // The array makes the words unsigned.
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}
