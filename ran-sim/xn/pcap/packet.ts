import crc32c from "crc-32/crc32c.js";
import { nodeAddress, nodeMac } from "./node-address.ts";

/** One XnAP message as an Ethernet frame: IPv4 (RFC 791), SCTP with one DATA chunk (RFC 9260), TS 38.412/38.422. */

/** Registered for XnAP with IANA: the payload protocol identifier and the port. */
const XNAP_PPID = 61;
const XNAP_PORT = 38422;

const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const SCTP_BYTES = 12;
const CHUNK_BYTES = 16;
const HEADER_BYTES = ETHERNET_BYTES + IPV4_BYTES + SCTP_BYTES + CHUNK_BYTES;

/** Everything about a packet but its message. */
export interface PacketHeader {
  readonly sourceNode: number;
  readonly targetNode: number;
  /** Of IPv4, 16 bits. */
  readonly identification: number;
  readonly verificationTag: number;
  readonly transmissionSequence: number;
  readonly stream: number;
  readonly streamSequence: number;
}

/** Returns the bytes that a message of `messageBytes` takes in a capture: headers, and padding to four bytes. */
export function framedBytes(messageBytes: number): number {
  return HEADER_BYTES + 4 * Math.ceil(messageBytes / 4);
}

/** Returns the frame. Throws RangeError for a message that does not fit one IPv4 packet. */
export function encodeFrame(message: Uint8Array, header: PacketHeader): Uint8Array {
  const frame = new Uint8Array(framedBytes(message.length));
  if (frame.length - ETHERNET_BYTES > 65535) {
    throw new RangeError(`encodeFrame: a message of ${message.length} bytes does not fit an IPv4 packet`);
  }
  frame.set(nodeMac(header.targetNode), 0);
  frame.set(nodeMac(header.sourceNode), 6);
  new DataView(frame.buffer).setUint16(12, 0x0800);
  writeIpv4(frame.subarray(ETHERNET_BYTES), header);
  writeSctp(frame.subarray(ETHERNET_BYTES + IPV4_BYTES), message, header);
  return frame;
}

function writeIpv4(packet: Uint8Array, header: PacketHeader): void {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  view.setUint8(0, 0x45);
  view.setUint16(2, packet.length);
  view.setUint16(4, header.identification);
  view.setUint16(6, 0x4000);
  view.setUint8(8, 64);
  view.setUint8(9, 132);
  packet.set(nodeAddress(header.sourceNode), 12);
  packet.set(nodeAddress(header.targetNode), 16);
  view.setUint16(10, headerChecksum(view));
}

/** One's complement of the one's complement sum of the header's 16-bit words, its own word being zero. */
function headerChecksum(view: DataView): number {
  let sum = 0;
  for (let at = 0; at < IPV4_BYTES; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function writeSctp(packet: Uint8Array, message: Uint8Array, header: PacketHeader): void {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  view.setUint16(0, XNAP_PORT);
  view.setUint16(2, XNAP_PORT);
  view.setUint32(4, header.verificationTag);
  // A DATA chunk that is both the beginning and the end of its message; the length leaves the padding out.
  view.setUint16(SCTP_BYTES, 0x0003);
  view.setUint16(SCTP_BYTES + 2, CHUNK_BYTES + message.length);
  view.setUint32(SCTP_BYTES + 4, header.transmissionSequence);
  view.setUint16(SCTP_BYTES + 8, header.stream);
  view.setUint16(SCTP_BYTES + 10, header.streamSequence);
  view.setUint32(SCTP_BYTES + 12, XNAP_PPID);
  packet.set(message, SCTP_BYTES + CHUNK_BYTES);
  // Over the whole packet with a checksum of zero; the reflected CRC goes out low byte first (RFC 9260 appendix A).
  view.setUint32(8, crc32c.buf(packet) >>> 0, true);
}
