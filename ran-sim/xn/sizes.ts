import { framedBytes } from "./pcap/packet.ts";
import { encodeXnap } from "./xnap/encode.ts";
import type { HandoverRequest, PredictedCell, PrivateMessage, XnapMessage } from "./xnap/message.ts";
import { decodeTrajectory } from "./xnap/ue-trajectory.ts";

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
 * What the standard itself lets a HANDOVER REQUEST carry, as the octets of an IE: the UE History Information, which is in
 * every request, and the Cell Based UE Trajectory Prediction of Rel-18.
 */
export type StandardIe = "ueHistory" | "ueTrajectory";

/** A request without a payload. */
export type PlainRequest = Omit<HandoverRequest, "proposedLatent" | "trajectory">;

/**
 * Returns the messages that ask for a handover, in the order of sending: one HANDOVER REQUEST, and before it, with a
 * payload that has a message of its own, one PRIVATE MESSAGE. `latent` null sends nothing. A UE History Information is that
 * of the request, so that it adds nothing.
 */
export function requestWithLatent(
  request: PlainRequest,
  latent: Uint8Array | null,
  carrier: LatentCarrier | StandardIe,
): readonly (HandoverRequest | PrivateMessage)[] {
  const plain = { ...request, trajectory: null, proposedLatent: null };
  if (latent === null) return [plain];
  switch (carrier) {
    case "ueHistory":
      return [plain];
    case "ueTrajectory":
      return [{ ...plain, trajectory: decodeTrajectory(latent) }];
    case "proposedIe":
      return [{ ...plain, proposedLatent: latent }];
    case "privateMessage": {
      const { sourceUeId, targetCell } = request;
      return [{ type: "privateMessage", sourceUeId, targetCell, latent }, plain];
    }
  }
}

/** Returns what a payload adds to a handover: all its messages with it, less all without, in bytes. */
export function latentBytes(
  request: PlainRequest,
  latent: Uint8Array,
  carrier: LatentCarrier | StandardIe,
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
  // Which cells have a time of stay is part of the length.
  if (name === "trajectory") return (value as readonly PredictedCell[]).map(staying).join("");
  if (typeof value === "number") return name.endsWith("UeId") ? `${idOctets(value)}` : "number";
  if (Array.isArray(value) || value instanceof Uint8Array) return `${value.length}`;
  return name === "conditional" ? `(${shapeOf(value as XnapMessage)})` : "one";
}

function staying({ stayS }: PredictedCell): string {
  return stayS === null ? "-" : "s";
}

/** A whole number of this range is as many octets as it needs. */
function idOctets(id: number): number {
  return id < 2 ** 8 ? 1 : id < 2 ** 16 ? 2 : id < 2 ** 24 ? 3 : 4;
}
