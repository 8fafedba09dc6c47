import { createLink, type Link, type RandomStream } from "#core";
import type { LatentCarrier, StandardIe } from "./sizes.ts";
import type { XnParameters } from "./xn-schema.ts";

/** The link as a payload sees it: the association says when it arrives, and what the receiving node does to it is drawn. */
export interface PayloadLink extends Link {
  /** Says when the payload of a phone's attempt, sent next, arrives; null: never. */
  schedule(ue: number, attempt: number, arrivesAtS: number | null): void;
  /** Returns the payload that was sent for a phone's attempt, once; empty when there was none. */
  takeSent(ue: number, attempt: number): Uint8Array;
}

const carrierLabels = {
  privateMessage: "PRIVATE MESSAGE",
  proposedIe: "NON-STANDARD IE of the HANDOVER REQUEST",
  ueHistory: "UE History Information of the HANDOVER REQUEST",
  ueTrajectory: "Cell Based UE Trajectory Prediction of the HANDOVER REQUEST",
} as const;

/** Returns the link. The draws of `random` depend on (phone, attempt) only. A payload that was not scheduled is lost. */
export function createPayloadLink(
  parameters: XnParameters,
  random: RandomStream,
  carrier: LatentCarrier | StandardIe = parameters.carrier,
): PayloadLink {
  const { delayMs, jitterMs, lossProbability } = parameters;
  const inNode = createLink({ ...parameters, delayMs: 0, jitterMs: 0, lossProbability: 0 }, random);
  const unhurt = createLink({ ...parameters, delayMs, jitterMs, lossProbability: 0 }, random);
  const again = lossProbability > 0 ? `, ${percent(lossProbability)} of packets sent again` : "";
  const arrivals = new Map<string, number | null>();
  const sent = new Map<string, Uint8Array>();
  return {
    label: `${carrierLabels[carrier]}, ${unhurt.label}${again}`,
    schedule(ue, attempt, arrivesAtS) {
      arrivals.set(`${ue},${attempt}`, arrivesAtS);
    },
    takeSent(ue, attempt) {
      const name = `${ue},${attempt}`;
      const bytes = sent.get(name) ?? new Uint8Array(0);
      sent.delete(name);
      return bytes;
    },
    send({ entity, sequence, bytes }) {
      const name = `${entity},${sequence}`;
      const arrivesAtS = arrivals.get(name) ?? null;
      arrivals.delete(name);
      sent.set(name, bytes);
      return arrivesAtS === null ? [] : inNode.send({ entity, sequence, bytes, atS: arrivesAtS });
    },
  };
}

/** Without the digits that binary fractions add. */
function percent(share: number): string {
  return `${Number((share * 100).toPrecision(12))} %`;
}
