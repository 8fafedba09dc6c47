import type { WireFormat } from "#core";
import type { CellStay } from "../policy/policy.ts";
import { PerError } from "./asn1/per-error.ts";
import { nrCell, visitedCell } from "./signalling.ts";
import type { NrCell, PredictedCell, VisitedCell } from "./xnap/message.ts";
import { decodeHistory, encodeHistory } from "./xnap/ue-history.ts";
import { decodeTrajectory, encodeTrajectory } from "./xnap/ue-trajectory.ts";

/**
 * What TS 38.423 itself lets a HANDOVER REQUEST say of a phone, as formats of a hand-off: a row of values on both sides, the
 * octets of the information element between. A row is [cell, seconds] of each entry in the element's order, cell -1 after
 * the last.
 *
 * These elements have no checksum. What is read is written anew, and refused where other octets come out: damage to a
 * network, to padding, or to one of the two forms of a stay in the history shows, damage to a predicted stay does not.
 */

/** Entries of either element, TS 38.423 9.3.7. */
export const LISTED_CELLS = 16;
export const CELL_LIST_SIZE = 2 * LISTED_CELLS;

/** Writes a list, of which only the first {@link LISTED_CELLS} entries fit, as a row. */
export function writeCellList(row: Float32Array, list: readonly CellStay[]): void {
  for (let i = 0; i < LISTED_CELLS; i++) {
    const entry = list[i];
    row[2 * i] = entry === undefined ? -1 : entry.cell;
    row[2 * i + 1] = entry === undefined ? 0 : entry.stayS;
  }
}

/** Returns the list of a row. */
export function readCellList(row: Float32Array): readonly CellStay[] {
  const list: CellStay[] = [];
  for (let i = 0; i < LISTED_CELLS && row[2 * i] >= 0; i++) {
    list.push({ cell: row[2 * i], stayS: row[2 * i + 1] });
  }
  return list;
}

/** Returns the UE History Information as a format: stays in tenths of a second, at most 4095 s. */
export function historyFormat(cellCount: number): WireFormat<Float32Array> {
  return formatOf<VisitedCell>(
    {
      label: "UE History Information",
      encode: encodeHistory,
      decode: decodeHistory,
      toItem: visitedCell,
      stayS: ({ stayTenthsS }) => stayTenthsS / 10,
    },
    cellCount,
  );
}

/** Returns the Cell Based UE Trajectory Prediction as a format: stays in whole seconds, at most 4095 s. */
export function trajectoryFormat(cellCount: number): WireFormat<Float32Array> {
  return formatOf<PredictedCell>(
    {
      label: "Cell Based UE Trajectory Prediction",
      encode: encodeTrajectory,
      decode: decodeTrajectory,
      toItem: ({ cell, stayS }) => ({ cell: nrCell(cell), stayS: Math.round(stayS) }),
      stayS: ({ stayS }) => stayS ?? 0,
    },
    cellCount,
  );
}

/** One of the elements. */
interface ListElement<Item extends { readonly cell: NrCell }> {
  readonly label: string;
  encode(items: readonly Item[]): Uint8Array;
  decode(octets: Uint8Array): readonly Item[];
  toItem(entry: CellStay): Item;
  stayS(item: Item): number;
}

function formatOf<Item extends { readonly cell: NrCell }>(
  element: ListElement<Item>,
  cellCount: number,
): WireFormat<Float32Array> {
  return {
    label: element.label,
    encode: (values) => ({
      bytes: element.encode(readCellList(values).map(element.toItem)),
      headerBytes: 0,
    }),
    decode(octets) {
      try {
        const items = element.decode(octets);
        const again = element.encode(items);
        const known = items.every(
          ({ cell }) => cell.node < cellCount && cell.cell === nrCell(cell.node).cell,
        );
        if (!known || !sameOctets(again, octets)) return { ok: false, reason: "malformed" };
        const content = new Float32Array(CELL_LIST_SIZE);
        writeCellList(
          content,
          items.map((item) => ({ cell: item.cell.node, stayS: element.stayS(item) })),
        );
        return { ok: true, content };
      } catch (error) {
        if (!(error instanceof PerError)) throw error;
        return { ok: false, reason: error.reason === "truncated" ? "truncated" : "malformed" };
      }
    },
  };
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}
