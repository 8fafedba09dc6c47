/**
 * Returns Holm's step-down adjusted p-values, in the order given (Holm, Scandinavian Journal of Statistics 6 (1979)
 * 65): the i-th smallest of m is multiplied by m - i + 1, never falls below the one before it, and is at most 1.
 * Rejecting those of at most alpha keeps the chance of any false rejection at alpha, whatever the dependence.
 *
 * Laws: each is at least its p-value and at most m times it; the order of p-values is kept.
 *
 * Throws RangeError for a p-value outside 0..1. Example: `holmAdjust([0.01, 0.04, 0.03, 0.005])` is
 * [0.03, 0.06, 0.06, 0.02].
 */
export function holmAdjust(pValues: readonly number[]): number[] {
  for (const p of pValues) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`a p-value must be in 0..1, got ${p}`);
  }
  const ascending = pValues.map((_, i) => i).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  ascending.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[i]));
    adjusted[i] = largest;
  });
  return adjusted;
}
