import type { RandomStream } from "#core";
import type { XnParameters } from "./xn-schema.ts";

/**
 * SCTP associations between nodes (RFC 9260, TS 38.422): each pair has one, each direction of it two streams. Within a
 * stream messages arrive in the order of sending, between streams they may not. A lost packet is sent again when its
 * timeout has run out, and the timeout doubles each time (6.3.3), so that loss shows as delay; nothing is lost for good but
 * with the association. Fast retransmission, which needs other traffic behind the lost packet, is left out.
 */

/** TS 38.422 clause 7: stream 0 is for what belongs to no phone. */
export const Stream = { ofNoUe: 0, ofUes: 1 } as const;

/** What is drawn for which message of an attempt. */
export const XnMessage = { request: 0, payload: 1, answer: 2, release: 3 } as const;

/** What associations remember; part of a snapshot. Both stay empty while the links neither lose nor vary. */
export interface XnAssociations {
  /** By direction and stream: when the last message arrived, or will, ms. */
  readonly lastArrivalMs: Map<string, number>;
  /** By pair of nodes: until when its association is down, ms. */
  readonly downUntilMs: Map<string, number>;
}

/** Returns associations that are all up. */
export function createXnAssociations(): XnAssociations {
  return { lastArrivalMs: new Map(), downUntilMs: new Map() };
}

export interface Crossing {
  readonly ue: number;
  readonly attempt: number;
  /** Code of {@link XnMessage}. */
  readonly message: number;
  readonly stream: 0 | 1;
  readonly from: number;
  readonly to: number;
  readonly sentMs: number;
}

/** RTO.Max, RFC 9260 clause 16. */
const LONGEST_TIMEOUT_MS = 60_000;

/** Draws of one message: two for each time that it is sent. */
const DRAWS_PER_MESSAGE = 64;

/**
 * Returns when a message arrives, ms; Infinity when it never does. Messages must be put on a stream in the order in which
 * they are sent. The draws depend on (phone, attempt, message) only.
 *
 * A message that is sent too often takes its association down: nothing crosses between its nodes, in either direction,
 * from its first sending until `restartMs` after its last timeout.
 */
export function arrivalMs(
  parameters: XnParameters,
  associations: XnAssociations,
  random: RandomStream,
  crossing: Crossing,
): number {
  const { delayMs, jitterMs, lossProbability } = parameters;
  const { ue, attempt, message, from, to, stream, sentMs } = crossing;
  if (jitterMs === 0 && lossProbability === 0) return sentMs + delayMs;
  const { lastArrivalMs, downUntilMs } = associations;
  const pair = from < to ? `${from},${to}` : `${to},${from}`;
  if (sentMs < (downUntilMs.get(pair) ?? 0)) return Number.POSITIVE_INFINITY;
  const draw = (index: number): number => random.uniform(ue, attempt, message * DRAWS_PER_MESSAGE + index);

  let timeoutMs = parameters.retransmissionTimeoutMs;
  let lastSentMs = sentMs;
  for (let sending = 0; sending <= parameters.maximumRetransmissions; sending++) {
    if (draw(2 * sending) >= lossProbability) {
      const line = `${from},${to},${stream}`;
      const alone = lastSentMs + delayMs + jitterMs * draw(2 * sending + 1);
      const inOrder = Math.max(alone, lastArrivalMs.get(line) ?? 0);
      lastArrivalMs.set(line, inOrder);
      return inOrder;
    }
    lastSentMs += timeoutMs;
    timeoutMs = Math.min(LONGEST_TIMEOUT_MS, 2 * timeoutMs);
  }
  downUntilMs.set(pair, lastSentMs + parameters.restartMs);
  return Number.POSITIVE_INFINITY;
}
