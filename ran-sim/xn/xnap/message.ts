import type { XnapCause } from "./constants.ts";

/**
 * What this project says over Xn, one type for each message of TS 38.423. Members are what a handover decides; all else
 * that a message must have is constant and written by the encoder: one network (PLMN 001/01, for tests), one PDU
 * session with one QoS flow, no keys, no radio configuration.
 */
export type XnapMessage = ListedMessage | PrivateMessage;

/** The messages whose content is a list of protocol IEs: all but PRIVATE MESSAGE. */
export type ListedMessage =
  | XnSetup
  | HandoverRequest
  | HandoverRequestAcknowledge
  | HandoverPreparationFailure
  | HandoverCancel
  | SnStatusTransfer
  | EarlyStatusTransfer
  | UeContextRelease
  | HandoverSuccess
  | ConditionalHandoverCancel;

export type XnapMessageType = XnapMessage["type"];

/** An NR cell: which gNB (0 .. 16777215) and which cell of it (0 .. 4095); together the 36-bit NR cell identity. */
export interface NrCell {
  readonly node: number;
  readonly cell: number;
}

/** What a UE-associated message goes by: the identities that the two nodes gave the UE (0 .. 2^32 - 1). */
interface UePair {
  readonly sourceUeId: number;
  readonly targetUeId: number;
}

/** XN SETUP REQUEST and RESPONSE (procedure 17): `node` is the sender. */
export interface XnSetup {
  readonly type: "xnSetupRequest" | "xnSetupResponse";
  readonly node: number;
}

/** TS 38.413 9.3.1.97. */
export type CellSize = "verySmall" | "small" | "medium" | "large";

export interface VisitedCell {
  readonly cell: NrCell;
  readonly size: CellSize;
  /** 0 .. 40950 tenths of a second; longer stays are sent as 40950, as the standard caps seconds at 4095. */
  readonly stayTenthsS: number;
}

/** A cell in which the UE is expected next, TS 38.423 (Rel-18); null where no time of stay is predicted. */
export interface PredictedCell {
  readonly cell: NrCell;
  /** 0 .. 4095 whole seconds; longer stays are sent as 4095. */
  readonly stayS: number | null;
}

/** Conditional Handover Information Request (Rel-16): a first preparation, or one that replaces another. */
export type ConditionalRequest =
  | { readonly trigger: "initiation"; readonly arrivalPercent: number | null }
  | { readonly trigger: "replace"; readonly targetUeId: number; readonly arrivalPercent: number | null };

/** HANDOVER REQUEST (9.1.1.1), source to target. */
export interface HandoverRequest {
  readonly type: "handoverRequest";
  readonly sourceUeId: number;
  readonly cause: XnapCause;
  readonly targetCell: NrCell;
  /** 1 .. 16 cells, newest first: the first is the source cell. */
  readonly history: readonly VisitedCell[];
  readonly conditional: ConditionalRequest | null;
  /** Cell Based UE Trajectory Prediction (Rel-18): 1 .. 16 cells in the order of the visits; null where none is sent. */
  readonly trajectory: readonly PredictedCell[] | null;
  /** NON-STANDARD: the payload in a proposed IE of criticality ignore, or null for the message as 3GPP has it. */
  readonly proposedLatent: Uint8Array | null;
}

/** HANDOVER REQUEST ACKNOWLEDGE (9.1.1.2), target to source; `conditionalCell` names the cell of a CHO. */
export interface HandoverRequestAcknowledge extends UePair {
  readonly type: "handoverRequestAcknowledge";
  readonly conditionalCell: NrCell | null;
}

/** HANDOVER PREPARATION FAILURE (9.1.1.3), target to source; `conditionalCell` names the cell of a CHO. */
export interface HandoverPreparationFailure {
  readonly type: "handoverPreparationFailure";
  readonly sourceUeId: number;
  readonly cause: XnapCause;
  readonly conditionalCell: NrCell | null;
}

/** HANDOVER CANCEL (9.1.1.6), source to target; `cells` (up to 8) are the candidates of a CHO, none for all. */
export interface HandoverCancel {
  readonly type: "handoverCancel";
  readonly sourceUeId: number;
  /** Null while the target has not answered. */
  readonly targetUeId: number | null;
  readonly cause: XnapCause;
  readonly cells: readonly NrCell[];
}

/** SN STATUS TRANSFER (9.1.1.4), source to target. */
export interface SnStatusTransfer extends UePair {
  readonly type: "snStatusTransfer";
}

/** EARLY STATUS TRANSFER (Rel-16), source to target: forwarding has begun while the source still serves (DAPS). */
export interface EarlyStatusTransfer extends UePair {
  readonly type: "earlyStatusTransfer";
}

/** UE CONTEXT RELEASE (9.1.1.5), target to source. */
export interface UeContextRelease extends UePair {
  readonly type: "ueContextRelease";
}

/** HANDOVER SUCCESS (Rel-16), target to source: the UE has arrived in one cell of a CHO. */
export interface HandoverSuccess extends UePair {
  readonly type: "handoverSuccess";
  readonly targetCell: NrCell;
}

/** CONDITIONAL HANDOVER CANCEL (Rel-16), target to source: the target takes back what it prepared. */
export interface ConditionalHandoverCancel extends UePair {
  readonly type: "conditionalHandoverCancel";
  readonly cause: XnapCause;
  readonly cells: readonly NrCell[];
}

/** PRIVATE MESSAGE (procedure 22), source to target: the payload, and the HANDOVER REQUEST that it belongs to. */
export interface PrivateMessage {
  readonly type: "privateMessage";
  readonly sourceUeId: number;
  readonly targetCell: NrCell;
  readonly latent: Uint8Array;
}
