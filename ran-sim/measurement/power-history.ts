/**
 * What layer 1 has lately heard, in linear units (mW, or a ratio of powers): the rows of the last ticks, which all means over
 * a window are taken from, whoever asks and however long the window.
 */

/** Changed in place by `nextRow`. All fields belong in a snapshot. */
export interface PowerHistory {
  readonly entryCount: number;
  /** The last rows, each [entry], by tick modulo their number; zeros where there has been none yet. */
  readonly rows: readonly Float64Array[];
  /** Rows taken in so far. */
  tickCount: number;
}

/** Returns an empty history of `entryCount` entries that keeps `rowCount` rows. */
export function createPowerHistory(entryCount: number, rowCount: number): PowerHistory {
  const rows = Array.from({ length: rowCount }, () => new Float64Array(entryCount));
  return { entryCount, rows, tickCount: 0 };
}

/** Begins the next tick and returns its row, [entry], to be written in full. */
export function nextRow(history: PowerHistory): Float64Array {
  const { rows } = history;
  return rows[history.tickCount++ % rows.length];
}

/** Returns the row of the last tick, [entry]. */
export function latestRow({ rows, tickCount }: PowerHistory): Float64Array {
  return rows[(tickCount - 1) % rows.length];
}

/** Returns the row of `tick`, which must be among the last: [entry]; null before the first one. */
export function rowOf({ rows }: PowerHistory, tick: number): Float64Array | null {
  return tick < 0 ? null : rows[tick % rows.length];
}

/** Takes in one tick of dB or dBm, [entry]. -Infinity is power 0; NaN is not allowed, for it would stay for a window. */
export function takeInDb(history: PowerHistory, inputDb: Float32Array | Float64Array): void {
  if (inputDb.length !== history.entryCount) {
    throw new RangeError(`takeInDb: expected ${history.entryCount} entries, got ${inputDb.length}`);
  }
  const row = nextRow(history);
  for (let i = 0; i < row.length; i++) row[i] = Math.exp(inputDb[i] * (Math.LN10 / 10));
}
