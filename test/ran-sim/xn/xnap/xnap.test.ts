import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBitReader } from "../../../../ran-sim/xn/asn1/bit-reader.ts";
import { createBitWriter } from "../../../../ran-sim/xn/asn1/bit-writer.ts";
import { decodeXnap, encodeXnap, IeId, type XnapMessage } from "../../../../ran-sim/xn/index.ts";
import { Criticality, Procedure } from "../../../../ran-sim/xn/xnap/constants.ts";
import {
  type Ie,
  readPdu,
  readProtocolIes,
  writePdu,
  writeProtocolIes,
} from "../../../../ran-sim/xn/xnap/containers.ts";
import { sharedPath, testWithShared } from "../../../support/shared-data.ts";
import { messages } from "../arbitrary-messages.ts";
import { latent, request, sourceCell, targetCell, toHex, toSource, toTarget } from "../example-messages.ts";

test("decodeXnap(encodeXnap(message)) is {ok: true, message}", () => {
  fc.assert(
    fc.property(messages, (message) => {
      expect(decodeXnap(encodeXnap(message))).toEqual({ ok: true, message });
    }),
    { numRuns: 300 },
  );
});

test("a message that is cut short is refused, wherever", () => {
  fc.assert(
    fc.property(messages, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (message, part) => {
      const octets = encodeXnap(message);
      expect(decodeXnap(octets.subarray(0, Math.floor(part * octets.length)))).toEqual({
        ok: false,
        reason: "truncated",
      });
    }),
  );
});

test("decoding never throws, of random octets and of messages with flipped bits", () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), messages, flips, (noise, message, positions) => {
      expect(decodeXnap(noise).ok).toBeTypeOf("boolean");
      const octets = encodeXnap(message);
      for (const [at, bit] of positions) octets[at % octets.length] ^= 1 << bit;
      expect(decodeXnap(octets).ok).toBeTypeOf("boolean");
    }),
    { numRuns: 2000 },
  );
});

// Golden: octets that tshark 4.0.17 (TS 38.423 V17) dissected into what the message says, as capture.test.ts does anew,
// and that pycrate 0.8.1, another APER implementation, decoded and encoded back to the same octets.
const ues4711 = "490003401267004f000480011170";
const goldens: readonly (readonly [message: XnapMessage, octets: string])[] = [
  [
    { type: "privateMessage", sourceUeId: 4711, targetCell, latent: latent.slice(0, 8) },
    "00164026000000800a2b0601040181fd590101401520126700" + "00f110000007015008" + "0b30557a9fc4e90e",
  ],
  [
    toTarget[2],
    "00000080ad00000700490003401267000700020040004e00090000f1100000070150000f00070000f110010040005300" +
      "6701126707c00a0000040e000700038001c0000000000000000000000000000000000000000000000000000000000000" +
      "00000001803b9aca00301dcd65000040010021803b9aca00301dcd650001f0c000020100001267000010000009100008" +
      "140010040240000000584010000e4000f11000000300900000000003009e00022278",
  ],
  [toTarget[4], "0002401000000200490003401267000740020280"],
  [
    toTarget[5],
    `0002402e00000400${ues4711.replace("4f00", "4f40")}00074002024000a000122000f11000000701500000f1100000070160`,
  ],
  [toTarget[6], `0001402200000300${ues4711}000c400c000000000000000000000000`],
  [toSource[0], "2000002400000400494003401267004f400480011170002a4006000001000010004d400403001000"],
  [
    toSource[1],
    "2000003100000500494003401267004f400480011170002a4006000001000010004d400403001000009f00090000f1100000070150",
  ],
  [toSource[2], "4000001000000200494003401267000740020100"],
  [toSource[3], "4000001d0000030049400340126700074002000000a100090000f1100000070150"],
  [toSource[4], `001d401f00000300${ues4711}00a100090000f1100000070150`],
  [toSource[5], `001e402500000400${ues4711}000740020d0000a000090000f1100000070150`],
  [toSource[6], `0006001200000200${ues4711}`],
];

// tshark 4.0.17 does not know IE 401; pycrate 0.8.1 decoded these octets into what the message says, and encoded it back.
test("keeps the octets of a HANDOVER REQUEST with a predicted trajectory", () => {
  const trajectory = [
    { cell: targetCell, stayS: 7 },
    { cell: sourceCell, stayS: null },
    { cell: { node: 16_777_214, cell: 4095 }, stayS: 4095 },
  ];
  const message = { ...request, history: request.history.slice(0, 1), trajectory };
  expect(toHex(encodeXnap(message))).toBe(
    "00000080ce00000700490003401267000700020040004e00090000f1100000070150000f00070000f110010040005300" +
      "6701126707c00a0000040e000700038001c0000000000000000000000000000000000000000000000000000000000000" +
      "00000001803b9aca00301dcd65000040010021803b9aca00301dcd650001f0c000020100001267000010000009100008" +
      "140010040240000000584010000e4000f1100000030090000000000301914023208000f11000000007015000070000f1" +
      "100000000300908000f11000fffffefff00fff",
  );
});

test.each(goldens)("keeps the octets of %o", (message, octets) => {
  expect(toHex(encodeXnap(message))).toBe(octets);
});

