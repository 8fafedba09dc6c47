import { createBitWriter } from "../asn1/bit-writer.ts";
import { writeConstrained } from "../asn1/constrained.ts";
import { writeOctetString } from "../asn1/strings.ts";
import { writePreamble } from "../asn1/structures.ts";

/**
 * The RRC messages inside XnAP ones, in unaligned PER: the least that TS 38.331 lets them be. They say that there was a
 * configuration, and not which: no bearers, no measurements, no cell group. A network in service puts some hundred to
 * some thousand octets here, so the absolute size of a HANDOVER REQUEST is understated; what a payload adds is not.
 */

/** Physical cell identities are 0 .. 1007 (38.331, PhysCellId). */
const PHYS_CELL_ID_MAX = 1007;

/**
 * Returns HandoverPreparationInformation (11.2.2): no UE capabilities, as AS-Config an RRCReconfiguration, as AS-Context
 * the source's physical cell identity (0 .. 1007) with a short MAC-I of zeros, for there are no keys.
 */
export function handoverPreparationInformation(sourcePhysCellId: number): Uint8Array {
  const w = createBitWriter("unaligned");
  writeCriticalExtensions(w);
  // Present: sourceConfig, as-Context. Absent: rrm-Config, nonCriticalExtension.
  w.putBits(0b1010, 4);
  writeConstrained(w, 0, 0, 8);
  writePreamble(w);
  writeOctetString(w, rrcReconfiguration());
  writePreamble(w, true, false);
  w.putBits(0, 1);
  writeConstrained(w, sourcePhysCellId, 0, PHYS_CELL_ID_MAX);
  w.putBits(0, 16);
  return w.finish();
}

/** Returns HandoverCommand (11.2.2) with an RRCReconfiguration. */
export function handoverCommand(): Uint8Array {
  const w = createBitWriter("unaligned");
  writeCriticalExtensions(w);
  w.putBits(0, 1);
  writeOctetString(w, rrcReconfiguration());
  return w.finish();
}

/** Returns RRCReconfiguration (6.2.2), transaction 0, all of its members absent. */
function rrcReconfiguration(): Uint8Array {
  const w = createBitWriter("unaligned");
  writeConstrained(w, 0, 0, 3);
  w.putBits(0, 1);
  w.putBits(0, 5);
  return w.finish();
}

/** Critical extensions: alternative c1, of it the first of four. */
function writeCriticalExtensions(w: ReturnType<typeof createBitWriter>): void {
  w.putBits(0, 1);
  w.putBits(0, 2);
}
