/**
 * A standard normal number from two uniforms (Box and Muller 1958) without Math.log and Math.cos, for kernels that draw one for every link:
 * tables of 512 steps, and polynomials for the rest.
 */

const STEPS = 512;

/** [step]: one over the middle of a step of the mantissa, and the natural logarithm of that middle. */
const inverses = Float64Array.from({ length: STEPS }, (_, step) => 1 / (1 + (step + 0.5) / STEPS));
const logarithms = Float64Array.from(inverses, (inverse) => -Math.log(inverse));
/** [step]: of the whole turn. */
const cosines = Float64Array.from({ length: STEPS }, (_, step) => Math.cos((2 * Math.PI * step) / STEPS));
const sines = Float64Array.from({ length: STEPS }, (_, step) => Math.sin((2 * Math.PI * step) / STEPS));
/** [places]: 2^places, by which a number of (0, 1] is brought to 1 to 2; uniforms have 53 bits. */
const scales = Float64Array.from({ length: 64 }, (_, places) => 2 ** places);

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
/** Which word of a double has its exponent: that depends on the machine. */
const high = new Uint32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;

/** Returns sqrt(-2 ln(1 - u1)) cos(2 pi u2), `u1` and `u2` in [0, 1) with at most 53 bits, within 1e-7 and nearly always 1e-12. */
export function fastNormal(u1: number, u2: number): number {
  // The numbers are written out because a bundler makes variables of the constants of a module.
  const rest1 = 1 - u1;
  number[0] = rest1;
  const word = words[high];
  const places = 1023 - (word >>> 20);
  const step = (word >>> 11) & 511;
  const part = rest1 * scales[places] * inverses[step] - 1;
  const series = part * (1 - part * (1 / 2 - part * (1 / 3 - part * (1 / 4))));
  const logarithm = logarithms[step] + series - places * Math.LN2;
  const place = u2 * 512;
  const turn = (place + 0.5) | 0;
  const angle = (place - turn) * 0.01227184630308513;
  const square = angle * angle;
  const cosine = 1 - square * (1 / 2 - square * (1 / 24));
  const sine = angle * (1 - square * (1 / 6 - square * (1 / 120)));
  const side = turn & 511;
  // Next to 1 the rounding of the logarithm may show on the wrong side of 0.
  return Math.sqrt(Math.abs(2 * logarithm)) * (cosines[side] * cosine - sines[side] * sine);
}
