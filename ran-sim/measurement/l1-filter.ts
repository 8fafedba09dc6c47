/**
 * Layer 1 averaging: the mean in linear units over a sliding window, updated every tick, for any number of entries at
 * once. What L1 does is left to the implementation; the window is TS 36.133's and this project's 200 ms. Averaging
 * dBm values instead would bias low under fading.
 */

/** Changed in place by `stepL1`. All fields belong in a snapshot. */
export interface L1State {
  readonly entryCount: number;
  /** Ticks in a full window. */
  readonly slotCount: number;
  /** [slot, entry]: the last `slotCount` inputs in linear units (mW for dBm); slot = tick mod slotCount. */
  readonly linear: Float64Array;
  /** [entry]: the sum of the window's slots. */
  readonly sum: Float64Array;
  /** Ticks taken in so far. */
  tickCount: number;
}

/** The averaging window when none is given. */
export const L1_WINDOW_MS = 200;

/**
 * Returns an empty filter of `entryCount` entries that averages over `windowMs` at one input every `tickMs`.
 * Throws RangeError unless the window is a whole number of ticks.
 */
export function createL1(entryCount: number, tickMs: number, windowMs: number = L1_WINDOW_MS): L1State {
  const slotCount = Math.round(windowMs / tickMs);
  if (!(slotCount >= 1) || Math.abs(slotCount * tickMs - windowMs) > 1e-9 * windowMs) {
    throw new RangeError(
      `createL1: windowMs must be a whole number of ticks of ${tickMs} ms, got ${windowMs}`,
    );
  }
  return {
    entryCount,
    slotCount,
    linear: new Float64Array(slotCount * entryCount),
    sum: new Float64Array(entryCount),
    tickCount: 0,
  };
}

/**
 * Takes in one tick and writes the window's means to `outDb`. Until the window is full, the mean is over what there
 * is. Both arrays are [ue, cell] row-major in the simulator, in dB or dBm; they may be the same array. -Infinity is
 * power 0; NaN is not allowed, for it would stay for a window.
 *
 * Law: the result equals the mean of the window's inputs within 1e-9 dB however long the run, because running sums
 * are added up afresh each time the window has gone round once.
 */
export function stepL1(
  state: L1State,
  inputDb: Float32Array | Float64Array,
  outDb: Float32Array | Float64Array,
): void {
  const { entryCount, slotCount, linear, sum } = state;
  if (inputDb.length !== entryCount || outDb.length !== entryCount) {
    throw new RangeError(`stepL1: expected ${entryCount} entries, got ${inputDb.length} and ${outDb.length}`);
  }
  const slot = state.tickCount % slotCount;
  const base = slot * entryCount;
  const filled = Math.min(state.tickCount + 1, slotCount);
  const goneRound = slot === slotCount - 1;
  for (let i = 0; i < entryCount; i++) {
    const power = Math.exp(inputDb[i] * (Math.LN10 / 10));
    const oldest = linear[base + i];
    linear[base + i] = power;
    let windowSum = sum[i] + power - oldest;
    // A sample that leaves a far weaker rest takes the rest's digits with it: add up afresh then, too.
    if (goneRound || oldest > 1e3 * windowSum) {
      windowSum = 0;
      for (let k = 0; k < slotCount; k++) windowSum += linear[k * entryCount + i];
    }
    sum[i] = windowSum;
    outDb[i] = 10 * Math.log10(windowSum / filled);
  }
  state.tickCount++;
}
