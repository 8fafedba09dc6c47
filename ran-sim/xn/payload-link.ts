import { createLink, type Link, type RandomStream } from "#core";
import type { LatentCarrier, StandardIe } from "./sizes.ts";
import type { XnParameters } from "./xn-schema.ts";

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
