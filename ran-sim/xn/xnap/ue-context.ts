import type { BitWriter } from "../asn1/bit-writer.ts";
import { writeConstrained } from "../asn1/constrained.ts";
import type { Size } from "../asn1/lengths.ts";
import { writeBitString, writeOctetString } from "../asn1/strings.ts";
import { writeChoice, writeEnumerated, writePreamble, writeSequenceOf } from "../asn1/structures.ts";
import { writeExtensible } from "../asn1/whole-numbers.ts";
import { nodeAddress } from "../pcap/node-address.ts";
import { writePlmn } from "./cells.ts";
import type { NrCell } from "./message.ts";
import { handoverPreparationInformation } from "./rrc-containers.ts";

/** What a HANDOVER REQUEST must say of the UE beyond the handover itself: constants, but for the identities. */

const AMF_UE_ID_MAX = 2 ** 40 - 1;
const BIT_RATE_MAX = 4_000_000_000_000;
/** Aggregate maximum bit rates, downlink and uplink. */
const AMBR_DOWN_BPS = 1_000_000_000;
const AMBR_UP_BPS = 500_000_000;
const FIVE_QI_NON_GBR = 9;
/** Standardised slice type of mobile broadband (TS 23.501 5.15.2.2). */
const SST_EMBB = 1;
const ARP_PRIORITY = 8;
const QFI = 1;

const addressSize: Size = { lower: 1, upper: 160, extensible: true };
const algorithmsSize: Size = { lower: 16, upper: 16, extensible: true };
const keySize: Size = { lower: 256, upper: 256 };
const one: Size = { lower: 1, upper: 1 };
const four: Size = { lower: 4, upper: 4 };
const pduSessions: Size = { lower: 1, upper: 256 };
export const qosFlows: Size = { lower: 1, upper: 64 };
const twoWays = { count: 2, extensible: false } as const;
const threeWays = { count: 3, extensible: false } as const;
const pduSessionTypes = { count: 5, extensible: true } as const;
const preEmption = { count: 2, extensible: true } as const;

/** 192.0.2.1, an address for examples (RFC 5737). */
const upfAddress = Uint8Array.of(192, 0, 2, 1);

/** The one PDU session of every UE. */
export const PDU_SESSION_ID = 1;

/** Appends GUAMI: one AMF for all. */
export function writeGuami(w: BitWriter): void {
  writePreamble(w, false);
  writePlmn(w);
  w.putBits(1, 8);
  w.putBits(1, 10);
  w.putBits(0, 6);
}

/** Appends UEContextInfoHORequest; the AMF's identity of the UE is the source node's, for one AMF serves all. */
export function writeUeContext(w: BitWriter, sourceUeId: number, sourceCell: NrCell): void {
  writePreamble(w, false, false, false, false);
  writeConstrained(w, sourceUeId, 0, AMF_UE_ID_MAX);
  writeChoice(w, 0, twoWays);
  writeAddress(w, nodeAddress(sourceCell.node));
  writeSecurity(w);
  writeAmbr(w);
  writeSequenceOf(w, [PDU_SESSION_ID], pduSessions, (each, id) => writePduSession(each, id, sourceUeId));
  writeOctetString(w, handoverPreparationInformation(physCellId(sourceCell)));
}

/** Appends a QoS flow identifier. */
export function writeQfi(w: BitWriter): void {
  writeExtensible(w, QFI, 0, 63);
}

/** Physical cell identities repeat, as they must: there are 1008. */
function physCellId({ cell }: NrCell): number {
  return cell % 1008;
}

function writeAddress(w: BitWriter, octets: Uint8Array): void {
  writeBitString(w, { octets, bitCount: 32 }, addressSize);
}

/** UESecurityCapabilities, algorithms 1 to 3 of each kind, and AS-SecurityInformation, a key of zeros: there is none. */
function writeSecurity(w: BitWriter): void {
  writePreamble(w, false);
  for (let kind = 0; kind < 4; kind++) {
    writeBitString(w, { octets: Uint8Array.of(0b0111_0000, 0), bitCount: 16 }, algorithmsSize);
  }
  writePreamble(w, false);
  writeBitString(w, { octets: new Uint8Array(32), bitCount: 256 }, keySize);
  writeConstrained(w, 0, 0, 7);
}

function writeAmbr(w: BitWriter): void {
  writePreamble(w, false);
  writeExtensible(w, AMBR_DOWN_BPS, 0, BIT_RATE_MAX);
  writeExtensible(w, AMBR_UP_BPS, 0, BIT_RATE_MAX);
}

/** PDUSessionResourcesToBeSetup-Item: IPv4, one QoS flow, its tunnel at a UPF. */
function writePduSession(w: BitWriter, id: number, sourceUeId: number): void {
  writePreamble(w, true, false, false, false, false, false);
  writeConstrained(w, id, 0, 255);
  writePreamble(w, false, false);
  writeOctetString(w, Uint8Array.of(SST_EMBB), one);
  writeAmbr(w);
  writeChoice(w, 0, twoWays);
  writePreamble(w, false);
  writeAddress(w, upfAddress);
  writeOctetString(w, bigEndian32(sourceUeId), four);
  writeEnumerated(w, 0, pduSessionTypes);
  writeSequenceOf(w, [QFI], qosFlows, writeQosFlow);
}

function writeQosFlow(w: BitWriter): void {
  writePreamble(w, false, false);
  writeQfi(w);
  writePreamble(w, false, false, false, false);
  writeChoice(w, 0, threeWays);
  writePreamble(w, false, false, false, false);
  writeExtensible(w, FIVE_QI_NON_GBR, 0, 255);
  writePreamble(w, false);
  writeExtensible(w, ARP_PRIORITY, 0, 15);
  writeEnumerated(w, 0, preEmption);
  writeEnumerated(w, 0, preEmption);
}

function bigEndian32(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, value);
  return octets;
}
