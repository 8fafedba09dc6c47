/** Addresses of simulated nodes: private IPv4 (RFC 1918) and locally administered MAC, both from the node's number. */

/** Nodes are numbered 0 .. 16777213, so that no address is that of the network or of all. */
export const MAX_NODE = 2 ** 24 - 3;

/** Returns 10.x.y.z, four octets. Throws RangeError for a number that no node has. */
export function nodeAddress(node: number): Uint8Array {
  if (!Number.isInteger(node) || node < 0 || node > MAX_NODE) {
    throw new RangeError(`nodeAddress: node is ${node}, expected an integer from 0 to ${MAX_NODE}`);
  }
  const host = node + 1;
  return Uint8Array.of(10, host >>> 16, (host >>> 8) & 0xff, host & 0xff);
}

/** Returns 02:00 and the IPv4 address, six octets. */
export function nodeMac(node: number): Uint8Array {
  return Uint8Array.of(0x02, 0x00, ...nodeAddress(node));
}
