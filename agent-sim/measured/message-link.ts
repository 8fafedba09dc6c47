// The link between two stages: payloads travel inside the agents' own messages.
import {
  createLink,
  type Delivery,
  type Link,
  linkParametersSchema,
  type RandomStream,
  reportedPayloadBytes,
} from "#core";
import {
  decodeMessage,
  encodeMessage,
  type MessageContent,
  type MessageFailure,
  type MessageRoute,
} from "../hand-off/message.ts";
import type { AgentScenario } from "../scenario.ts";
import type { StepClock } from "./clock.ts";

/** Returns the link of a measured run, which has faults and takes no time. */
export function createFaultyLink(faults: AgentScenario["measured"]["link"], random: RandomStream): Link {
  return createLink(linkParametersSchema.parse(faults), random);
}

/** What crossed at one hand-off. */
export interface Crossing {
  /** All bytes put on the link, headers included. */
  readonly wireBytes: number;
  readonly headerBytes: number;
  /** The first bytes, for people. */
  readonly head: Uint8Array;
}

/** A link that tells what crossed it, for one hand-off. */
export interface MessageLink extends Link {
  crossed(): Crossing;
  /** Why a copy that came was no message; null while none was refused. */
  refused(): MessageFailure | null;
}

/** A message on the link: which hand-off it belongs to, and when it leaves. */
export interface Posting {
  readonly entity: number;
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly atS: number;
}

/**
 * Returns a link that wraps each payload in a message of `route`, and opens what comes out. A payload that is passed on
 * keeps its sequence; the link's draws are those of the route's.
 */
export function createMessageLink(link: Link, route: MessageRoute, clock: StepClock): MessageLink {
  let crossing: Crossing = { wireBytes: 0, headerBytes: 0, head: new Uint8Array(0) };
  let refused: MessageFailure | null = null;
  return {
    label: link.label,
    crossed: () => crossing,
    refused: () => refused,
    send: (payloads) =>
      payloads.map(({ bytes: payload, ...posting }) => {
        const { bytes, headerBytes } = clock.timeNow("encode", () =>
          encodeMessage(route, { kind: "latent", payload }),
        );
        crossing = { wireBytes: bytes.length, headerBytes, head: bytes.slice(0, reportedPayloadBytes) };
        const [copies] = clock.timeNow("send", () =>
          link.send([{ ...posting, sequence: route.sequence, bytes }]),
        );
        return copies.flatMap(({ arrivesAtS, bytes: copy }): Delivery[] => {
          const message = clock.timeNow("decode", () => decodeMessage(copy));
          if (message.ok && message.content?.kind === "latent") {
            return [{ arrivesAtS, bytes: message.content.payload }];
          }
          refused = message.ok ? "bad-header" : message.reason;
          return [];
        });
      }),
  };
}

/** What came out of the link, or why nothing usable did. */
export type Posted<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: MessageFailure | "lost" };

/** Sends whole messages and returns the first copy that `open` can use. */
export function post<T>(
  link: Link,
  posting: Posting,
  open: (bytes: Uint8Array) => Posted<T>,
  clock: StepClock,
): Posted<T> {
  const [copies] = clock.timeNow("send", () => link.send([posting]));
  let result: Posted<T> = { ok: false, reason: "lost" };
  for (const { bytes } of copies) {
    result = clock.timeNow("decode", () => open(bytes));
    if (result.ok) return result;
  }
  return result;
}

/** Returns the content of a message of one of `kinds`, or why there is none. */
export function openContent<K extends MessageContent["kind"]>(
  bytes: Uint8Array,
  kinds: readonly K[],
): Posted<Extract<MessageContent, { kind: K }>> {
  const message = decodeMessage(bytes);
  if (!message.ok) return message;
  const { content } = message;
  const isWanted = content !== null && (kinds as readonly string[]).includes(content.kind);
  return isWanted
    ? { ok: true, value: content as Extract<MessageContent, { kind: K }> }
    : { ok: false, reason: "bad-header" };
}
