import { createBitReader } from "../asn1/bit-reader.ts";
import { PerError, type PerFailure } from "../asn1/per-error.ts";
import { readOctetString } from "../asn1/strings.ts";
import { readPreamble } from "../asn1/structures.ts";
import { readPrivateMessage } from "./carriers.ts";
import { readCgi, readTargetCells } from "./cells.ts";
import { readCause, readConditional, readUeId } from "./common-ies.ts";
import { Criticality, IeId } from "./constants.ts";
import { ieReader, type ReceivedIe, readPdu, readProtocolIes } from "./containers.ts";
import { frames } from "./encode.ts";
import type { ListedMessage, XnapMessage, XnapMessageType } from "./message.ts";
import { readHistory } from "./ue-history.ts";
import { readTrajectory } from "./ue-trajectory.ts";
import { readNodeId } from "./xn-setup.ts";

/** Why a message cannot be used: not PER as expected, or one of the errors of TS 38.423 clause 10. */
export type XnapFailure =
  | PerFailure
  /** A procedure, or an outcome of one, that this simulator does not speak. */
  | "unknown-procedure"
  /** A mandatory IE is not there. */
  | "missing-ie"
  /** An IE of criticality reject is not known. */
  | "not-understood"
  /** IEs in the wrong order, or one of them twice (10.3.6). */
  | "falsely-constructed";

export type DecodedXnap =
  | { readonly ok: true; readonly message: XnapMessage }
  | { readonly ok: false; readonly reason: XnapFailure };

/**
 * Returns the message, or why it cannot be used. Never throws, whatever the octets. IEs that are not known are passed
 * over when their criticality allows it (10.3.4); those that carry constants (see message.ts) are required and not
 * looked into.
 */
export function decodeXnap(octets: Uint8Array): DecodedXnap {
  try {
    const { outcome, procedure, message } = readPdu(createBitReader(octets, "aligned"));
    const type = (Object.keys(frames) as XnapMessageType[]).find(
      (name) => frames[name].outcome === outcome && frames[name].procedure === procedure,
    );
    if (type === undefined) return { ok: false, reason: "unknown-procedure" };
    if (type === "privateMessage") return { ok: true, message: readPrivateMessage(message) };
    return fromIes(type, readProtocolIes(message));
  } catch (error) {
    if (error instanceof PerError) return { ok: false, reason: error.reason };
    throw error;
  }
}

type WithIes = ListedMessage["type"];

const { sourceNgRanNodeUeXnapId: SOURCE_UE, targetNgRanNodeUeXnapId: TARGET_UE } = IeId;

/** IEs of each message in their order; those in brackets may be absent. */
const known: Readonly<Record<WithIes, readonly (number | readonly [number])[]>> = {
  xnSetupRequest: [IeId.globalNgRanNodeId, IeId.taiSupportList, IeId.amfRegionInformation],
  xnSetupResponse: [IeId.globalNgRanNodeId, IeId.taiSupportList],
  handoverRequest: [
    SOURCE_UE,
    IeId.cause,
    IeId.targetCellGlobalId,
    IeId.guami,
    IeId.ueContextInfoHoRequest,
    IeId.ueHistoryInformation,
    [IeId.choInformationReq],
    [IeId.cellBasedUeTrajectoryPrediction],
    [IeId.proposedLatent],
  ],
  handoverRequestAcknowledge: [
    SOURCE_UE,
    TARGET_UE,
    IeId.pduSessionResourcesAdmittedList,
    IeId.target2SourceTransparentContainer,
    [IeId.choInformationAck],
  ],
  handoverPreparationFailure: [SOURCE_UE, IeId.cause, [IeId.requestedTargetCellGlobalId]],
  handoverCancel: [SOURCE_UE, [TARGET_UE], IeId.cause, [IeId.targetCellsToCancel]],
  snStatusTransfer: [SOURCE_UE, TARGET_UE, IeId.drbsSubjectToStatusTransferList],
  earlyStatusTransfer: [SOURCE_UE, TARGET_UE, IeId.procedureStage],
  ueContextRelease: [SOURCE_UE, TARGET_UE],
  handoverSuccess: [SOURCE_UE, TARGET_UE, IeId.requestedTargetCellGlobalId],
  conditionalHandoverCancel: [SOURCE_UE, TARGET_UE, IeId.cause, [IeId.targetCellsToCancel]],
};

