import { fastLinearToDb } from "#core";
import { type PowerHistory, rowOf } from "./power-history.ts";

/**
 * Layer 1 averaging: the mean in linear units over a sliding window. What L1 does is left to the implementation; the window
 * is TS 36.133's and this project's 200 ms. Averaging dBm values instead would bias low under fading.
 *
 * Two ways to one number, equal to the last bit: `stepL1` carries the sums of all entries from tick to tick, `meanOf` adds
 * up one entry when somebody asks.
 */

/** Changed in place by `stepL1`. All fields belong in a snapshot. */
export interface L1State {
  /** Ticks in a full window. */
  readonly slotCount: number;
  /** [entry]: the sum over the window. */
  readonly sum: Float64Array;
}

/** The averaging window when none is given. */
export const L1_WINDOW_MS = 200;

/** A sample that leaves a rest this much weaker takes the rest's digits with it: the window is then added up afresh. */
const GREATEST_RATIO = 1e3;

/**
 * Returns the ticks of `windowMs` at one input every `tickMs`. Throws RangeError unless the window is a whole number of
 * them.
 */
export function slotsOf(tickMs: number, windowMs: number = L1_WINDOW_MS): number {
  const slotCount = Math.round(windowMs / tickMs);
  if (!(slotCount >= 1) || Math.abs(slotCount * tickMs - windowMs) > 1e-9 * windowMs) {
    throw new RangeError(
      `slotsOf: windowMs must be a whole number of ticks of ${tickMs} ms, got ${windowMs}`,
    );
  }
  return slotCount;
}

/** Returns sums of `entryCount` entries over windows of `slotCount` ticks, before the first tick. */
export function createL1(entryCount: number, slotCount: number): L1State {
  return { slotCount, sum: new Float64Array(entryCount) };
}

/**
 * Takes the last tick of `history` into the sums and writes the window's means to `outDb`, [entry], in dB or dBm; to be
 * called once a tick. Until the window is full, the mean is over what there is. `exact` spends five times as much on the
 * logarithm, for 1e-12 dB.
 *
 * Law: the result equals the mean of the window's inputs within 1e-9 dB however long the run, because running sums
 * are added up afresh each time the window has gone round once.
 */
export function stepL1(
  { slotCount, sum }: L1State,
  history: PowerHistory,
  outDb: Float64Array,
  exact: boolean,
): void {
  const { entryCount } = history;
  if (sum.length !== entryCount || outDb.length !== entryCount) {
    throw new RangeError(`stepL1: expected ${entryCount} entries, got ${sum.length} and ${outDb.length}`);
  }
  const tick = history.tickCount - 1;
  const filled = Math.min(tick + 1, slotCount);
  const row = history.rows[tick % history.rows.length];
  if (tick % slotCount === slotCount - 1) addUpAll(sum, history, tick, slotCount);
  else {
    const oldestRow = rowOf(history, tick - slotCount);
    if (oldestRow === null) for (let i = 0; i < entryCount; i++) sum[i] += row[i];
    else {
      for (let i = 0; i < entryCount; i++) {
        const oldest = oldestRow[i];
        const windowSum = sum[i] + row[i] - oldest;
        sum[i] = oldest > GREATEST_RATIO * windowSum ? addUp(history, i, tick, slotCount) : windowSum;
      }
    }
  }
  if (exact) for (let i = 0; i < entryCount; i++) outDb[i] = 10 * Math.log10(sum[i] / filled);
  else for (let i = 0; i < entryCount; i++) outDb[i] = fastLinearToDb(sum[i] / filled);
}

/** Adds up the windows of all entries that end on `tick`, row after row, as `addUp` does at the end of a round. */
function addUpAll(sum: Float64Array, { rows }: PowerHistory, tick: number, slotCount: number): void {
  sum.fill(0);
  for (let at = tick - slotCount + 1; at <= tick; at++) {
    const row = rows[at % rows.length];
    for (let i = 0; i < sum.length; i++) sum[i] += row[i];
  }
}

/** Returns the rows that `meanOf` reads for windows of `slotCount` ticks, up to `lateTicks` after the last of them. */
export function rowsOfMeans(slotCount: number, lateTicks = 0): number {
  return 2 * slotCount + lateTicks;
}

/**
 * Returns the mean of one entry over the `slotCount` ticks of `history` that end with `last`, linear: what `stepL1` had on
 * that tick. The history must keep as many rows as `rowsOfMeans` says.
 */
export function meanOf(
  history: PowerHistory,
  entry: number,
  slotCount: number,
  last = history.tickCount - 1,
): number {
  return windowSumOf(history, entry, slotCount, last) / Math.min(last + 1, slotCount);
}

/**
 * Returns a function that gives `meanOf` of an entry on the last tick, [ue, cell] row-major. A phone is asked for its serving cell tick after
 * tick: that one's sum is carried on, by the same operations, and two rows are read instead of nine.
 */
export function createMeans(
  history: PowerHistory,
  cellCount: number,
  slotCount: number,
): (entry: number) => number {
  const ueCount = history.entryCount / cellCount;
  /** [ue]: what was last asked for, when, and the sum of its window. */
  const entries = new Int32Array(ueCount).fill(-1);
  const ticks = new Int32Array(ueCount).fill(-1);
  const sums = new Float64Array(ueCount);
  return (entry) => {
    const ue = Math.floor(entry / cellCount);
    const tick = history.tickCount - 1;
    const isKnown = entries[ue] === entry;
    if (!isKnown || ticks[ue] !== tick) {
      const follows = isKnown && ticks[ue] === tick - 1 && tick % slotCount !== slotCount - 1;
      sums[ue] = follows
        ? nextSum(sums[ue], history, entry, slotCount, tick)
        : windowSumOf(history, entry, slotCount, tick);
      entries[ue] = entry;
      ticks[ue] = tick;
    }
    return sums[ue] / Math.min(tick + 1, slotCount);
  };
}

function windowSumOf(history: PowerHistory, entry: number, slotCount: number, last: number): number {
  // The tick on which a running sum was last added up afresh.
  const fresh = last - ((last + 1) % slotCount);
  let windowSum = fresh < 0 ? 0 : addUp(history, entry, fresh, slotCount);
  for (let tick = fresh + 1; tick <= last; tick++)
    windowSum = nextSum(windowSum, history, entry, slotCount, tick);
  return windowSum;
}

/** Returns the running sum on `tick`, of that on the tick before. */
function nextSum(sum: number, history: PowerHistory, entry: number, slotCount: number, tick: number): number {
  const oldest = rowOf(history, tick - slotCount)?.[entry] ?? 0;
  const windowSum = sum + history.rows[tick % history.rows.length][entry] - oldest;
  return oldest > GREATEST_RATIO * windowSum ? addUp(history, entry, tick, slotCount) : windowSum;
}

/** Adds up the window that ends on `tick`, from the tick on whose number divides by `slotCount`. */
function addUp({ rows }: PowerHistory, entry: number, tick: number, slotCount: number): number {
  const slot = tick % slotCount;
  let windowSum = 0;
  for (let at = tick - slot; at <= tick; at++) windowSum += rows[at % rows.length][entry];
  for (let at = tick - slotCount + 1; at < tick - slot; at++) {
    if (at >= 0) windowSum += rows[at % rows.length][entry];
  }
  return windowSum;
}
