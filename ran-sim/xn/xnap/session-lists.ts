import type { BitWriter } from "../asn1/bit-writer.ts";
import { writeConstrained } from "../asn1/constrained.ts";
import type { Size } from "../asn1/lengths.ts";
import { writeChoice, writePreamble, writeSequenceOf } from "../asn1/structures.ts";
import { writeExtensible } from "../asn1/whole-numbers.ts";
import { PDU_SESSION_ID, qosFlows, writeQfi } from "./ue-context.ts";

/** Lists that answer a request: the one session is admitted, the one bearer goes on. Constants. */

const pduSessions: Size = { lower: 1, upper: 256 };
const bearers: Size = { lower: 1, upper: 32 };
const DRB_ID = 1;
/** 12 bits, 18 bits, an extension; the same three of DRBBStatusTransferChoice and of DLCountChoice. */
const statusKinds = { count: 3, extensible: false } as const;
/** first-dl-count, dl-discarding, an extension. */
const stages = { count: 3, extensible: false } as const;

/** Appends PDUSessionResourcesAdmitted-List. */
export function writeAdmittedSessions(w: BitWriter): void {
  writeSequenceOf(w, [PDU_SESSION_ID], pduSessions, (session, id) => {
    writePreamble(session, false);
    writeConstrained(session, id, 0, 255);
    writePreamble(session, false, false, false, false);
    writeSequenceOf(session, [0], qosFlows, (flow) => {
      writePreamble(flow, false);
      writeQfi(flow);
    });
  });
}

/** Appends DRBsSubjectToStatusTransfer-List: counts of zero in both directions, for no PDCP is simulated. */
export function writeBearerStatus(w: BitWriter): void {
  writeSequenceOf(w, [DRB_ID], bearers, (bearer, id) => {
    writePreamble(bearer, false);
    writeExtensible(bearer, id, 1, 32);
    writeCount(bearer);
    writeCount(bearer);
  });
}

/** Appends ProcedureStageChoice, first-dl-count: the count of the first packet forwarded, zero likewise. */
export function writeFirstCount(w: BitWriter): void {
  writeChoice(w, 0, stages);
  writePreamble(w, false);
  writeSequenceOf(w, [DRB_ID], bearers, (bearer, id) => {
    writePreamble(bearer, false);
    writeExtensible(bearer, id, 1, 32);
    writeChoice(bearer, 0, statusKinds);
    writeZeroCount(bearer);
  });
}

/** DRBBStatusTransferChoice with 12-bit sequence numbers. */
function writeCount(w: BitWriter): void {
  writeChoice(w, 0, statusKinds);
  writePreamble(w, false, false);
  writeZeroCount(w);
}

/** COUNT-PDCP-SN12. */
function writeZeroCount(w: BitWriter): void {
  writePreamble(w, false);
  writeConstrained(w, 0, 0, 4095);
  writeConstrained(w, 0, 0, 1_048_575);
}