function fromIes(type: WithIes, ies: readonly ReceivedIe[]): DecodedXnap {
  const order = known[type].flat();
  const places = ies.map(({ id }) => order.indexOf(id));
  if (ies.some(({ criticality }, i) => places[i] < 0 && criticality === Criticality.reject)) {
    return { ok: false, reason: "not-understood" };
  }
  const understood = places.filter((place) => place >= 0);
  if (understood.some((place, i) => i > 0 && place <= understood[i - 1])) {
    return { ok: false, reason: "falsely-constructed" };
  }
  const byId = new Map(ies.map((ie) => [ie.id, ie]));
  if (known[type].some((id) => typeof id === "number" && !byId.has(id))) {
    return { ok: false, reason: "missing-ie" };
  }
  return { ok: true, message: buildMessage(type, byId) };
}

function buildMessage(type: WithIes, ies: ReadonlyMap<number, ReceivedIe>): ListedMessage {
  const required = <T>(id: number, read: (r: ReturnType<typeof ieReader>) => T): T => {
    const ie = ies.get(id);
    if (ie === undefined) throw new TypeError(`buildMessage: IE ${id} is not required of ${type}`);
    return read(ieReader(ie));
  };
  const optional = <T>(id: number, read: (r: ReturnType<typeof ieReader>) => T): T | null =>
    ies.has(id) ? required(id, read) : null;
  const sourceUeId = (): number => required(SOURCE_UE, readUeId);
  const targetUeId = (): number => required(TARGET_UE, readUeId);
  switch (type) {
    case "xnSetupRequest":
    case "xnSetupResponse":
      return { type, node: required(IeId.globalNgRanNodeId, readNodeId) };
    case "handoverRequest":
      return {
        type,
        sourceUeId: sourceUeId(),
        cause: required(IeId.cause, readCause),
        targetCell: required(IeId.targetCellGlobalId, readCgi),
        history: required(IeId.ueHistoryInformation, readHistory),
        conditional: optional(IeId.choInformationReq, readConditional),
        trajectory: optional(IeId.cellBasedUeTrajectoryPrediction, readTrajectory),
        proposedLatent: optional(IeId.proposedLatent, readOctetString),
      };
    case "handoverRequestAcknowledge":
      return {
        type,
        sourceUeId: sourceUeId(),
        targetUeId: targetUeId(),
        conditionalCell: optional(IeId.choInformationAck, (r) => {
          readPreamble(r, 2);
          return readCgi(r);
        }),
      };
    case "handoverPreparationFailure":
      return {
        type,
        sourceUeId: sourceUeId(),
        cause: required(IeId.cause, readCause),
        conditionalCell: optional(IeId.requestedTargetCellGlobalId, readCgi),
      };
    case "handoverCancel":
      return {
        type,
        sourceUeId: sourceUeId(),
        targetUeId: optional(TARGET_UE, readUeId),
        cause: required(IeId.cause, readCause),
        cells: optional(IeId.targetCellsToCancel, readTargetCells) ?? [],
      };
    case "snStatusTransfer":
    case "earlyStatusTransfer":
    case "ueContextRelease":
      return { type, sourceUeId: sourceUeId(), targetUeId: targetUeId() };
    case "handoverSuccess":
      return {
        type,
        sourceUeId: sourceUeId(),
        targetUeId: targetUeId(),
        targetCell: required(IeId.requestedTargetCellGlobalId, readCgi),
      };
    case "conditionalHandoverCancel":
      return {
        type,
        sourceUeId: sourceUeId(),
        targetUeId: targetUeId(),
        cause: required(IeId.cause, readCause),
        cells: optional(IeId.targetCellsToCancel, readTargetCells) ?? [],
      };
  }
}