testWithShared("the IEs of a HANDOVER REQUEST have the standard's ids, criticalities and order", () => {
  const { vectors, constants } = JSON.parse(
    readFileSync(sharedPath("vectors", "xnap_handover_request_ies.json"), "utf8"),
  ) as {
    readonly vectors: readonly {
      readonly id: number;
      readonly order: number;
      readonly presence: "M" | "O";
      readonly criticality: "reject" | "ignore";
    }[];
    readonly constants: { readonly procedureCodes: Readonly<Record<string, number>> };
  };
  const sent = iesOf({
    ...request,
    conditional: { trigger: "initiation", arrivalPercent: null },
    trajectory: [{ cell: targetCell, stayS: 1 }],
  });
  const optional: readonly number[] = [IeId.choInformationReq, IeId.cellBasedUeTrajectoryPrediction];
  const expected = vectors
    .filter(({ id, presence }) => presence === "M" || optional.includes(id))
    .map(({ id, criticality }) => ({ id, criticality: Criticality[criticality] }));
  expect(sent).toEqual(expected);
  expect(vectors.map(({ id }) => id)).not.toContain(IeId.proposedLatent);
  const { procedureCodes } = constants;
  expect(procedureCodes).toMatchObject({
    handoverPreparation: Procedure.handoverPreparation,
    sNStatusTransfer: Procedure.snStatusTransfer,
    handoverCancel: Procedure.handoverCancel,
    uEContextRelease: Procedure.ueContextRelease,
    privateMessage: Procedure.privateMessage,
    handoverSuccess: Procedure.handoverSuccess,
    conditionalHandoverCancel: Procedure.conditionalHandoverCancel,
  });
});

test("the NON-STANDARD IE comes last, may be ignored, and changes nothing else", () => {
  const plain = iesOf(request);
  expect(iesOf({ ...request, proposedLatent: latent })).toEqual([
    ...plain,
    { id: IeId.proposedLatent, criticality: Criticality.ignore },
  ]);
});

test("a predicted stay above 4095 s is sent as 4095 s", () => {
  const long = { ...request, trajectory: [{ cell: targetCell, stayS: 9999 }] };
  expect(decodeXnap(encodeXnap(long))).toMatchObject({ message: { trajectory: [{ stayS: 4095 }] } });
});

test("a stay above 4095 s is sent as 4095 s", () => {
  const long = { ...request, history: [{ ...request.history[0], stayTenthsS: 99_999 }] };
  expect(decodeXnap(encodeXnap(long))).toMatchObject({
    message: { history: [{ stayTenthsS: 40_950 }] },
  });
});

test.each([
  ["no history", { ...request, history: [] }],
  ["17 visited cells", { ...request, history: [...request.history, request.history[0]] }],
  ["a cell that has no number", { ...request, targetCell: { node: 1, cell: 4096 } }],
  ["17 predicted cells", { ...request, trajectory: new Array(17).fill({ cell: targetCell, stayS: 1 }) }],
  ["a payload of 16 kB", { ...request, proposedLatent: new Uint8Array(16_384) }],
] as const)("encodeXnap refuses %s", (_, message) => {
  expect(() => encodeXnap(message)).toThrow(RangeError);
});

const number =
  (value: number): Ie["write"] =>
  (w) =>
    w.putBits(value, 8);

test.each([
  ["an unknown IE of criticality ignore", [{ id: 9999, criticality: "ignore", write: number(1) }], true],
  [
    "an unknown IE of criticality reject",
    [{ id: 9999, criticality: "reject", write: number(1) }],
    "not-understood",
  ],
  ["an IE twice", [targetUe()], "falsely-constructed"],
] as const)("UE CONTEXT RELEASE with %s", (_, more, outcome) => {
  const decoded = decodeXnap(ueContextRelease([sourceUe(), targetUe(), ...more]));
  expect(decoded.ok ? true : decoded.reason).toBe(outcome);
});

test("UE CONTEXT RELEASE without an IE, with IEs in the wrong order, and of an unknown procedure", () => {
  expect(decodeXnap(ueContextRelease([sourceUe()]))).toEqual({ ok: false, reason: "missing-ie" });
  expect(decodeXnap(ueContextRelease([targetUe(), sourceUe()]))).toEqual({
    ok: false,
    reason: "falsely-constructed",
  });
  expect(decodeXnap(ueContextRelease([], 99))).toEqual({ ok: false, reason: "unknown-procedure" });
});

test("every message of a handover is told apart", () => {
  const all = [...toTarget, ...toSource];
  expect(all.map((message) => decodeXnap(encodeXnap(message)))).toEqual(
    all.map((message) => ({ ok: true, message })),
  );
});

function sourceUe(): Ie {
  return { id: IeId.sourceNgRanNodeUeXnapId, criticality: "reject", write: (w) => w.putBits(5, 16) };
}

function targetUe(): Ie {
  return { id: IeId.targetNgRanNodeUeXnapId, criticality: "reject", write: (w) => w.putBits(6, 16) };
}

function ueContextRelease(ies: readonly Ie[], procedure: number = Procedure.ueContextRelease): Uint8Array {
  const w = createBitWriter("aligned");
  writePdu(w, { outcome: 0, procedure, criticality: "reject" }, (inner) => writeProtocolIes(inner, ies));
  return w.finish();
}

function iesOf(message: XnapMessage): { id: number; criticality: number }[] {
  const { message: content } = readPdu(createBitReader(encodeXnap(message), "aligned"));
  return readProtocolIes(content).map(({ id, criticality }) => ({ id, criticality }));
}
