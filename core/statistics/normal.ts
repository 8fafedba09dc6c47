import { errorFunction } from "simple-statistics";

/** The standard normal distribution. */

/** Returns P(Z <= x) of a standard normal Z, within 1.2e-7 (simple-statistics' error function). */
export function normalCdf(x: number): number {
  return 0.5 * (1 + errorFunction(x / Math.SQRT2));
}

/**
 * Returns x with P(Z <= x) = `probability`, to about 16 digits; -Infinity at 0 and Infinity at 1.
 *
 * Algorithm AS 241 (PPND16) of Wichura, Applied Statistics 37 (1988) 477: a ratio of two polynomials of degree 7
 * in each of three regions. simple-statistics' `probit` is a one-line approximation that is 0.003 off at 0.975.
 *
 * Throws RangeError outside 0..1.
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`probability must be in 0..1, got ${probability}`);
  }
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE.above, r)) / polynomial(CENTRE.below, r);
  }
  // The tail is measured on its own side: 1 - probability would lose the digits of a small upper tail.
  const tail = q < 0 ? probability : 1 - probability;
  if (tail === 0) return q < 0 ? -Infinity : Infinity;
  const r = Math.sqrt(-Math.log(tail));
  const region = r <= 5 ? MIDDLE : FAR;
  const x = polynomial(region.above, r - region.shift) / polynomial(region.below, r - region.shift);
  return q < 0 ? -x : x;
}

/** Returns sum of coefficients[i] * x^i. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

// Wichura's a and b (|q| <= 0.425), c and d (r <= 5), e and f (r > 5), constant term first, each to the nearest double.
const CENTRE = {
  above: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  below: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
} as const;

const MIDDLE = {
  shift: 1.6,
  above: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  below: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
} as const;

const FAR = {
  shift: 5,
  above: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  below: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
} as const;
