// Xn on the wire.

export { arrivalMs, createXnAssociations } from "./association.ts";
export { createXnCapture, type XnCapture } from "./pcap/capture.ts";
export { framedBytes } from "./pcap/packet.ts";
export { payloadDissector } from "./pcap/payload-dissector.ts";
export { nrCell, ueId, type XnSent } from "./signalling.ts";
export {
  createSizes,
  type LatentCarrier,
  latentBytes,
  messageBytes,
  requestWithLatent,
  type StandardIe,
  totalBytes,
} from "./sizes.ts";
export { IeId, type XnapCause } from "./xnap/constants.ts";
export { decodeXnap } from "./xnap/decode.ts";
export { encodeXnap } from "./xnap/encode.ts";
export type { HandoverRequest, NrCell, PredictedCell, VisitedCell, XnapMessage } from "./xnap/message.ts";
