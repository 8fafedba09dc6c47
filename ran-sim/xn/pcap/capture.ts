import { Procedure } from "../xnap/constants.ts";
import { encodeXnap } from "../xnap/encode.ts";
import { encodeFrame } from "./packet.ts";

/**
 * A capture of the Xn interfaces of a run, as a classic pcap file that Wireshark dissects down to the RRC containers.
 * Every pair of nodes has one SCTP association. Its first packets, at time 0, are XN SETUP REQUEST and RESPONSE; the
 * four-way handshake of SCTP before them, and acknowledgements, are left out. Timestamps are simulated seconds, and so
 * start with 1970.
 */
export interface XnCapture {
  /**
   * Adds an encoded message as its sender puts it on the link. Messages may be added in any order of time. Throws
   * RangeError for a time before the run or beyond 32 bits of seconds, and for a node that does not exist or is both.
   */
  add(message: Uint8Array, sending: Sending): void;
  /** Messages added so far; set-ups are none of them. */
  readonly count: number;
  /** Returns the file: header, set-ups, then all messages by time; of equal times in the order they were added. */
  bytes(): Uint8Array;
}

export interface Sending {
  readonly timeS: number;
  readonly sourceNode: number;
  readonly targetNode: number;
}

interface Sent extends Sending {
  readonly message: Uint8Array;
}

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const LINKTYPE_ETHERNET = 1;

/** Returns an empty capture. */
export function createXnCapture(): XnCapture {
  const setups: Sent[] = [];
  const messages: Sent[] = [];
  const associated = new Set<string>();

  return {
    add(message, { timeS, sourceNode, targetNode }) {
      if (!(timeS >= 0 && timeS < 2 ** 32)) {
        throw new RangeError(`createXnCapture: timeS is ${timeS}, expected 0 or more and less than 2^32`);
      }
      if (sourceNode === targetNode) {
        throw new RangeError(`createXnCapture: node ${sourceNode} sends to itself, which is not Xn`);
      }
      const pair = [sourceNode, targetNode].sort((a, b) => a - b).join();
      if (!associated.has(pair)) {
        associated.add(pair);
        const there = { timeS: 0, sourceNode, targetNode };
        const back = { timeS: 0, sourceNode: targetNode, targetNode: sourceNode };
        setups.push(
          { ...there, message: encodeXnap({ type: "xnSetupRequest", node: sourceNode }) },
          { ...back, message: encodeXnap({ type: "xnSetupResponse", node: targetNode }) },
        );
      }
      messages.push({ timeS, sourceNode, targetNode, message });
    },
    get count() {
      return messages.length;
    },
    bytes() {
      return encodeFile([...setups, ...messages.toSorted((a, b) => a.timeS - b.timeS)]);
    },
  };
}

/** What one node has sent to another so far. */
interface Direction {
  /** Of its own in the file: Wireshark tells associations apart by ports and tags, whatever the addresses. */
  readonly verificationTag: number;
  transmissionSequence: number;
  readonly streamSequences: [number, number];
}

function encodeFile(sent: readonly Sent[]): Uint8Array {
  const directions = new Map<string, Direction>();
  const records = sent.map((sending, i) => encodeRecord(sending, i, directionOf(directions, sending)));
  const file = new Uint8Array(records.reduce((bytes, record) => bytes + record.length, FILE_HEADER_BYTES));
  const view = new DataView(file.buffer);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 65549, true);
  view.setUint32(20, LINKTYPE_ETHERNET, true);
  let at = FILE_HEADER_BYTES;
  for (const record of records) {
    file.set(record, at);
    at += record.length;
  }
  return file;
}

function directionOf(directions: Map<string, Direction>, { sourceNode, targetNode }: Sending): Direction {
  const name = `${sourceNode},${targetNode}`;
  const direction = directions.get(name) ?? {
    verificationTag: directions.size + 1,
    transmissionSequence: 1,
    streamSequences: [0, 0],
  };
  directions.set(name, direction);
  return direction;
}

function encodeRecord(sent: Sent, index: number, direction: Direction): Uint8Array {
  const { message, timeS, sourceNode, targetNode } = sent;
  const stream = streamOf(message);
  const frame = encodeFrame(message, {
    sourceNode,
    targetNode,
    identification: index & 0xffff,
    verificationTag: direction.verificationTag,
    transmissionSequence: direction.transmissionSequence++ >>> 0,
    stream,
    streamSequence: direction.streamSequences[stream]++ & 0xffff,
  });
  const record = new Uint8Array(RECORD_HEADER_BYTES + frame.length);
  const view = new DataView(record.buffer);
  const microseconds = Math.round(timeS * 1e6);
  view.setUint32(0, Math.floor(microseconds / 1e6), true);
  view.setUint32(4, microseconds % 1e6, true);
  view.setUint32(8, frame.length, true);
  view.setUint32(12, frame.length, true);
  record.set(frame, RECORD_HEADER_BYTES);
  return record;
}

/**
 * TS 38.422 clause 7: one pair of streams for what belongs to no UE, others for what does. So a PRIVATE MESSAGE is not
 * ordered with the HANDOVER REQUEST that it belongs to. The second octet of a PDU is its procedure code.
 */
function streamOf(message: Uint8Array): 0 | 1 {
  return message[1] === Procedure.xnSetup || message[1] === Procedure.privateMessage ? 0 : 1;
}
