import { expect, test } from "vitest";
import { encodePayload } from "#core";
import {
  framedBytes,
  latentBytes,
  messageBytes,
  type PredictedCell,
  requestWithLatent,
  totalBytes,
} from "../../../ran-sim/xn/index.ts";
import { encodeHistory } from "../../../ran-sim/xn/xnap/ue-history.ts";
import { encodeTrajectory } from "../../../ran-sim/xn/xnap/ue-trajectory.ts";
import { history, latent, request, toSource, toTarget, trajectory } from "./example-messages.ts";

test("a frame has 62 bytes of headers, and its message in steps of four", () => {
  // Ethernet 14, IPv4 20, SCTP 12, DATA chunk 16.
  expect([0, 1, 4, 5].map(framedBytes)).toEqual([62, 66, 66, 70]);
});

test("the payload of 152 bytes costs 189 bytes in a message of its own, and 159 in the NON-STANDARD IE", () => {
  expect(latentBytes(request, latent, "privateMessage")).toEqual({ xnap: 189, frame: 62 + 192 });
  // Id 2, criticality 1, two lengths of 2.
  expect(latentBytes(request, latent, "proposedIe").xnap).toBe(latent.length + 7);
});

test("what a message adds to its payload does not depend on the payload, but for the size of lengths", () => {
  const overhead = (bytes: number) =>
    messageBytes({
      type: "privateMessage",
      sourceUeId: 4711,
      targetCell: request.targetCell,
      latent: new Uint8Array(bytes),
    }).xnap - bytes;
  expect([0, 8, 67, 152, 1000, 10_000].map(overhead)).toEqual([34, 34, 34, 37, 37, 37]);
});

test("the payload goes before the request that it belongs to, as the receiver needs it first", () => {
  const sent = requestWithLatent(request, latent, "privateMessage");
  expect(sent.map(({ type }) => type)).toEqual(["privateMessage", "handoverRequest"]);
  expect(requestWithLatent(request, null, "privateMessage")).toEqual([request]);
  expect(requestWithLatent(request, latent, "proposedIe")).toEqual([{ ...request, proposedLatent: latent }]);
});

test("a visited cell adds 16 bytes to a request", () => {
  const sizes = [1, 2, 16].map(
    (count) => messageBytes({ ...request, history: history.slice(0, count) }).xnap,
  );
  expect(sizes).toEqual([172, 188, 413]);
});

test("what the standard lets a request carry: the history adds nothing to it, a predicted cell 12 bytes, 10 without a stay", () => {
  expect(latentBytes(request, encodeHistory(history), "ueHistory")).toEqual({ xnap: 0, frame: 0 });
  const added = (cells: readonly PredictedCell[]) =>
    latentBytes(request, encodeTrajectory(cells), "ueTrajectory").xnap;
  expect([1, 2, 3].map((count) => added(trajectory.slice(0, count)))).toEqual([17, 29, 41]);
  // Twelve with a stay, four without; the second octet of a length above 127.
  expect(added(trajectory)).toBe(5 + 12 * 12 + 4 * 10 + 1);
});

test("the bytes of a handover are the sum of its messages", () => {
  const payload = encodePayload(new Float32Array(128), { modelId: "pca-8", precision: "int8", sequence: 1 });
  const handover = [
    ...requestWithLatent(request, payload, "privateMessage"),
    toSource[0],
    toTarget[6],
    toSource[6],
  ];
  expect(totalBytes(handover)).toEqual({
    xnap: 189 + 413 + 40 + 38 + 22,
    frame: [189, 413, 40, 38, 22].map(framedBytes).reduce((sum, bytes) => sum + bytes),
  });
});
