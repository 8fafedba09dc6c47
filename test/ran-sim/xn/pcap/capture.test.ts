import crc32c from "crc-32/crc32c.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createXnCapture, encodeXnap, framedBytes, type XnapMessage } from "../../../../ran-sim/xn/index.ts";
import { messages } from "../arbitrary-messages.ts";
import { latent, sourceCell, targetCell, toHex, toSource, toTarget } from "../example-messages.ts";
import {
  cellIdentity,
  dissect,
  expectSound,
  fieldsOf,
  historyOf,
  numbersOf,
  octetsOf,
  shownVisit,
  testWithTshark,
  tshark,
} from "./tshark.ts";

const there = { sourceNode: sourceCell.node, targetNode: targetCell.node };
const back = { sourceNode: targetCell.node, targetNode: sourceCell.node };

/** Every example, 12.5 ms apart, from 1 s on; the set-ups come before. */
function exampleCapture(): Uint8Array {
  const capture = createXnCapture();
  for (const [i, message] of toTarget.entries()) {
    capture.add(encodeXnap(message), { ...there, timeS: 1 + i / 80 });
  }
  for (const [i, message] of toSource.entries()) {
    capture.add(encodeXnap(message), { ...back, timeS: 2 + i / 80 });
  }
  return capture.bytes();
}

/** Procedure codes of TS 38.423 9.3.7, in the order of the examples. */
const procedures = [17, 17, 22, 0, 0, 0, 2, 2, 1, 31, 0, 0, 0, 0, 29, 30, 6];

test("without messages a capture is the header alone", () => {
  expect(toHex(createXnCapture().bytes())).toBe(
    "d4c3b2a1020004000000000000000000 0d000100 01000000".replaceAll(" ", ""),
  );
});

test("packets come by time, after the set-ups of their nodes, whatever the order in which they were added", () => {
  const capture = createXnCapture();
  const message = encodeXnap(toSource[6]);
  capture.add(message, { ...there, timeS: 3.25 });
  capture.add(message, { sourceNode: 1, targetNode: 2, timeS: 0.5 });
  capture.add(message, { ...back, timeS: 3 });
  const records = recordsOf(capture.bytes());
  expect(records.map(({ timeS }) => timeS)).toEqual([0, 0, 0, 0, 0.5, 3, 3.25]);
  expect(records.map(({ frame }) => frame.length)).toEqual([
    ...[45, 36, 45, 36].map(framedBytes),
    ...[22, 22, 22].map(framedBytes),
  ]);
});

test("each direction counts its own packets, and each stream its own messages", () => {
  // After Ethernet (14), IPv4 (20) and the SCTP header (12) the chunk has TSN, stream and stream sequence from byte 4.
  const numbers = recordsOf(exampleCapture()).map(({ frame }) => {
    const chunk = new DataView(frame.buffer, frame.byteOffset + 46);
    return [frame[29], chunk.getUint32(4), chunk.getUint16(8), chunk.getUint16(10)];
  });
  const fromSource = numbers.filter(([node]) => node === sourceCell.node + 1).map((row) => row.slice(1));
  expect(fromSource).toEqual([
    [1, 0, 0],
    [2, 0, 1],
    [3, 1, 0],
    [4, 1, 1],
    [5, 1, 2],
    [6, 1, 3],
    [7, 1, 4],
    [8, 1, 5],
    [9, 1, 6],
  ]);
});

test("checksums are those of RFC 791 and RFC 9260", () => {
  // CRC-32C of "123456789" is 0xe3069283 (RFC 9260 appendix A uses the polynomial; the check value is the catalogue's).
  expect(crc32c.buf(Buffer.from("123456789")) >>> 0).toBe(0xe3069283);
  for (const { frame } of recordsOf(exampleCapture())) {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    let sum = 0;
    for (let at = 14; at < 34; at += 2) sum += view.getUint16(at);
    expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff);
    const sctp = frame.slice(34);
    const checksum = new DataView(sctp.buffer).getUint32(8, true);
    sctp.fill(0, 8, 12);
    expect(crc32c.buf(sctp) >>> 0).toBe(checksum);
  }
});

test.each([
  ["a time before the run", { ...there, timeS: -1 }],
  ["a time that is none", { ...there, timeS: Number.NaN }],
  ["a node that sends to itself", { sourceNode: 1, targetNode: 1, timeS: 0 }],
  ["a node that does not exist", { sourceNode: 2 ** 24, targetNode: 1, timeS: 0 }],
])("refuses %s", (_, sending) => {
  const capture = createXnCapture();
  expect(() => {
    capture.add(encodeXnap(toSource[6]), sending);
    capture.bytes();
  }).toThrow(RangeError);
});

