// Xn on the wire.

export { createXnCapture, type Sending, type XnCapture } from "./pcap/capture.ts";
export { MAX_NODE } from "./pcap/node-address.ts";
export { framedBytes } from "./pcap/packet.ts";
export {
  type LatentCarrier,
  latentBytes,
  messageBytes,
  requestWithLatent,
  totalBytes,
  type XnBytes,
} from "./sizes.ts";
export { latentObjectIdentifier } from "./xnap/carriers.ts";
export { IeId, type XnapCause } from "./xnap/constants.ts";
export { type DecodedXnap, decodeXnap, type XnapFailure } from "./xnap/decode.ts";
export { encodeXnap } from "./xnap/encode.ts";
export type {
  CellSize,
  ConditionalRequest,
  HandoverRequest,
  NrCell,
  PrivateMessage,
  VisitedCell,
  XnapMessage,
  XnapMessageType,
} from "./xnap/message.ts";
