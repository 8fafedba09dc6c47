import type { BitReader } from "../asn1/bit-reader.ts";
import type { BitWriter } from "../asn1/bit-writer.ts";
import type { Size } from "../asn1/lengths.ts";
import { PerError } from "../asn1/per-error.ts";
import { readOctetString, writeOctetString } from "../asn1/strings.ts";
import {
  readChoice,
  readPreamble,
  readSequenceOf,
  writeChoice,
  writePreamble,
  writeSequenceOf,
} from "../asn1/structures.ts";
import { MAX_CHO_CELLS } from "./constants.ts";
import { skipIeExtensions } from "./containers.ts";
import type { NrCell } from "./message.ts";

/** Networks, nodes and cells on the wire. */

/** PLMN 001/01, reserved for test networks (ITU-T E.212 Annex); digits as TS 38.413 9.3.3.5 packs them. */
const plmnIdentity = Uint8Array.of(0x00, 0xf1, 0x10);
const plmnSize: Size = { lower: 3, upper: 3 };

/** Bits of the NR cell identity (36) that name the cell of a gNB; the leading 24 are the gNB's. */
const CELL_BITS = 12;
export const GNB_ID_BITS = 24;

/** Alternatives of Target-CGI, of NG-RAN-Cell-Identity and of NGAP's NGRAN-CGI: NR, E-UTRA, an extension. */
const cgiRoots = { count: 3, extensible: false } as const;
const NR = 0;

/** Appends the PLMN identity, OCTET STRING (SIZE(3)). */
export function writePlmn(w: BitWriter): void {
  writeOctetString(w, plmnIdentity, plmnSize);
}

/** Appends a CHOICE of cell, always NR; the same bits in XnAP (Target-CGI) and in NGAP (NGRAN-CGI). */
export function writeCgi(w: BitWriter, { node, cell }: NrCell): void {
  writeChoice(w, NR, cgiRoots);
  writePreamble(w, false);
  writePlmn(w);
  w.align();
  w.putBits(node, GNB_ID_BITS);
  w.putBits(cell, CELL_BITS);
}

/** Returns the cell, of whatever network. Throws PerError, `unsupported` for a cell that is not NR. */
export function readCgi(r: BitReader): NrCell {
  if (readChoice(r, cgiRoots) !== NR) throw new PerError("unsupported", "a cell that is not NR");
  const [extended] = readPreamble(r, 1);
  readOctetString(r, plmnSize);
  r.align();
  const cell = { node: r.takeBits(GNB_ID_BITS), cell: r.takeBits(CELL_BITS) };
  skipIeExtensions(r, extended);
  return cell;
}

/** Appends GlobalNG-RANCell-ID, always NR: the same parts as above, the network first. */
export function writeGlobalCellId(w: BitWriter, { node, cell }: NrCell): void {
  writePreamble(w, false);
  writePlmn(w);
  writeChoice(w, NR, cgiRoots);
  w.align();
  w.putBits(node, GNB_ID_BITS);
  w.putBits(cell, CELL_BITS);
}

/** Returns the cell, of whatever network. Throws PerError, `unsupported` for a cell that is not NR. */
export function readGlobalCellId(r: BitReader): NrCell {
  const [extended] = readPreamble(r, 1);
  readOctetString(r, plmnSize);
  if (readChoice(r, cgiRoots) !== NR) throw new PerError("unsupported", "a cell that is not NR");
  r.align();
  const cell = { node: r.takeBits(GNB_ID_BITS), cell: r.takeBits(CELL_BITS) };
  skipIeExtensions(r, extended);
  return cell;
}

const targetCells: Size = { lower: 1, upper: MAX_CHO_CELLS };

/** Appends TargetCellList, whose items, unlike all others, cannot be extended. */
export function writeTargetCells(w: BitWriter, cells: readonly NrCell[]): void {
  writeSequenceOf(w, cells, targetCells, (each, cell) => {
    each.putBits(0, 1);
    writeCgi(each, cell);
  });
}

/** Returns the cells of a TargetCellList. Throws PerError. */
export function readTargetCells(r: BitReader): NrCell[] {
  return readSequenceOf(r, targetCells, (each) => {
    const extended = each.takeBits(1) === 1;
    const cell = readCgi(each);
    skipIeExtensions(each, extended);
    return cell;
  });
}
