// A recorded or simulated journey on which every cell is known at every tick, so that a policy can be run closed loop.

/** What of a multi-cell file is missing in its trace, and why. */
export interface MissingValues {
  /** Fields that say so (empty, `-`, `N/A`), and numbers that no receiver can have measured or computed (2147483647, -9999). */
  readonly rsrp: number;
  readonly sinr: number;
  /** Fields that are neither a number nor a sign for none. */
  readonly unreadable: number;
  /** Rows of another width or without a time: a tick of which every value is missing. */
  readonly rows: number;
}

/** RSRP and SINR of every cell at a constant sample period, as stored: neither clamped nor filtered. NaN: missing. */
export interface MultiCellTrace {
  /** File path below what was read, without its suffixes: `30kmh_10`. */
  readonly name: string;
  /** Cell names as in the header, ordered by number where both are whole numbers, else by code unit. */
  readonly cellIds: readonly string[];
  /** Constant sample period, milliseconds. */
  readonly sampleMs: number;
  readonly tickCount: number;
  /** [tick, cell] row-major, dBm; may lie far below the reporting range of 38.133. */
  readonly rsrpDbm: Float64Array;
  /** [tick, cell] row-major, dB. */
  readonly sinrDb: Float64Array;
  /**
   * The unit to split and resample by: traces that share road rows have the same group, named for the first member
   * that `groups.json` lists. A reader always sets it (a trace alone is its own group); the parser of one text cannot.
   */
  readonly group?: string;
  /** Absent: nothing is missing. */
  readonly missing?: MissingValues;
}

/** Above this sample period a closed loop would decide on reports older than the 200 ms measurement period of 38.133. */
export const MAX_CLOSED_LOOP_SAMPLE_MS = 200;
