import { createBitWriter } from "../asn1/bit-writer.ts";
import { writeOctetString } from "../asn1/strings.ts";
import { writePreamble } from "../asn1/structures.ts";
import { proposedLatentIe, writePrivateMessage } from "./carriers.ts";
import { writeCgi, writeTargetCells } from "./cells.ts";
import { writeCause, writeConditional, writeUeId } from "./common-ies.ts";
import { IeId, Outcome, Procedure, type XnapCause } from "./constants.ts";
import { type CriticalityName, type Ie, writePdu, writeProtocolIes } from "./containers.ts";
import type { HandoverRequest, ListedMessage, NrCell, XnapMessage, XnapMessageType } from "./message.ts";
import { handoverCommand } from "./rrc-containers.ts";
import { writeAdmittedSessions, writeBearerStatus, writeFirstCount } from "./session-lists.ts";
import { writeGuami, writeUeContext } from "./ue-context.ts";
import { writeHistory } from "./ue-history.ts";
import { writeTrajectory } from "./ue-trajectory.ts";
import { setupRequestIes, setupResponseIes } from "./xn-setup.ts";

/** How each message is framed (38.423 9.3.3); decoding reads the same table backwards. */
export const frames: Readonly<
  Record<
    XnapMessageType,
    { readonly outcome: number; readonly procedure: number; readonly criticality: CriticalityName }
  >
> = {
  xnSetupRequest: { outcome: Outcome.initiating, procedure: Procedure.xnSetup, criticality: "reject" },
  xnSetupResponse: { outcome: Outcome.successful, procedure: Procedure.xnSetup, criticality: "reject" },
  handoverRequest: {
    outcome: Outcome.initiating,
    procedure: Procedure.handoverPreparation,
    criticality: "reject",
  },
  handoverRequestAcknowledge: {
    outcome: Outcome.successful,
    procedure: Procedure.handoverPreparation,
    criticality: "reject",
  },
  handoverPreparationFailure: {
    outcome: Outcome.unsuccessful,
    procedure: Procedure.handoverPreparation,
    criticality: "reject",
  },
  handoverCancel: { outcome: Outcome.initiating, procedure: Procedure.handoverCancel, criticality: "ignore" },
  snStatusTransfer: {
    outcome: Outcome.initiating,
    procedure: Procedure.snStatusTransfer,
    criticality: "ignore",
  },
  ueContextRelease: {
    outcome: Outcome.initiating,
    procedure: Procedure.ueContextRelease,
    criticality: "reject",
  },
  handoverSuccess: {
    outcome: Outcome.initiating,
    procedure: Procedure.handoverSuccess,
    criticality: "ignore",
  },
  conditionalHandoverCancel: {
    outcome: Outcome.initiating,
    procedure: Procedure.conditionalHandoverCancel,
    criticality: "ignore",
  },
  earlyStatusTransfer: {
    outcome: Outcome.initiating,
    procedure: Procedure.earlyStatusTransfer,
    criticality: "ignore",
  },
  privateMessage: { outcome: Outcome.initiating, procedure: Procedure.privateMessage, criticality: "ignore" },
};

/**
 * Returns the octets of one XnAP-PDU in aligned PER (TS 38.423 V17.1.0). Throws RangeError for a member outside its
 * legal values, and for a payload that does not fit one length (about 16 kB): both are programming errors.
 *
 * Law: `decodeXnap(encodeXnap(message))` is `{ok: true, message}`, for stays of at most 4095 s.
 */
export function encodeXnap(message: XnapMessage): Uint8Array {
  const w = createBitWriter("aligned");
  writePdu(w, frames[message.type], (inner) => {
    if (message.type === "privateMessage") writePrivateMessage(inner, message);
    else writeProtocolIes(inner, iesOf(message));
  });
  return w.finish();
}

