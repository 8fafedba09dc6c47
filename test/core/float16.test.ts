import fc from "fast-check";
import { expect, test } from "vitest";
import { fromFloat16Bits, toFloat16Bits } from "../../core/float16.ts";

// IEEE 754-2019, section 3.6, binary16: 1 bit of sign, 5 of exponent (bias 15), 10 of trailing significand.
test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [0.333251953125, 0x3555], // the nearest to 1/3
  [65504, 0x7bff], // the largest
  [2 ** -14, 0x0400], // the smallest normal
  [2 ** -14 - 2 ** -24, 0x03ff], // the largest subnormal
  [2 ** -24, 0x0001], // the smallest subnormal
  [Number.POSITIVE_INFINITY, 0x7c00],
  [Number.NEGATIVE_INFINITY, 0xfc00],
])("%d and the bits %i stand for each other", (value, bits) => {
  expect(toFloat16Bits(value)).toBe(bits);
  expect(fromFloat16Bits(bits)).toBe(value);
});

test.each([
  [1 + 2 ** -11, 0x3c00], // between 0x3c00 and 0x3c01
  [1 + 3 * 2 ** -11, 0x3c02], // between 0x3c01 and 0x3c02
  [2 ** -25, 0x0000], // between 0 and the smallest subnormal
  [3 * 2 ** -25, 0x0002], // between 0x0001 and 0x0002
  [2 - 2 ** -11, 0x4000], // the carry moves into the exponent
  [2 ** -14 - 2 ** -25, 0x0400], // from the subnormals into the normals
  [65520, 0x7c00], // between the largest and where the next would be
])("the tie %d goes to the even neighbour", (value, bits) => {
  expect(toFloat16Bits(value)).toBe(bits);
  expect(toFloat16Bits(-value)).toBe(bits | 0x8000);
});

test("next to a tie, the nearer neighbour wins", () => {
  expect(toFloat16Bits(1 + 2 ** -11 + 2 ** -23)).toBe(0x3c01);
  expect(toFloat16Bits(1 + 3 * 2 ** -11 - 2 ** -23)).toBe(0x3c01);
  expect(toFloat16Bits(Math.fround(2 ** -25 * (1 + 2 ** -23)))).toBe(0x0001);
  expect(toFloat16Bits(Math.fround(65520 - 2 ** -8))).toBe(0x7bff);
  expect(toFloat16Bits(2 ** -26)).toBe(0x0000);
  expect(toFloat16Bits(1e30)).toBe(0x7c00);
});

test("every one of the 65,536 bit patterns comes back from its number, NaNs as NaN", () => {
  const wrong: number[] = [];
  for (let bits = 0; bits < 65536; bits++) {
    const value = fromFloat16Bits(bits);
    const nan = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
    const back = toFloat16Bits(value);
    const same = nan ? Number.isNaN(value) && (back & 0x7e00) === 0x7e00 : back === bits;
    if (!same) wrong.push(bits);
  }
  expect(wrong).toEqual([]);
});

test("no half lies nearer to a value than the one chosen", () => {
  fc.assert(
    fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
      const bits = toFloat16Bits(value);
      const error = Math.abs(fromFloat16Bits(bits) - value);
      for (const neighbour of [bits - 1, bits + 1]) {
        if ((neighbour & 0x7fff) > 0x7bff || ((neighbour ^ bits) & 0x8000) !== 0) continue;
        expect(Math.abs(fromFloat16Bits(neighbour) - value)).toBeGreaterThanOrEqual(error);
      }
    }),
    { numRuns: 2000 },
  );
});
