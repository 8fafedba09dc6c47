/** IEEE 754 binary16 by hand: Node 20 has neither Float16Array nor setFloat16. */

const scratch = new DataView(new ArrayBuffer(4));

/** Returns the 16 bits nearest to the float32 of `value` (ties to even); overflow becomes infinity, NaN stays NaN. */
export function toFloat16Bits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const mantissa = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200);
  const unbiased = exponent - 127;
  if (unbiased > 15) return sign | 0x7c00;
  if (unbiased >= -14) {
    // A carry out of the mantissa moves into the exponent, which is the right result, infinity included.
    return sign | roundShift(((unbiased + 15) << 23) | mantissa, 13);
  }
  if (unbiased < -25) return sign;
  return sign | roundShift(mantissa | 0x800000, 13 + (-14 - unbiased));
}

/** Returns the number that 16 bits stand for. */
export function fromFloat16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** Returns `value >> shift`, rounded to nearest, ties to even. */
function roundShift(value: number, shift: number): number {
  const quotient = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return quotient + (rest > half || (rest === half && (quotient & 1) === 1) ? 1 : 0);
}
