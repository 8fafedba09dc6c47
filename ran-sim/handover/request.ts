import type { PreparationCause } from "../events.ts";
import { ticksOf } from "../ran-params.ts";
import { Answer } from "../state.ts";
import { arrivalMs, Stream, XnMessage } from "../xn/association.ts";
import { answerOf } from "./admission.ts";
import type { Turn } from "./turn.ts";

/** A HANDOVER REQUEST, what travels with it, and the way of its answer: TS 38.423 8.2.1 over the links of `xn`. */

/** What becomes of a request: code of {@link Answer}, and when the target sends it. */
export interface Requested {
  readonly answer: number;
  readonly answerSentMs: number;
  /** When a payload sent along, and the request, are at the target, s, or null for never; nothing where none is sent. */
  readonly payload: { readonly payloadArrivesS?: number | null; readonly requestArrivesS?: number | null };
}

/**
 * Sends the request, and before it the payload when it has a message of its own. The payload goes on stream 0 and so is
 * not ordered with the request, nor is it needed for it.
 */
export function sendRequest(turn: Turn, ue: number, attempt: number, target: number): Requested {
  const { params, state, random, tick } = turn;
  const { xn, sendsPayload, payloadMessage } = params;
  const way = { ue, attempt, from: state.serving[ue], to: target, sentMs: tick * params.tickMs };
  const cross = (message: number, stream: 0 | 1): number =>
    arrivalMs(xn, state.xn, random.xn, { ...way, message, stream });
  const ownMs = payloadMessage ? cross(XnMessage.payload, Stream.ofNoUe) : null;
  const requestMs = cross(XnMessage.request, Stream.ofUes);
  const answer = requestMs === Number.POSITIVE_INFINITY ? Answer.lost : answerOf(turn, ue, attempt, target);
  return {
    answer,
    answerSentMs: answer === Answer.lost ? Number.POSITIVE_INFINITY : requestMs + params.answeringMs,
    payload: sendsPayload
      ? { payloadArrivesS: secondsOrNever(ownMs ?? requestMs), requestArrivesS: secondsOrNever(requestMs) }
      : {},
  };
}

function secondsOrNever(ms: number): number | null {
  return ms === Number.POSITIVE_INFINITY ? null : ms / 1000;
}

/** The request under way of a phone, or of one of its candidates: an entry of the arrays that hold them. */
export interface Pending {
  readonly ue: number;
  readonly attempt: number;
  readonly source: number;
  readonly target: number;
  readonly entry: number;
}

interface PendingArrays {
  readonly answer: Uint8Array;
  readonly answerSentMs: Float64Array;
}

/**
 * Puts the target's answer on the link once its time has come. `endTick` [entry] holds the expiry of TXnRELOCprep before,
 * and after it the tick on which the answer is at the source; an answer that comes later than the expiry is as good as lost.
 */
export function sendAnswer(turn: Turn, pending: Pending, arrays: PendingArrays, endTick: Int32Array): void {
  const { params, state, random, tick } = turn;
  const { ue, attempt, entry } = pending;
  const sentMs = arrays.answerSentMs[entry];
  if (tick * params.tickMs < sentMs) {
    const waits = sentMs !== Number.POSITIVE_INFINITY;
    if (waits && tick >= endTick[entry]) arrays.answer[entry] = Answer.lost;
    return;
  }
  arrays.answerSentMs[entry] = Number.POSITIVE_INFINITY;
  const crossing = { ue, attempt, from: pending.target, to: pending.source, sentMs };
  const arrives = arrivalMs(params.xn, state.xn, random.xn, {
    ...crossing,
    message: XnMessage.answer,
    stream: Stream.ofUes,
  });
  const arrivalTick = ticksOf(arrives, params.tickMs);
  if (arrivalTick <= endTick[entry]) endTick[entry] = arrivalTick;
  else arrays.answer[entry] = Answer.lost;
}

/** Returns how a preparation ends whose answer is no acknowledgement. */
export function refusalOf(answer: number): {
  readonly outcome: "refused" | "preparationTimeout";
  readonly cause: PreparationCause;
} {
  switch (answer) {
    case Answer.lost:
      return { outcome: "preparationTimeout", cause: "TXnRELOCprep expiry" };
    case Answer.noResources:
      return { outcome: "refused", cause: "no radio resources available in target cell" };
    default:
      return { outcome: "refused", cause: "ho target not allowed" };
  }
}
