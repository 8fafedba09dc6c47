// Xn on the wire.

export { createXnCapture } from "./pcap/capture.ts";
export { framedBytes } from "./pcap/packet.ts";
export { latentBytes, messageBytes, requestWithLatent, totalBytes } from "./sizes.ts";
export { IeId, type XnapCause } from "./xnap/constants.ts";
export { decodeXnap } from "./xnap/decode.ts";
export { encodeXnap } from "./xnap/encode.ts";
export type { HandoverRequest, NrCell, VisitedCell, XnapMessage } from "./xnap/message.ts";
