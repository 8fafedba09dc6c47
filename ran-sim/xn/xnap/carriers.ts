import type { BitReader } from "../asn1/bit-reader.ts";
import type { BitWriter } from "../asn1/bit-writer.ts";
import { readConstrained } from "../asn1/constrained.ts";
import type { Size } from "../asn1/lengths.ts";
import { PerError } from "../asn1/per-error.ts";
import {
  readObjectIdentifier,
  readOctetString,
  readOpenType,
  writeObjectIdentifier,
  writeOctetString,
  writeOpenType,
} from "../asn1/strings.ts";
import {
  readChoice,
  readEnumerated,
  readPreamble,
  readSequenceOf,
  writeChoice,
  writePreamble,
  writeSequenceOf,
} from "../asn1/structures.ts";
import { readCgi, writeCgi } from "./cells.ts";
import { readUeId, writeUeId } from "./common-ies.ts";
import { Criticality, IeId } from "./constants.ts";
import { criticalityRoots, type Ie } from "./containers.ts";
import type { PrivateMessage } from "./message.ts";

/**
 * The two ways in which a payload crosses Xn.
 *
 * The standard way is PRIVATE MESSAGE, which TS 38.423 leaves to vendors: one private IE of criticality ignore, in it
 *
 * ```
 * LatentTransfer ::= SEQUENCE {
 *   sourceNG-RANnodeUEXnAPID  NG-RANnodeUEXnAPID,   -- these two name the HANDOVER REQUEST
 *   targetCellGlobalID        Target-CGI,           -- that the payload belongs to
 *   payload                   OCTET STRING,
 *   ...
 * }
 * ```
 *
 * The other is NON-STANDARD: an IE of criticality ignore in the HANDOVER REQUEST itself, under an id that 3GPP has not
 * assigned and that no vendor may choose. It shows what a standardised IE would cost.
 */

/**
 * Name of the private IE: {iso(1) org(3) dod(6) internet(1) private(4) enterprise(1) 32473 1 1}. 32473 is the
 * enterprise number that IANA keeps for examples (RFC 5612), so that no organisation is claimed; a product puts its own
 * number there. A local id (0 .. 65535) would be shorter, and could mean another vendor's IE.
 */
export const latentObjectIdentifier: readonly number[] = [1, 3, 6, 1, 4, 1, 32473, 1, 1];

const privateIes: Size = { lower: 1, upper: 65535 };
const idKinds = { count: 2, extensible: false } as const;
const LOCAL = 0;
const GLOBAL = 1;

/** Appends the content of a PRIVATE MESSAGE. */
export function writePrivateMessage(w: BitWriter, message: PrivateMessage): void {
  writePreamble(w);
  writeSequenceOf(w, [message], privateIes, (each, { sourceUeId, targetCell, latent }) => {
    writeChoice(each, GLOBAL, idKinds);
    writeObjectIdentifier(each, latentObjectIdentifier);
    each.putBits(Criticality.ignore, 2);
    writeOpenType(each, (inner) => {
      writePreamble(inner);
      writeUeId(inner, sourceUeId);
      writeCgi(inner, targetCell);
      writeOctetString(inner, latent);
    });
  });
}

/**
 * Returns the payload and what it belongs to. Other private IEs are passed over, unless they must not be. Throws
 * PerError, `unsupported` without a payload.
 */
export function readPrivateMessage(r: BitReader): PrivateMessage {
  readPreamble(r, 0);
  const found = readSequenceOf(r, privateIes, readPrivateIe).find((message) => message !== null);
  if (found === undefined) throw new PerError("unsupported", "a private message without a payload");
  return found;
}

function readPrivateIe(r: BitReader): PrivateMessage | null {
  const name = readChoice(r, idKinds) === LOCAL ? [readConstrained(r, 0, 65535)] : readObjectIdentifier(r);
  const criticality = readEnumerated(r, criticalityRoots);
  const value = readOpenType(r);
  if (
    name.length === latentObjectIdentifier.length &&
    name.every((arc, i) => arc === latentObjectIdentifier[i])
  ) {
    readPreamble(value, 0);
    return {
      type: "privateMessage",
      sourceUeId: readUeId(value),
      targetCell: readCgi(value),
      latent: readOctetString(value),
    };
  }
  if (criticality === Criticality.reject) throw new PerError("unsupported", `private IE ${name.join(".")}`);
  return null;
}

/** Returns the NON-STANDARD IE of a HANDOVER REQUEST: id 65535, the last, while 3GPP assigns from 0 upwards. */
export function proposedLatentIe(latent: Uint8Array): Ie {
  return {
    id: IeId.proposedLatent,
    criticality: "ignore",
    write: (w) => writeOctetString(w, latent),
  };
}
