import { type BitReader, createBitReader } from "../asn1/bit-reader.ts";
import type { BitWriter } from "../asn1/bit-writer.ts";
import { readConstrained, writeConstrained } from "../asn1/constrained.ts";
import type { Size } from "../asn1/lengths.ts";
import { readOctetString, readOpenType, writeOpenType } from "../asn1/strings.ts";
import {
  readEnumerated,
  readPreamble,
  readSequenceOf,
  writePreamble,
  writeSequenceOf,
} from "../asn1/structures.ts";
import { Criticality } from "./constants.ts";

/** The frame that all XnAP messages share: a SEQUENCE of IEs, each an id, a criticality and an open type (9.3.8). */

export type CriticalityName = keyof typeof Criticality;

/** One IE to be sent. */
export interface Ie {
  readonly id: number;
  readonly criticality: CriticalityName;
  readonly write: (w: BitWriter) => void;
}

/** One IE received, not yet looked into. */
export interface ReceivedIe {
  readonly id: number;
  /** Code of {@link Criticality}. */
  readonly criticality: number;
  readonly octets: Uint8Array;
}

const protocolIes: Size = { lower: 0, upper: 65535 };
const protocolExtensions: Size = { lower: 1, upper: 65535 };
export const criticalityRoots = { count: 3, extensible: false } as const;

/** Appends a message's content. */
export function writeProtocolIes(w: BitWriter, ies: readonly Ie[]): void {
  writePreamble(w);
  writeSequenceOf(w, ies, protocolIes, (each, { id, criticality, write }) => {
    writeConstrained(each, id, 0, 65535);
    each.putBits(Criticality[criticality], 2);
    writeOpenType(each, write);
  });
}

/** Returns a message's IEs in their order. Throws PerError. */
export function readProtocolIes(r: BitReader): ReceivedIe[] {
  readPreamble(r, 0);
  return readSequenceOf(r, protocolIes, readField);
}

/** Goes past the iE-Extensions of an IE: extensions of IEs are optional for a receiver that knows none. */
export function skipIeExtensions(r: BitReader, present: boolean): void {
  if (present) readSequenceOf(r, protocolExtensions, readField);
}

/** Returns a reader of an IE's value. */
export function ieReader(ie: ReceivedIe): BitReader {
  return createBitReader(ie.octets, "aligned");
}

/** Appends an XnAP-PDU: which alternative, which procedure, how critical, and the message as an open type (9.3.3). */
export function writePdu(
  w: BitWriter,
  pdu: { readonly outcome: number; readonly procedure: number; readonly criticality: CriticalityName },
  write: (w: BitWriter) => void,
): void {
  w.putBits(0, 1);
  writeConstrained(w, pdu.outcome, 0, 2);
  writeConstrained(w, pdu.procedure, 0, 255);
  w.putBits(Criticality[pdu.criticality], 2);
  writeOpenType(w, write);
}

/** Returns the frame of an XnAP-PDU and a reader of its message. Throws PerError. */
export function readPdu(r: BitReader): {
  readonly outcome: number;
  readonly procedure: number;
  readonly message: BitReader;
} {
  readPreamble(r, 0);
  const outcome = readConstrained(r, 0, 2);
  const procedure = readConstrained(r, 0, 255);
  readEnumerated(r, criticalityRoots);
  return { outcome, procedure, message: readOpenType(r) };
}

function readField(r: BitReader): ReceivedIe {
  const id = readConstrained(r, 0, 65535);
  const criticality = readEnumerated(r, criticalityRoots);
  return { id, criticality, octets: readOctetString(r) };
}
