/** Layer 3 filtering, TS 38.331 5.5.3.2 (TS 36.331 5.5.3.2): F_n = (1 - a) F_(n-1) + a M_n, F_1 = M_1, in dB. */

/** The update period that a filter coefficient k is stated for: LTE's 200 ms, and this project's for NR. */
export const L3_SPECIFIED_PERIOD_MS = 200;

/** Returns a = 1/2^(k/4) of TS 38.331 5.5.3.2; 1 (no filter) for k = 0. Throws RangeError for a negative k. */
export function filterCoefficient(k: number): number {
  if (!(k >= 0)) throw new RangeError(`filterCoefficient: k must be 0 or more, got ${k}`);
  return 2 ** (-k / 4);
}

/**
 * Returns the coefficient that keeps the filter's time characteristic when it is fed every `updatePeriodMs` rather
 * than every `specifiedPeriodMs`: 1 - (1 - a)^(update / specified). The step responses then agree at every instant
 * where both filters have an input. Stays 1 for k = 0.
 */
export function adaptedFilterCoefficient(
  k: number,
  updatePeriodMs: number,
  specifiedPeriodMs: number = L3_SPECIFIED_PERIOD_MS,
): number {
  if (!(updatePeriodMs > 0)) {
    throw new RangeError(`adaptedFilterCoefficient: updatePeriodMs must be above 0, got ${updatePeriodMs}`);
  }
  return 1 - (1 - filterCoefficient(k)) ** (updatePeriodMs / specifiedPeriodMs);
}

/** Returns `entryCount` filters that have seen no measurement yet: NaN encodes "no F yet". */
export function createL3(entryCount: number): Float64Array {
  return new Float64Array(entryCount).fill(Number.NaN);
}

/**
 * Feeds one measurement to every filter, in place: `filteredDb[i]` becomes F_n. The first finite measurement is taken
 * over unfiltered (F_1 = M_1); a measurement that is not finite counts as absent and leaves its filter as it was.
 *
 * `filteredDb` and `measuredDb`: same layout, [ue, cell] row-major in the simulator, in the reported unit (dB or dBm).
 */
export function stepL3(
  filteredDb: Float64Array,
  measuredDb: Float32Array | Float64Array,
  coefficient: number,
): void {
  if (filteredDb.length !== measuredDb.length) {
    throw new RangeError(`stepL3: ${filteredDb.length} filters but ${measuredDb.length} measurements`);
  }
  // The two products of the formula, not F + a (M - F): with a = 1 the result must be M to the last bit.
  const keep = 1 - coefficient;
  for (let i = 0; i < filteredDb.length; i++) {
    const measured = measuredDb[i];
    if (!Number.isFinite(measured)) continue;
    const previous = filteredDb[i];
    filteredDb[i] = Number.isNaN(previous) ? measured : keep * previous + coefficient * measured;
  }
}
