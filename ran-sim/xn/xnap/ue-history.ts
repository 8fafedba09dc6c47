import { type BitReader, createBitReader } from "../asn1/bit-reader.ts";
import { type BitWriter, createBitWriter } from "../asn1/bit-writer.ts";
import { readConstrained, writeConstrained } from "../asn1/constrained.ts";
import type { Size } from "../asn1/lengths.ts";
import { PerError } from "../asn1/per-error.ts";
import { readOctetString, writeOctetString } from "../asn1/strings.ts";
import {
  readChoice,
  readEnumerated,
  readPreamble,
  readSequenceOf,
  writeChoice,
  writeEnumerated,
  writePreamble,
  writeSequenceOf,
} from "../asn1/structures.ts";
import { readCgi, writeCgi } from "./cells.ts";
import { MAX_HISTORY_CELLS } from "./constants.ts";
import { skipIeExtensions } from "./containers.ts";
import type { CellSize, VisitedCell } from "./message.ts";

/**
 * UE History Information: where the UE was, newest first, the source cell on top. On Xn an item of NG-RAN is an OCTET
 * STRING; in it is NGAP's LastVisitedNGRANCellInformation (TS 38.413 9.3.1.97), in aligned PER too.
 */

const historySize: Size = { lower: 1, upper: MAX_HISTORY_CELLS };
/** NG-RAN, E-UTRAN, UTRAN, GERAN, an extension. */
const itemRoots = { count: 5, extensible: false } as const;
const NG_RAN = 0;
const cellSizes: readonly CellSize[] = ["verySmall", "small", "medium", "large"];
const cellSizeRoots = { count: cellSizes.length, extensible: true } as const;
const MAX_STAY_S = 4095;
const MAX_STAY_TENTHS_S = 40_950;

/** Appends 1 to 16 visited cells. Throws RangeError for none and for more. */
export function writeHistory(w: BitWriter, history: readonly VisitedCell[]): void {
  writeSequenceOf(w, history, historySize, (each, visited) => {
    writeChoice(each, NG_RAN, itemRoots);
    writeOctetString(each, encodeVisitedCell(visited));
  });
}

/** Returns the IE's octets. Throws RangeError as {@link writeHistory}. */
export function encodeHistory(history: readonly VisitedCell[]): Uint8Array {
  const w = createBitWriter("aligned");
  writeHistory(w, history);
  return w.finish();
}

/** Returns the visited cells of an IE's octets. Throws PerError. */
export function decodeHistory(octets: Uint8Array): VisitedCell[] {
  return readHistory(createBitReader(octets, "aligned"));
}

/** Returns the visited cells. Throws PerError, `unsupported` for a cell of another system. */
export function readHistory(r: BitReader): VisitedCell[] {
  return readSequenceOf(r, historySize, (each) => {
    if (readChoice(each, itemRoots) !== NG_RAN) {
      throw new PerError("unsupported", "a visited cell that is not NG-RAN");
    }
    return decodeVisitedCell(readOctetString(each));
  });
}

/** The stay is sent twice: in whole seconds, rounded to nearest, and in tenths. No cause: the simulator's is known. */
function encodeVisitedCell({ cell, size, stayTenthsS }: VisitedCell): Uint8Array {
  const tenths = Math.min(MAX_STAY_TENTHS_S, stayTenthsS);
  const w = createBitWriter("aligned");
  writePreamble(w, true, false, false);
  writeCgi(w, cell);
  writePreamble(w, false);
  writeEnumerated(w, cellSizes.indexOf(size), cellSizeRoots);
  writeConstrained(w, Math.round(tenths / 10), 0, MAX_STAY_S);
  writeConstrained(w, tenths, 0, MAX_STAY_TENTHS_S);
  return w.finish();
}

function decodeVisitedCell(octets: Uint8Array): VisitedCell {
  const r = createBitReader(octets, "aligned");
  const [hasTenths] = readPreamble(r, 3);
  const cell = readCgi(r);
  const [extended] = readPreamble(r, 1);
  const size = cellSizes[readEnumerated(r, cellSizeRoots)];
  if (size === undefined) throw new PerError("unsupported", "a cell size outside the root");
  skipIeExtensions(r, extended);
  const seconds = readConstrained(r, 0, MAX_STAY_S);
  return { cell, size, stayTenthsS: hasTenths ? readConstrained(r, 0, MAX_STAY_TENTHS_S) : 10 * seconds };
}