/** IEs of each message in the order of the standard, as the order is part of what a receiver may check (10.3.6). */
function iesOf(message: ListedMessage): Ie[] {
  switch (message.type) {
    case "xnSetupRequest":
      return setupRequestIes(message.node);
    case "xnSetupResponse":
      return setupResponseIes(message.node);
    case "handoverRequest":
      return requestIes(message);
    case "handoverRequestAcknowledge":
      return [
        ...pair(message, "ignore"),
        { id: IeId.pduSessionResourcesAdmittedList, criticality: "ignore", write: writeAdmittedSessions },
        {
          id: IeId.target2SourceTransparentContainer,
          criticality: "ignore",
          write: (w) => writeOctetString(w, handoverCommand()),
        },
        ...choAcknowledge(message.conditionalCell),
      ];
    case "handoverPreparationFailure":
      return [
        sourceUe(message.sourceUeId, "ignore"),
        cause(message.cause, "ignore"),
        ...(message.conditionalCell === null ? [] : [requestedCell(message.conditionalCell)]),
      ];
    case "handoverCancel":
      return [
        sourceUe(message.sourceUeId, "reject"),
        ...(message.targetUeId === null ? [] : [targetUe(message.targetUeId, "ignore")]),
        cause(message.cause, "ignore"),
        ...cancelled(message.cells),
      ];
    case "snStatusTransfer":
      return [
        ...pair(message, "reject"),
        { id: IeId.drbsSubjectToStatusTransferList, criticality: "ignore", write: writeBearerStatus },
      ];
    case "earlyStatusTransfer":
      return [
        ...pair(message, "reject"),
        { id: IeId.procedureStage, criticality: "reject", write: writeFirstCount },
      ];
    case "ueContextRelease":
      return pair(message, "reject");
    case "handoverSuccess":
      return [...pair(message, "reject"), requestedCell(message.targetCell)];
    case "conditionalHandoverCancel":
      return [...pair(message, "reject"), cause(message.cause, "ignore"), ...cancelled(message.cells)];
  }
}

function requestIes(message: HandoverRequest): Ie[] {
  const { sourceUeId, targetCell, history, conditional, trajectory, proposedLatent } = message;
  if (history.length === 0) {
    throw new RangeError("encodeXnap: history is empty, expected the source cell at least");
  }
  return [
    sourceUe(sourceUeId, "reject"),
    cause(message.cause, "reject"),
    { id: IeId.targetCellGlobalId, criticality: "reject", write: (w) => writeCgi(w, targetCell) },
    { id: IeId.guami, criticality: "reject", write: writeGuami },
    {
      id: IeId.ueContextInfoHoRequest,
      criticality: "reject",
      write: (w) => writeUeContext(w, sourceUeId, history[0].cell),
    },
    { id: IeId.ueHistoryInformation, criticality: "ignore", write: (w) => writeHistory(w, history) },
    ...optional(conditional, (request) => ({
      id: IeId.choInformationReq,
      criticality: "reject",
      write: (w) => writeConditional(w, request),
    })),
    ...optional(trajectory, (predicted) => ({
      id: IeId.cellBasedUeTrajectoryPrediction,
      criticality: "ignore",
      write: (w) => writeTrajectory(w, predicted),
    })),
    ...optional(proposedLatent, proposedLatentIe),
  ];
}

function sourceUe(id: number, criticality: CriticalityName): Ie {
  return { id: IeId.sourceNgRanNodeUeXnapId, criticality, write: (w) => writeUeId(w, id) };
}

function targetUe(id: number, criticality: CriticalityName): Ie {
  return { id: IeId.targetNgRanNodeUeXnapId, criticality, write: (w) => writeUeId(w, id) };
}

function pair(
  ids: { readonly sourceUeId: number; readonly targetUeId: number },
  criticality: CriticalityName,
): Ie[] {
  return [sourceUe(ids.sourceUeId, criticality), targetUe(ids.targetUeId, criticality)];
}

function cause(value: XnapCause, criticality: CriticalityName): Ie {
  return { id: IeId.cause, criticality, write: (w) => writeCause(w, value) };
}

function requestedCell(cell: NrCell): Ie {
  return { id: IeId.requestedTargetCellGlobalId, criticality: "reject", write: (w) => writeCgi(w, cell) };
}

function cancelled(cells: readonly NrCell[]): Ie[] {
  if (cells.length === 0) return [];
  return [{ id: IeId.targetCellsToCancel, criticality: "reject", write: (w) => writeTargetCells(w, cells) }];
}

/** CHOinformation-Ack: the cell that was asked for; how many more could be is left open. */
function choAcknowledge(cell: NrCell | null): Ie[] {
  return optional(cell, (present) => ({
    id: IeId.choInformationAck,
    criticality: "reject",
    write: (w) => {
      writePreamble(w, false, false);
      writeCgi(w, present);
    },
  }));
}

function optional<T>(value: T | null, ie: (present: T) => Ie): Ie[] {
  return value === null ? [] : [ie(value)];
}
