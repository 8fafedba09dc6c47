import type { BitReader } from "../asn1/bit-reader.ts";
import type { BitWriter } from "../asn1/bit-writer.ts";
import type { Size } from "../asn1/lengths.ts";
import { PerError } from "../asn1/per-error.ts";
import { readBitString, readOctetString, writeBitString, writeOctetString } from "../asn1/strings.ts";
import { readChoice, readPreamble, writeChoice, writePreamble, writeSequenceOf } from "../asn1/structures.ts";
import { GNB_ID_BITS, writePlmn } from "./cells.ts";
import { IeId } from "./constants.ts";
import type { Ie } from "./containers.ts";

/**
 * What two nodes tell each other before the first handover. A capture needs it: Wireshark learns here that both are
 * gNBs, and only then looks into the RRC containers.
 */

const plmnSize: Size = { lower: 3, upper: 3 };
const gnbIdSize: Size = { lower: 22, upper: 32 };
const tacSize: Size = { lower: 3, upper: 3 };
const sstSize: Size = { lower: 1, upper: 1 };
const trackingAreas: Size = { lower: 1, upper: 256 };
const networks: Size = { lower: 1, upper: 12 };
const slices: Size = { lower: 1, upper: 1024 };
const amfRegions: Size = { lower: 1, upper: 16 };
const nodeKinds = { count: 3, extensible: false } as const;
const gnbIdKinds = { count: 2, extensible: false } as const;

/** Returns the IEs of an XN SETUP REQUEST. */
export function setupRequestIes(node: number): Ie[] {
  return [
    ...setupResponseIes(node),
    { id: IeId.amfRegionInformation, criticality: "reject", write: writeAmfRegions },
  ];
}

/** Returns the IEs of an XN SETUP RESPONSE. */
export function setupResponseIes(node: number): Ie[] {
  return [
    { id: IeId.globalNgRanNodeId, criticality: "reject", write: (w) => writeNodeId(w, node) },
    { id: IeId.taiSupportList, criticality: "reject", write: writeTrackingAreas },
  ];
}

/** Returns the number of a gNB. Throws PerError, `unsupported` for another node or another length of its id. */
export function readNodeId(r: BitReader): number {
  if (readChoice(r, nodeKinds) !== 0) throw new PerError("unsupported", "a node that is not a gNB");
  readPreamble(r, 1);
  readOctetString(r, plmnSize);
  if (readChoice(r, gnbIdKinds) !== 0) throw new PerError("unsupported", "another kind of gNB id");
  const { octets, bitCount } = readBitString(r, gnbIdSize);
  if (bitCount !== GNB_ID_BITS) throw new PerError("unsupported", `a gNB id of ${bitCount} bits`);
  return octets.reduce((number, octet) => 256 * number + octet, 0);
}

function writeNodeId(w: BitWriter, node: number): void {
  writeChoice(w, 0, nodeKinds);
  writePreamble(w, false);
  writePlmn(w);
  writeChoice(w, 0, gnbIdKinds);
  const octets = Uint8Array.of(node >>> 16, (node >>> 8) & 0xff, node & 0xff);
  writeBitString(w, { octets, bitCount: GNB_ID_BITS }, gnbIdSize);
}

/** One tracking area, one network, one slice. */
function writeTrackingAreas(w: BitWriter): void {
  writeSequenceOf(w, [1], trackingAreas, (area, code) => {
    writePreamble(area, false);
    writeOctetString(area, Uint8Array.of(0, 0, code), tacSize);
    writeSequenceOf(area, [1], networks, (network, sst) => {
      writePreamble(network, false);
      writePlmn(network);
      writeSequenceOf(network, [sst], slices, (slice, value) => {
        writePreamble(slice, false, false);
        writeOctetString(slice, Uint8Array.of(value), sstSize);
      });
    });
  });
}

function writeAmfRegions(w: BitWriter): void {
  writeSequenceOf(w, [1], amfRegions, (each, region) => {
    writePreamble(each, false);
    writePlmn(each);
    each.putBits(region, 8);
  });
}
