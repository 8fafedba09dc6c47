import type { PreparationCause, RanEvent } from "../events.ts";
import { ueHistory } from "../handover/attachment.ts";
import type { Procedure } from "../ran-params.ts";
import type { RanState } from "../state.ts";
import {
  createSizes,
  type LatentCarrier,
  type PlainRequest,
  requestWithLatent,
  type StandardIe,
} from "./sizes.ts";
import type { XnParameters } from "./xn-schema.ts";
import type { XnapCause } from "./xnap/constants.ts";
import type { NrCell, VisitedCell, XnapMessage } from "./xnap/message.ts";

/**
 * The XnAP messages that the events of one arm stand for. Every cell is a gNB of its own, so that every handover crosses
 * Xn; its node number is the cell's index. A conditional HANDOVER REQUEST says that it is one; LTM and DAPS put nothing of
 * their own into theirs here.
 */
export interface XnSignalling {
  /**
   * Returns `events`, which must be those of the tick that `state` has just finished, with the bytes of each that is a
   * message over Xn: of the Ethernet frame that carries it, and of `latentSent` what carrying the payload adds.
   */
  follow(events: readonly RanEvent[]): readonly RanEvent[];
}

/** A message as it is sent. */
export interface XnSent {
  readonly message: XnapMessage;
  readonly timeS: number;
  readonly sourceNode: number;
  readonly targetNode: number;
}

export interface XnSignallingParts {
  readonly state: RanState;
  readonly tickMs: number;
  readonly procedure: Procedure;
  readonly xn: XnParameters;
  /** What the payload of this arm travels in. */
  readonly carrier: LatentCarrier | StandardIe;
  readonly onMessage?: (sent: XnSent) => void;
}

type OfType<T extends RanEvent["type"]> = Extract<RanEvent, { type: T }>;
type OfAttempt = OfType<"handoverRequest" | "handoverAcknowledge" | "snStatusTransfer">;

/** What the causes of a preparation that ends are in TS 38.423 9.2.3.2. */
const causes: Readonly<Record<PreparationCause, XnapCause>> = {
  "no radio resources available in target cell": "noRadioResourcesAvailableInTargetCell",
  "ho target not allowed": "handoverTargetNotAllowed",
  "TXnRELOCprep expiry": "txnRelocPrepExpiry",
  "cell left the reported list": "procedureCancelled",
  "another candidate was executed": "procedureCancelled",
  "the phone left for a cell that was no candidate": "procedureCancelled",
  "radio link failure": "radioConnectionWithUeLost",
};

/** Attempts of one phone that have identities of their own at a time; 2^32 / 1000 phones. */
const ATTEMPTS = 1000;

