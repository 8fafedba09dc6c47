import { createLink, type Link, type RandomStream, type Shipment } from "#core";
import type { LatentCarrier, StandardIe } from "../xn/index.ts";
import type { XnParameters } from "../xn/xn-schema.ts";
import type { RequestEvent } from "./compress.ts";

/** The second step at a handover: a payload crosses Xn beside the HANDOVER REQUEST, or in it. */

const carrierLabels = {
  privateMessage: "PRIVATE MESSAGE",
  proposedIe: "NON-STANDARD IE of the HANDOVER REQUEST",
  ueHistory: "UE History Information of the HANDOVER REQUEST",
  ueTrajectory: "Cell Based UE Trajectory Prediction of the HANDOVER REQUEST",
} as const;

/**
 * Returns the link of payloads over Xn. The association says when each arrives (`arrivesAtS` of its shipment), and has delay,
 * jitter and retransmission in that; what the receiving node does to it is drawn from `random`, by (phone, attempt).
 */
export function createPayloadLink(
  parameters: XnParameters,
  random: RandomStream,
  carrier: LatentCarrier | StandardIe = parameters.carrier,
): Link {
  // A packet that is lost is sent again: to the payload that is time, and not a loss.
  const link = createLink({ ...parameters, lossProbability: 0 }, random);
  const share = Number((parameters.lossProbability * 100).toPrecision(12));
  const again = share > 0 ? `, ${share} % of packets sent again` : "";
  return { ...link, label: `${carrierLabels[carrier]}, ${link.label}${again}` };
}

/**
 * Returns whose payload leaves with a request, in which attempt, and when it is at the target: with the message of its own, or, as
 * an element of the standard, with the request. Null: never.
 */
export function shipmentOf(request: RequestEvent, standardIe: StandardIe | undefined): Shipment {
  const { ue, attempt, payloadArrivesS, requestArrivesS } = request;
  const arrivesAtS = (standardIe === undefined ? payloadArrivesS : requestArrivesS) ?? null;
  return { entity: ue, sequence: attempt, arrivesAtS };
}
