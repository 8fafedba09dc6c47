import { type IntervalEstimate, requireConfidence } from "./interval.ts";
import { normalQuantile } from "./normal.ts";

/**
 * Returns k / n with the Wilson score interval (Wilson, JASA 22 (1927) 209; method 3 of Newcombe, Statistics in
 * Medicine 17 (1998) 857), all in 0..1. `n` may be an effective number and need not be an integer. The interval is
 * never [0, 0]: at k = 0 it reaches up to z^2 / (n + z^2), and the same from 1 downwards at k = n.
 *
 * n = 0: all three null. Throws RangeError unless 0 <= k <= n, both finite. Example: `wilsonInterval(0, 20)`.
 */
export function wilsonInterval(
  k: number,
  n: number,
  { confidence = 0.95 }: { readonly confidence?: number } = {},
): IntervalEstimate {
  requireConfidence(confidence);
  if (!(k >= 0 && k <= n && Number.isFinite(n))) {
    throw new RangeError(`k of n must satisfy 0 <= k <= n, got ${k} of ${n}`);
  }
  if (n === 0) return { estimate: null, lo: null, hi: null };
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const estimate = k / n;
  const centre = k + (z * z) / 2;
  const halfWidth = z * Math.sqrt((k * (n - k)) / n + (z * z) / 4);
  return {
    estimate,
    // (centre - halfWidth) / (n + z^2) without the cancellation: exactly 0 at k = 0, and never below it. The bounds
    // keep a rounding from putting an end on the wrong side of the estimate or of 1.
    lo: Math.min(estimate, (k * k) / (n * (centre + halfWidth))),
    hi: k === n ? 1 : Math.min(1, Math.max(estimate, (centre + halfWidth) / (n + z * z))),
  };
}