testWithTshark("tshark dissects every message without options, and finds nothing malformed", () => {
  const packets = dissect(exampleCapture());
  expect(packets.map((packet) => fieldsOf(packet, "xnap.procedureCode"))).toEqual(
    procedures.map((code) => [String(code)]),
  );
  expectSound(packets);
});

testWithTshark(
  "tshark reads the target cell and the UE history that were sent, down to tenths of a second",
  () => {
    const packets = dissect(exampleCapture()).slice(2);
    for (const [i, message] of toTarget.entries()) {
      if (message.type !== "handoverRequest") continue;
      expect(numbersOf(packets[i], "xnap.NR_Cell_Identity")).toEqual([cellIdentity(message.targetCell)]);
      expect(historyOf(packets[i])).toEqual(message.history.map(shownVisit));
      expect(fieldsOf(packets[i], "xnap.NG_RANnodeUEXnAPID")[0]).toBe("4711");
    }
  },
);

testWithTshark("tshark looks into the RRC containers", () => {
  const packets = dissect(exampleCapture()).slice(2);
  expect(fieldsOf(packets[1], "nr-rrc.sourcePhysCellId")).toEqual([String(sourceCell.cell)]);
  expect(fieldsOf(packets[1], "nr-rrc.RRCReconfiguration_element")).toHaveLength(1);
  const acknowledge = packets[toTarget.length];
  expect(fieldsOf(acknowledge, "nr-rrc.HandoverCommand_element")).toHaveLength(1);
  expect(fieldsOf(acknowledge, "nr-rrc.RRCReconfiguration_element")).toHaveLength(1);
});

testWithTshark("tshark shows the payload's octets in both carriers, with the names they go by", () => {
  const packets = dissect(exampleCapture()).slice(2);
  expect(fieldsOf(packets[0], "xnap.global")).toEqual(["1.3.6.1.4.1.32473.1.1"]);
  // The private IE: preamble and UE identity (3 octets), target cell (9), and 2 octets of length before the payload.
  const openType = Number(fieldsOf(packets[0], "per.open_type_length").at(-1));
  expect(openType).toBe(3 + 9 + 2 + latent.length);
  const privateIe = octetsOf(packets[0], "Unknown Open Type");
  expect(privateIe.slice(-2 * latent.length)).toBe(toHex(latent));
  expect(privateIe.slice(-2 * (latent.length + 11), -2 * (latent.length + 2))).toBe("0000f1100000070150");
  const proposed = octetsOf(packets[3], "Item 7: unknown \\(65535\\)");
  expect(proposed.slice(-2 * latent.length)).toBe(toHex(latent));
  expect(fieldsOf(packets[3], "xnap.id").at(-1)).toBe("65535");
  expect(fieldsOf(packets[3], "xnap.criticality").at(-1)).toBe("1");
});

testWithTshark("tshark confirms both checksums", () => {
  const fields = ["ip.checksum.status", "sctp.checksum.status", "sctp.data_payload_proto_id"];
  const lines = tshark(
    exampleCapture(),
    ...["-o", "ip.check_checksum:TRUE", "-o", "sctp.checksum:crc-32c", "-T", "fields"],
    ...fields.flatMap((field) => ["-e", field]),
  );
  expect(lines.trimEnd().split("\n")).toEqual(procedures.map(() => "1\t1\t61"));
});

testWithTshark("tshark finds nothing malformed in any message", () => {
  const capture = createXnCapture();
  const sample: XnapMessage[] = fc.sample(messages, { numRuns: 150, seed: 38_423 });
  for (const [i, message] of sample.entries()) capture.add(encodeXnap(message), { ...there, timeS: i });
  const packets = dissect(capture.bytes()).slice(2);
  expect(packets).toHaveLength(sample.length);
  expectSound(packets);
  for (const [i, message] of sample.entries()) {
    if (message.type === "handoverRequest") {
      expect(historyOf(packets[i])).toEqual(message.history.map(shownVisit));
    }
  }
});

function recordsOf(file: Uint8Array): { timeS: number; frame: Uint8Array }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: { timeS: number; frame: Uint8Array }[] = [];
  for (let at = 24; at < file.length; ) {
    const length = view.getUint32(at + 8, true);
    records.push({
      timeS: view.getUint32(at, true) + view.getUint32(at + 4, true) / 1e6,
      frame: file.slice(at + 16, at + 16 + length),
    });
    at += 16 + length;
  }
  return records;
}
