import { fromFloat16Bits, toFloat16Bits } from "#core";
import { reportedInteger, reportedLevel } from "../measurement/quantity-ranges.ts";

/**
 * What crosses Xn when the state of a phone stays where it is: each report from the node that serves the phone, and what is
 * expected on it back. XnAP has no message for either; both travel as PRIVATE MESSAGEs. Big-endian:
 *
 * | report | | answer | |
 * |---|---|---|---|
 * | u32 | time, ms | u32 | time of its report, ms |
 * | u16 + u8 + u8 | each cell: its number, RSRP and SINR as TS 38.133 reports them (10.1.6.1, 10.1.16.1) | u16 + f16 x outputs | each cell: its number, and what is expected |
 *
 * Law: what was reported comes out as it went in; what is expected comes out in half precision.
 */

const TIME_BYTES = 4;
const CELL_BYTES = 2;

/** One cell of a report. */
export interface MeasuredCell {
  readonly cell: number;
  readonly rsrpDbm: number;
  readonly sinrDb: number;
}

/** One cell of an answer; the values are the model's outputs. */
export interface ExpectedCell {
  readonly cell: number;
  readonly values: ArrayLike<number>;
}

export function encodeReport(timeS: number, cells: readonly MeasuredCell[]): Uint8Array {
  const view = start(timeS, cells.length * (CELL_BYTES + 2));
  for (const [i, { cell, rsrpDbm, sinrDb }] of cells.entries()) {
    const at = TIME_BYTES + i * (CELL_BYTES + 2);
    view.setUint16(at, cell);
    view.setUint8(at + 2, reportedInteger("rsrp", rsrpDbm));
    view.setUint8(at + 3, reportedInteger("sinr", sinrDb));
  }
  return new Uint8Array(view.buffer);
}

/** Returns the cells of a report as {@link encodeReport} wrote it. */
export function decodeReport(octets: Uint8Array): readonly MeasuredCell[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  return Array.from({ length: (octets.length - TIME_BYTES) / (CELL_BYTES + 2) }, (_, i) => {
    const at = TIME_BYTES + i * (CELL_BYTES + 2);
    return {
      cell: view.getUint16(at),
      rsrpDbm: reportedLevel("rsrp", view.getUint8(at + 2)),
      sinrDb: reportedLevel("sinr", view.getUint8(at + 3)),
    };
  });
}

export function encodeAnswer(timeS: number, cells: readonly ExpectedCell[]): Uint8Array {
  const width = CELL_BYTES + 2 * (cells[0]?.values.length ?? 0);
  const view = start(timeS, cells.length * width);
  for (const [i, { cell, values }] of cells.entries()) {
    const at = TIME_BYTES + i * width;
    view.setUint16(at, cell);
    for (let j = 0; j < values.length; j++) view.setUint16(at + CELL_BYTES + 2 * j, toFloat16Bits(values[j]));
  }
  return new Uint8Array(view.buffer);
}

/** Returns the cells of an answer with `outputs` values each, as {@link encodeAnswer} wrote it. */
export function decodeAnswer(
  octets: Uint8Array,
  outputs: number,
): readonly { readonly cell: number; readonly values: Float32Array }[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const width = CELL_BYTES + 2 * outputs;
  return Array.from({ length: (octets.length - TIME_BYTES) / width }, (_, i) => {
    const at = TIME_BYTES + i * width;
    return {
      cell: view.getUint16(at),
      values: Float32Array.from({ length: outputs }, (__, j) =>
        fromFloat16Bits(view.getUint16(at + CELL_BYTES + 2 * j)),
      ),
    };
  });
}

function start(timeS: number, bytes: number): DataView {
  const view = new DataView(new ArrayBuffer(TIME_BYTES + bytes));
  view.setUint32(0, Math.round(timeS * 1000));
  return view;
}
