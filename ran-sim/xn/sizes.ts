import { framedBytes } from "./pcap/packet.ts";
import { encodeXnap } from "./xnap/encode.ts";
import type { HandoverRequest, PrivateMessage, XnapMessage } from "./xnap/message.ts";

/** What a message costs, in bytes of XnAP and in bytes of the Ethernet frame that carries it alone. */
export interface XnBytes {
  readonly xnap: number;
  readonly frame: number;
}

/** Returns the bytes of one message. Throws as `encodeXnap` does. */
export function messageBytes(message: XnapMessage): XnBytes {
  const xnap = encodeXnap(message).length;
  return { xnap, frame: framedBytes(xnap) };
}

/** How a payload crosses Xn: in a message of its own, or NON-STANDARD in an IE of the HANDOVER REQUEST. */
export type LatentCarrier = "privateMessage" | "proposedIe";

/**
 * Returns the messages that ask for a handover, in the order of sending: one HANDOVER REQUEST, and before it, with a
 * payload that has a message of its own, one PRIVATE MESSAGE. `latent` null sends nothing.
 */
export function requestWithLatent(
  request: Omit<HandoverRequest, "proposedLatent">,
  latent: Uint8Array | null,
  carrier: LatentCarrier,
): readonly (HandoverRequest | PrivateMessage)[] {
  if (latent === null) return [{ ...request, proposedLatent: null }];
  if (carrier === "proposedIe") return [{ ...request, proposedLatent: latent }];
  const { sourceUeId, targetCell } = request;
  return [
    { type: "privateMessage", sourceUeId, targetCell, latent },
    { ...request, proposedLatent: null },
  ];
}

/** Returns what a payload adds to a handover: all its messages with it, less all without, in bytes. */
export function latentBytes(
  request: Omit<HandoverRequest, "proposedLatent">,
  latent: Uint8Array,
  carrier: LatentCarrier,
): XnBytes {
  const withLatent = totalBytes(requestWithLatent(request, latent, carrier));
  const without = totalBytes(requestWithLatent(request, null, carrier));
  return { xnap: withLatent.xnap - without.xnap, frame: withLatent.frame - without.frame };
}

/** Returns the bytes of several messages together. */
export function totalBytes(messages: readonly XnapMessage[]): XnBytes {
  return messages
    .map(messageBytes)
    .reduce((sum, { xnap, frame }) => ({ xnap: sum.xnap + xnap, frame: sum.frame + frame }), {
      xnap: 0,
      frame: 0,
    });
}

/**
 * Returns a function that gives the same as `messageBytes` and encodes only what it has not met before: how long a message
 * is follows from its shape, which is its kind, which parts it has, how many and how long, and the octets of identities.
 *
 * Law: `createSizes()(message)` equals `messageBytes(message)`, whatever was asked before.
 */
export function createSizes(): (message: XnapMessage) => XnBytes {
  const known = new Map<string, XnBytes>();
  return (message) => {
    const shape = shapeOf(message);
    const bytes = known.get(shape) ?? messageBytes(message);
    known.set(shape, bytes);
    return bytes;
  };
}

function shapeOf(message: XnapMessage): string {
  return Object.entries(message)
    .map(([name, value]: [string, unknown]) => `${name}=${sizeOf(name, value)}`)
    .join();
}

/** What of a member its length depends on. A cell, a cause and a stay are of fixed length. */
function sizeOf(name: string, value: unknown): string {
  if (value === null) return "none";
  if (name === "type") return String(value);
  if (typeof value === "number") return name.endsWith("UeId") ? `${idOctets(value)}` : "number";
  if (Array.isArray(value) || value instanceof Uint8Array) return `${value.length}`;
  return name === "conditional" ? `(${shapeOf(value as XnapMessage)})` : "one";
}

/** A whole number of this range is as many octets as it needs. */
function idOctets(id: number): number {
  return id < 2 ** 8 ? 1 : id < 2 ** 16 ? 2 : id < 2 ** 24 ? 3 : 4;
}
