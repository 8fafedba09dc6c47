/**
 * dB to linear and back without Math.exp and Math.log10, for kernels that convert every link on every
 * tick: a table for the first nine bits, small enough to stay in a processor's nearest cache beside what is converted, and a polynomial for the
 * rest. Both are within 1e-12 dB of the exact value.
 */

const STEPS = 512;

/** [step]: 2^(step / STEPS). */
const powers = Float64Array.from({ length: STEPS }, (_, step) => 2 ** (step / STEPS));
/** [exponent + 1023]: 2^exponent. */
const scales = Float64Array.from({ length: 2047 }, (_, place) => 2 ** (place - 1023));

/** Returns the ratio (or mW) of a value in dB (or dBm); 0 for -Infinity. */
export function fastDbToLinear(db: number): number {
  // Beyond these levels powers leave the range of a double, or come near it.
  if (!(db > -3000 && db < 3000)) return 10 ** (db / 10);
  // Numbers are written out because a bundler makes variables of the constants of a module: 512 log2(10) / 10, and ln(2) / 512.
  const place = db * 170.08271845823293;
  // The whole part of a positive number is its floor.
  const step = ((place + 1048576.5) | 0) - 1048576;
  const rest = (place - step) * 0.0013538030870311431;
  const series = 1 + rest * (1 + rest * (1 / 2 + rest * (1 / 6)));
  return powers[step & 511] * scales[(step >> 9) + 1023] * series;
}

/** [step]: one over the middle of a step of the mantissa, and that middle in dB. */
const inverses = Float64Array.from({ length: STEPS }, (_, step) => 1 / (1 + (step + 0.5) / STEPS));
const middlesDb = Float64Array.from(inverses, (inverse) => -10 * Math.log10(inverse));

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
/** Which word of a double has its exponent: that depends on the machine. */
const high = new Uint32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;

/** Returns the dB (or dBm) of a ratio (or mW); -Infinity for 0. */
export function fastLinearToDb(linear: number): number {
  // Neither below the least normal number nor above the greatest.
  if (!(linear >= 2.2250738585072014e-308 && linear < Number.POSITIVE_INFINITY))
    return 10 * Math.log10(linear);
  number[0] = linear;
  const word = words[high];
  const exponent = (word >>> 20) - 1023;
  const step = (word >>> 11) & 511;
  const mantissa = linear * scales[1023 - exponent];
  const rest = mantissa * inverses[step] - 1;
  const neper = rest * (1 - rest * (1 / 2 - rest * (1 / 3 - rest * (1 / 4))));
  // dB per octave, and per neper of power.
  return exponent * 3.010299956639812 + (middlesDb[step] + neper * 4.3429448190325175);
}
