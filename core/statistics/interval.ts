import { quantileSorted } from "simple-statistics";
import { normalCdf, normalQuantile } from "./normal.ts";

/**
 * A number with its interval. `estimate` is null where the number is undefined (nothing to divide by); `lo` and `hi`
 * are both null where no interval exists, and both numbers otherwise.
 */
export interface IntervalEstimate {
  readonly estimate: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
}

/** Two ends of an interval, or two nulls: the `ci95` of a KPI row. */
export type Interval = readonly [lo: number, hi: number] | readonly [lo: null, hi: null];

/** No interval: too few groups, or too often undefined. */
export const NO_INTERVAL: Interval = [null, null];

/** Throws RangeError unless `confidence` is strictly between 0 and 1. */
export function requireConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence must be between 0 and 1, got ${confidence}`);
  }
}

/**
 * Returns the percentile interval of bootstrap `replicates` (NaN = undefined in that resample): their type-7
 * quantiles at (1 - confidence) / 2 from either end (Efron and Tibshirani 1993, chapter 13).
 *
 * There is no interval when more than (1 - confidence) / 2 of the replicates are undefined: where the ends lie would
 * then depend on what the undefined ones might have been.
 */
export function percentileInterval(replicates: Float64Array, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  return intervalAt(replicates, tail, [tail, 1 - tail]);
}

/**
 * Returns the bias-corrected and accelerated (BCa) interval of the replicates (Efron and Tibshirani 1993, section
 * 14.3). `jackknife` holds the estimate without each group in turn. Replicates equal to the estimate count half
 * below it, since counts and rates tie often.
 *
 * No interval where `percentileInterval` has none, where a jackknife value is undefined, and where the estimate lies
 * outside all replicates.
 */
export function bcaInterval(
  replicates: Float64Array,
  confidence: number,
  reference: { readonly estimate: number; readonly jackknife: Float64Array },
): Interval {
  const tail = (1 - confidence) / 2;
  const bias = biasCorrection(replicates, reference.estimate);
  const a = acceleration(reference.jackknife);
  const levels = [normalQuantile(tail), normalQuantile(1 - tail)].map((z) =>
    // Past the pole the transformation turns back on itself and is no longer a quantile.
    1 - a * (bias + z) > 0 ? normalCdf(bias + (bias + z) / (1 - a * (bias + z))) : Number.NaN,
  );
  if (!levels.every(Number.isFinite)) return NO_INTERVAL;
  return intervalAt(replicates, tail, [levels[0], levels[1]]);
}

/** Returns z0 of the BCa interval; infinite when the estimate lies outside all replicates. */
export function biasCorrection(replicates: Float64Array, estimate: number): number {
  let below = 0;
  let defined = 0;
  for (const replicate of replicates) {
    if (Number.isNaN(replicate)) continue;
    defined++;
    if (replicate < estimate) below++;
    else if (replicate === estimate) below += 0.5;
  }
  return defined === 0 ? Number.NaN : normalQuantile(below / defined);
}

/** Returns the acceleration of the BCa interval from leave-one-group-out values; 0 when they are all equal. */
export function acceleration(jackknife: Float64Array): number {
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  let squares = 0;
  let cubes = 0;
  for (const value of jackknife) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

function intervalAt(
  replicates: Float64Array,
  tail: number,
  levels: readonly [lo: number, hi: number],
): Interval {
  const defined = Array.from(replicates.filter((replicate) => !Number.isNaN(replicate)).sort());
  const undefinedShare = 1 - defined.length / replicates.length;
  if (defined.length === 0 || undefinedShare > tail) return NO_INTERVAL;
  return [quantileSorted(defined, levels[0]), quantileSorted(defined, levels[1])];
}
