import type { BitReader } from "../asn1/bit-reader.ts";
import type { BitWriter } from "../asn1/bit-writer.ts";
import { readConstrained, writeConstrained } from "../asn1/constrained.ts";
import { PerError } from "../asn1/per-error.ts";
import {
  readChoice,
  readEnumerated,
  readPreamble,
  writeChoice,
  writeEnumerated,
  writePreamble,
} from "../asn1/structures.ts";
import { CAUSE_ROOTS, causeValues, type XnapCause } from "./constants.ts";
import type { ConditionalRequest } from "./message.ts";

/** Small IEs that several messages carry: identities, causes, what a conditional handover asks for. */

const UE_ID_MAX = 4_294_967_295;
const causeGroups = { count: 5, extensible: false } as const;
const radioNetworkCauses = { count: CAUSE_ROOTS, extensible: true } as const;
const RADIO_NETWORK = 0;
const choTriggers = { count: 2, extensible: true } as const;

/** Appends NG-RANnodeUEXnAPID. */
export function writeUeId(w: BitWriter, id: number): void {
  writeConstrained(w, id, 0, UE_ID_MAX);
}

/** Returns NG-RANnodeUEXnAPID. Throws PerError. */
export function readUeId(r: BitReader): number {
  return readConstrained(r, 0, UE_ID_MAX);
}

/** Appends Cause, of the radio network layer. */
export function writeCause(w: BitWriter, cause: XnapCause): void {
  writeChoice(w, RADIO_NETWORK, causeGroups);
  writeEnumerated(w, causeValues[cause], radioNetworkCauses);
}

/** Returns the cause. Throws PerError, `unsupported` for one that this simulator cannot mean. */
export function readCause(r: BitReader): XnapCause {
  const group = readChoice(r, causeGroups);
  const value = group === RADIO_NETWORK ? readEnumerated(r, radioNetworkCauses) : null;
  const found = (Object.keys(causeValues) as XnapCause[]).find((name) => causeValues[name] === value);
  if (found === undefined) throw new PerError("unsupported", `cause ${value} of group ${group}`);
  return found;
}

/** Appends CHOinformation-Req. */
export function writeConditional(w: BitWriter, request: ConditionalRequest): void {
  const replaces = request.trigger === "replace";
  writePreamble(w, replaces, request.arrivalPercent !== null, false);
  writeEnumerated(w, replaces ? 1 : 0, choTriggers);
  if (replaces) writeUeId(w, request.targetUeId);
  if (request.arrivalPercent !== null) writeConstrained(w, request.arrivalPercent, 1, 100);
}

/** Returns CHOinformation-Req. Throws PerError, `unsupported` for a replacement that does not say of what. */
export function readConditional(r: BitReader): ConditionalRequest {
  const [named, weighted] = readPreamble(r, 3);
  const trigger = readEnumerated(r, choTriggers);
  const targetUeId = named ? readUeId(r) : null;
  const arrivalPercent = weighted ? readConstrained(r, 1, 100) : null;
  if (trigger === 0) return { trigger: "initiation", arrivalPercent };
  if (trigger !== 1 || targetUeId === null) throw new PerError("unsupported", `CHO trigger ${trigger}`);
  return { trigger: "replace", targetUeId, arrivalPercent };
}
