import { describe, expect, test } from "vitest";
import { createStream } from "#core";
import type { RequestEvent } from "../../../ran-sim/hand-off/compress.ts";
import { createPayloadLink, shipmentOf } from "../../../ran-sim/hand-off/transport.ts";
import { xnSchema } from "../../../ran-sim/xn/xn-schema.ts";

const request: RequestEvent = {
  ...{ type: "handoverRequest", tick: 30, timeS: 0.3, ue: 4, attempt: 2, source: 0, target: 1 },
  ...{ payloadArrivesS: 0.31, requestArrivesS: 0.32 },
};

describe("a shipment", () => {
  test("arrives with the message of its own, or with the request that it is an element of", () => {
    expect(shipmentOf(request, undefined)).toEqual({ entity: 4, sequence: 2, arrivesAtS: 0.31 });
    expect(shipmentOf(request, "ueHistory")).toEqual({ entity: 4, sequence: 2, arrivesAtS: 0.32 });
  });

  test("never arrives when the message that carries it does not", () => {
    expect(shipmentOf({ ...request, payloadArrivesS: null }, undefined).arrivesAtS).toBeNull();
    const { payloadArrivesS: _, ...untold } = request;
    expect(shipmentOf(untold, undefined).arrivesAtS).toBeNull();
  });
});

describe("the link of payloads", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const send = (xn: object, arrivesAtS: number | null) =>
    createPayloadLink(xnSchema.parse(xn), createStream(1, "xn")).send([
      { entity: 0, sequence: 1, atS: 0.3, arrivesAtS, bytes },
    ])[0];

  test("adds no time and no loss to what the association said", () => {
    const xn = { lossProbability: 1, delayMs: 500, jitterMs: 500 };
    expect(send(xn, 0.31)).toEqual([{ arrivesAtS: 0.31, bytes }]);
    expect(send(xn, null)).toEqual([]);
  });

  test("doubles and damages a payload in the receiving node", () => {
    const copies = send({ duplicateProbability: 1, corruptProbability: 1 }, 0.31);
    expect(copies.map(({ arrivesAtS }) => arrivesAtS)).toEqual([0.31, 0.31]);
    for (const copy of copies) expect(copy.bytes).not.toEqual(bytes);
  });

  test("is called by what carries the payload, and tells of packets that are sent again", () => {
    const xn = xnSchema.parse({ lossProbability: 0.07 });
    const labelOf = (carrier?: "ueTrajectory" | "proposedIe") =>
      createPayloadLink(xn, createStream(1, "xn"), carrier).label;
    expect(labelOf()).toBe("PRIVATE MESSAGE, 5 ms, 7 % of packets sent again");
    expect(labelOf("proposedIe")).toContain("NON-STANDARD IE");
    expect(labelOf("ueTrajectory")).toContain("Cell Based UE Trajectory Prediction");
  });
});
