import { NONE } from "../state.ts";

/** Which cell a phone without one may camp on: the cell selection criterion S of TS 38.304 5.2.3.2, on one carrier. */

export interface SelectionCriterion {
  /** Qrxlevmin, dBm. */
  readonly qRxLevMinDbm: number;
  /** Qqualmin, dB of RSRQ; -Infinity where none is broadcast. */
  readonly qQualMinDb: number;
}

/** What is measured of all cells of a phone, from `first` on: dBm, and dB of SINR. */
export interface MeasuredCells {
  readonly cellCount: number;
  readonly rsrpDbm: Float64Array;
  readonly sinrDb: Float64Array;
  /** Returns one entry of `sinrDb`. Absent: all are there. */
  readonly sinrDbOf?: (entry: number) => number;
}

/**
 * Returns the cell of highest RSRP among those with Srxlev > 0 and Squal > 0, or NONE; of equals the lowest index. Srxlev is
 * Qrxlevmeas - Qrxlevmin, Squal is Qqualmeas - Qqualmin; no offset and no power compensation.
 */
export function selectCell(
  { qRxLevMinDbm, qQualMinDb }: SelectionCriterion,
  cells: MeasuredCells,
  first: number,
): number {
  const { cellCount, rsrpDbm } = cells;
  let best = NONE;
  for (let cell = 0; cell < cellCount; cell++) {
    const levelDbm = rsrpDbm[first + cell];
    if (!(levelDbm > qRxLevMinDbm) || (best !== NONE && levelDbm <= rsrpDbm[first + best])) continue;
    const sinrDb = cells.sinrDbOf === undefined ? cells.sinrDb[first + cell] : cells.sinrDbOf(first + cell);
    if (rsrqOfSinrDb(sinrDb) > qQualMinDb) best = cell;
  }
  return best;
}

/**
 * Returns the RSRQ that belongs to an SINR, dB: N RSRP / RSSI (TS 38.215 5.1.3) where all twelve subcarriers of a resource
 * block carry the cell's own signal, what disturbs it, and noise. At most -10.8; a trace has no RSSI of its own.
 */
export function rsrqOfSinrDb(sinrDb: number): number {
  return -10 * Math.log10(12 * (1 + 10 ** (-sinrDb / 10)));
}
