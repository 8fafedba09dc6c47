/**
 * dB to linear and back without Math.exp and Math.log10, for kernels that convert every link on every
 * tick: a table for the first nine bits, small enough to stay in a processor's nearest cache beside what is converted, and a polynomial for the
 * rest. Both are within 1e-12 dB of the exact value.
 */

const BITS = 9;
const STEPS = 2 ** BITS;
const STEPS_PER_DB = (STEPS * Math.log2(10)) / 10;
const NEPER_PER_STEP = Math.LN2 / STEPS;
/** Levels beyond this leave the range of a double, or come near it. */
const GREATEST_DB = 3000;
const LEAST_EXPONENT = -1023;

/** [step]: 2^(step / STEPS). */
const powers = Float64Array.from({ length: STEPS }, (_, step) => 2 ** (step / STEPS));
/** [exponent - LEAST_EXPONENT]: 2^exponent. */
const scales = Float64Array.from({ length: 2047 }, (_, exponent) => 2 ** (exponent + LEAST_EXPONENT));

/** Returns the ratio (or mW) of a value in dB (or dBm); 0 for -Infinity. */
export function fastDbToLinear(db: number): number {
  if (!(db > -GREATEST_DB && db < GREATEST_DB)) return 10 ** (db / 10);
  const place = db * STEPS_PER_DB;
  const step = Math.floor(place + 0.5);
  const rest = (place - step) * NEPER_PER_STEP;
  const series = 1 + rest * (1 + rest * (1 / 2 + rest * (1 / 6)));
  return powers[step & (STEPS - 1)] * scales[(step >> BITS) - LEAST_EXPONENT] * series;
}

/** [step]: one over the middle of a step of the mantissa, and that middle in dB. */
const inverses = Float64Array.from({ length: STEPS }, (_, step) => 1 / (1 + (step + 0.5) / STEPS));
const middlesDb = Float64Array.from(inverses, (inverse) => -10 * Math.log10(inverse));
const DB_PER_OCTAVE = 10 * Math.log10(2);
const DB_PER_NEPER = 10 / Math.LN10;
const LEAST_NORMAL = 2.2250738585072014e-308;

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
/** Which word of a double has its exponent: that depends on the machine. */
const high = new Uint32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;

/** Returns the dB (or dBm) of a ratio (or mW); -Infinity for 0. */
export function fastLinearToDb(linear: number): number {
  if (!(linear >= LEAST_NORMAL && linear < Number.POSITIVE_INFINITY)) return 10 * Math.log10(linear);
  number[0] = linear;
  const word = words[high];
  const exponent = (word >>> 20) - 1023;
  const step = (word >>> (20 - BITS)) & (STEPS - 1);
  const mantissa = linear * scales[-exponent - LEAST_EXPONENT];
  const rest = mantissa * inverses[step] - 1;
  const neper = rest * (1 - rest * (1 / 2 - rest * (1 / 3 - rest * (1 / 4))));
  return exponent * DB_PER_OCTAVE + (middlesDb[step] + neper * DB_PER_NEPER);
}
