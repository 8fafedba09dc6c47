// A recorded or simulated journey on which every cell is known at every tick, so that a policy can be run closed loop.

/** RSRP and SINR of every cell at a constant sample period, as stored: neither clamped nor filtered. */
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
}

/** Above this sample period a closed loop would decide on reports older than the 200 ms measurement period of 38.133. */
export const MAX_CLOSED_LOOP_SAMPLE_MS = 200;