/** Returns the signalling of one arm in one world. */
export function createXnSignalling(parts: XnSignallingParts): XnSignalling {
  const { state, tickMs, procedure, xn, carrier, onMessage } = parts;
  const bytesOf = createSizes();
  /** Identities that the target has answered with one of its own. */
  const acknowledged = new Set<number>();
  const candidateCell = (cell: number): NrCell | null => (procedure === "conditional" ? nrCell(cell) : null);

  return {
    follow: (events) => events.map((event, i) => withBytes(event, events[i + 1])),
  };

  function withBytes(event: RanEvent, next: RanEvent | undefined): RanEvent {
    switch (event.type) {
      case "handoverRequest": {
        const request = requestOf(event);
        const payload = next?.type === "latentSent" && next.ue === event.ue ? next.payload : null;
        for (const message of requestWithLatent(request, payload, carrier)) tell(event, message, "target");
        return { ...event, xnBytes: frameBytes(request, null) };
      }
      case "latentSent": {
        const { payload } = event;
        const request = requestOf(event);
        return { ...event, xnBytes: frameBytes(request, payload) - frameBytes(request, null) };
      }
      case "handoverAcknowledge": {
        const id = ueId(event);
        acknowledged.add(id);
        const ids = { sourceUeId: id, targetUeId: id };
        const conditionalCell = candidateCell(event.target);
        return tell(
          event,
          { type: "handoverRequestAcknowledge", ...ids, conditionalCell },
          "source",
          -xn.delayMs,
        );
      }
      case "preparationFailure":
        return withFailure(event);
      case "handoverFailure":
        acknowledged.delete(ueId(event));
        return event;
      case "snStatusTransfer":
      case "earlyStatusTransfer":
        return tell(event, { type: event.type, ...pairOf(event) }, "target");
      case "handoverSuccess":
        return tell(
          event,
          { type: "handoverSuccess", ...pairOf(event), targetCell: nrCell(event.target) },
          "source",
        );
      case "ueContextRelease":
        acknowledged.delete(ueId(event));
        return tell(event, { type: "ueContextRelease", ...pairOf(event) }, "source");
      default:
        return event;
    }
  }

  function withFailure(event: OfType<"preparationFailure">): RanEvent {
    const sourceUeId = ueId(event);
    const cause = causes[event.cause];
    const cell = candidateCell(event.target);
    if (event.outcome === "refused") {
      const message = {
        type: "handoverPreparationFailure",
        sourceUeId,
        cause,
        conditionalCell: cell,
      } as const;
      return tell(event, message, "source", -xn.delayMs);
    }
    const targetUeId = acknowledged.delete(sourceUeId) ? sourceUeId : null;
    const cells = cell === null ? [] : [cell];
    const message = { type: "handoverCancel", sourceUeId, targetUeId, cause, cells } as const;
    // The source ends the other candidates when it has HANDOVER SUCCESS of the one that was executed (8.2.3, 8.2.8).
    const laterMs = event.cause === "another candidate was executed" ? xn.delayMs : 0;
    return tell(event, message, "target", laterMs);
  }

  /** An answer is an event where it arrives: it was sent the link's delay before. Most messages are sent at their event. */
  function tell<E extends RanEvent & { readonly source: number; readonly target: number }>(
    event: E,
    message: XnapMessage,
    to: "source" | "target",
    afterMs = 0,
  ): E {
    const { source, target, timeS } = event;
    onMessage?.({
      message,
      timeS: Math.max(0, timeS + afterMs / 1000),
      sourceNode: to === "target" ? source : target,
      targetNode: to === "target" ? target : source,
    });
    return { ...event, xnBytes: bytesOf(message).frame };
  }

  function frameBytes(request: PlainRequest, payload: Uint8Array | null): number {
    const messages = requestWithLatent(request, payload, carrier);
    return messages.reduce((sum, message) => sum + bytesOf(message).frame, 0);
  }

  function requestOf(event: OfType<"handoverRequest" | "latentSent">): PlainRequest {
    return {
      type: "handoverRequest",
      sourceUeId: ueId(event),
      cause: "handoverDesirableForRadioReasons",
      targetCell: nrCell(event.target),
      history: ueHistory(state, event.ue, tickMs, event.tick).map(visitedCell),
      conditional: procedure === "conditional" ? { trigger: "initiation", arrivalPercent: null } : null,
    };
  }
}

/** TS 38.413 9.3.1.97 leaves to the operator which sizes are which; one for all here. */
const CELL_SIZE = "medium";

/** Returns an entry of the UE History Information. */
export function visitedCell({ cell, stayS }: { readonly cell: number; readonly stayS: number }): VisitedCell {
  return { cell: nrCell(cell), size: CELL_SIZE, stayTenthsS: Math.round(stayS * 10) };
}

/** The bits of an NR cell identity below the node's. */
const CELLS_OF_A_NODE = 4096;

/** Returns how a cell goes by on Xn: a node of its own, and within it a cell of the same number. */
export function nrCell(cell: number): NrCell {
  return { node: cell, cell: cell % CELLS_OF_A_NODE };
}

/**
 * Returns how both nodes name a phone while one attempt lasts (NG-RAN node UE XnAP ID): 17003 is the third attempt of phone
 * 17. A new one for each attempt tells a late PRIVATE MESSAGE from that of the next.
 */
export function ueId({ ue, attempt }: Pick<OfAttempt, "ue" | "attempt">): number {
  return ue * ATTEMPTS + (attempt % ATTEMPTS);
}

function pairOf(event: Pick<OfAttempt, "ue" | "attempt">): {
  readonly sourceUeId: number;
  readonly targetUeId: number;
} {
  const id = ueId(event);
  return { sourceUeId: id, targetUeId: id };
}
