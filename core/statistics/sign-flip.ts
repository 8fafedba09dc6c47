import { createStream } from "../random/stream.ts";

/** What the sign-flip test found. */
export interface SignFlipResult {
  /** Null when there are no pairs. */
  readonly meanDifference: number | null;
  /** Two-sided; null when there are no pairs. */
  readonly pValue: number | null;
  readonly pairs: number;
  /** Sign patterns looked at: all 2^m of the m non-zero differences when `exact`, else the random ones. */
  readonly flips: number;
  readonly exact: boolean;
}

const EXACT_PAIRS = 16;

/**
 * Returns the paired sign-flip (randomisation) test on the mean difference, two-sided: how often a mean at least as
 * far from 0 arises when every difference is as likely to have the other sign (Fisher, The Design of Experiments,
 * 1935, section 21). `differences` holds one number per world, arm minus baseline on the same world.
 *
 * With at most 16 non-zero differences all patterns are enumerated. With more, `flips` random patterns are drawn and
 * p = (1 + as extreme) / (1 + flips), which is never 0 and keeps the level (Phipson and Smyth, Statistical
 * Applications in Genetics and Molecular Biology 9 (2010) 39). Zero differences count in the mean and in `pairs`
 * but not in the patterns, which they would only double.
 *
 * Law: the p-value depends neither on the order of the differences nor on the sign of all of them.
 *
 * Throws RangeError for a difference that is not finite or flips below 1. With fewer than 6 worlds the smallest
 * possible p-value, 2 / 2^worlds, is above 0.05.
 */
export function signFlipTest(
  differences: ArrayLike<number>,
  { seed, flips = 9999 }: { readonly seed: number; readonly flips?: number },
): SignFlipResult {
  if (!Number.isInteger(flips) || flips < 1) {
    throw new RangeError(`flips must be a positive integer, got ${flips}`);
  }
  const values = Float64Array.from(differences);
  for (const value of values) {
    if (!Number.isFinite(value)) throw new RangeError(`differences must be finite numbers, got ${value}`);
  }
  const pairs = values.length;
  if (pairs === 0) return { meanDifference: null, pValue: null, pairs, flips: 0, exact: true };

  const sum = values.sort().reduce((total, value) => total + value, 0);
  // Only sizes matter under the null hypothesis; sorting them removes the order of arrival.
  const sizes = values
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort();
  // Sums that differ only by rounding are ties: 0.1 + 0.2 against 0.3.
  const threshold = Math.abs(sum) - 1e-12 * sizes.reduce((total, size) => total + size, 0);
  const exact = sizes.length <= EXACT_PAIRS;
  const flipped = exact ? allFlips(sizes) : randomFlips(sizes, seed, flips);
  let asExtreme = 0;
  for (const total of flipped) if (Math.abs(total) >= threshold) asExtreme++;
  const pValue = exact ? asExtreme / flipped.length : (1 + asExtreme) / (1 + flips);
  return { meanDifference: sum / pairs, pValue, pairs, flips: flipped.length, exact };
}

/** Returns the sums of all 2^m sign patterns of m sizes. */
function allFlips(sizes: Float64Array): Float64Array {
  const sums = new Float64Array(2 ** sizes.length);
  // After i sizes the first 2^i places hold all their patterns; the next size doubles them.
  sizes.forEach((size, i) => {
    const filled = 2 ** i;
    for (let pattern = 0; pattern < filled; pattern++) {
      sums[filled + pattern] = sums[pattern] - size;
      sums[pattern] += size;
    }
  });
  return sums;
}

/** Returns the sums of random sign patterns; one draw (entity = word, step = flip) gives the signs of 32 sizes. */
function randomFlips(sizes: Float64Array, seed: number, flips: number): Float64Array {
  const stream = createStream(seed, "sign-flip");
  return Float64Array.from({ length: flips }, (_, flip) => {
    let sum = 0;
    let signs = 0;
    for (let i = 0; i < sizes.length; i++) {
      if (i % 32 === 0) signs = stream.integer(2 ** 32, i / 32, flip);
      sum += (signs >>> (i % 32)) & 1 ? sizes[i] : -sizes[i];
    }
    return sum;
  });
}
