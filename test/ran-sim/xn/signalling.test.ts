import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { runWorld } from "../../../ran-sim/run-world.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import {
  createSizes,
  createXnCapture,
  encodeXnap,
  type LatentCarrier,
  messageBytes,
  nrCell,
  ueId,
  type VisitedCell,
  type XnSent,
} from "../../../ran-sim/xn/index.ts";
import { roughWorld } from "../support/worlds.ts";
import { messages } from "./arbitrary-messages.ts";
import { toHex } from "./example-messages.ts";
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
} from "./pcap/tshark.ts";

test("the source ends the other candidates once it has HANDOVER SUCCESS, and no candidate target cancels by itself (TS 38.423 8.2.3, 8.2.9)", async () => {
  const { sent } = await simulate("cho");
  const cancels = sent.filter(({ message }) => message.type === "handoverCancel");
  expect(cancels.length).toBeGreaterThan(5);
  let ended = 0;
  for (const { message, timeS, sourceNode } of cancels) {
    if (message.type !== "handoverCancel" || message.cause !== "procedureCancelled") continue;
    // The message arrives at the source 5 ms after it was sent, and then the source asks.
    const success = sent.find(
      (one) => one.message.type === "handoverSuccess" && Math.abs(one.timeS + 0.005 - timeS) < 1e-9,
    );
    if (success === undefined) continue;
    ended++;
    expect(success.targetNode).toBe(sourceNode);
  }
  expect(ended).toBeGreaterThan(0);
  expect(sent.some(({ message }) => message.type === "conditionalHandoverCancel")).toBe(false);
});

test("the size of a message follows from its shape: what was measured before gives the same as encoding it", () => {
  const bytesOf = createSizes();
  fc.assert(
    fc.property(messages, (message) => {
      expect(bytesOf(message)).toEqual(messageBytes(message));
    }),
    { numRuns: 2000 },
  );
});

interface Run {
  readonly events: readonly RanEvent[];
  readonly sent: readonly XnSent[];
  readonly capture: Uint8Array;
}

/** Six phones among four cells for some seconds, with every way in which a preparation can end. */
async function simulate(arm: string, carrier: LatentCarrier = "privateMessage"): Promise<Run> {
  const scenario = parseRanScenario(
    {
      warmUpS: 0,
      measurement: { errorSigmaDb: 0 },
      a3: { offsetDb: 1, timeToTriggerMs: 40 },
      handover: { refusalProbability: 0.2, requestLossProbability: 0.1, reportOnLeave: true },
      xn: { carrier },
      network: { memory: "trend" },
    },
    "test",
  );
  const sent: XnSent[] = [];
  const [{ events }] = await runWorld({
    ...{ world: roughWorld(7, { tickCount: 600 }), scenario, arms: [arm], seed: 1 },
    onXnMessage: (one) => sent.push(one),
  });
  const capture = createXnCapture();
  for (const { message, ...sending } of sent) capture.add(encodeXnap(message), sending);
  return { events, sent, capture: capture.bytes() };
}

/** Procedure and alternative of XnAP-PDU (38.423 9.3.3) of each event that is a message; null for what is none. */
function procedureOf(event: RanEvent): string | null {
  switch (event.type) {
    case "handoverRequest":
      return "0/0";
    case "handoverAcknowledge":
      return "0/1";
    case "preparationFailure":
      return event.outcome === "refused" ? "0/2" : "2/0";
    case "latentSent":
      return "22/0";
    case "snStatusTransfer":
      return "1/0";
    case "earlyStatusTransfer":
      return "31/0";
    case "handoverSuccess":
      return "29/0";
    case "ueContextRelease":
      return "6/0";
    default:
      return null;
  }
}

/**
 * The history of each request, told from when phones entered and left cells: events only, none of the network's state. A phone that comes
 * back to the cell that it lost goes on with its stay there.
 */
function historiesOf(events: readonly RanEvent[], tickMs: number): VisitedCell[][] {
  const now = new Map<number, { cell: number; sinceTick: number }>();
  const past = new Map<number, { cell: number; sinceTick: number; visited: VisitedCell }[]>();
  const visit = (cell: number, ticks: number): VisitedCell => ({
    ...{ cell: nrCell(cell), size: "medium" },
    stayTenthsS: Math.round((ticks * tickMs) / 100),
  });
  const leave = (ue: number, tick: number): void => {
    const stay = now.get(ue);
    if (stay === undefined) return;
    const left = { ...stay, visited: visit(stay.cell, tick - stay.sinceTick) };
    past.set(ue, [left, ...(past.get(ue) ?? [])]);
    now.delete(ue);
  };
  const enter = (ue: number, cell: number, tick: number): void => {
    const [last, ...before] = past.get(ue) ?? [];
    const goesOn = last !== undefined && last.cell === cell;
    if (goesOn) past.set(ue, before);
    now.set(ue, { cell, sinceTick: goesOn ? last.sinceTick : tick });
  };
  const histories: VisitedCell[][] = [];
  for (const event of events) {
    const { ue, tick, type } = event;
    if (type === "handoverCommand" || type === "radioLinkFailure") leave(ue, tick);
    else if (type === "handoverFailure") {
      if (!event.fallback) leave(ue, tick);
    } else if (type === "handoverComplete") enter(ue, event.target, tick);
    else if (type === "reestablishment" || type === "connectionSetup") enter(ue, event.cell, tick);
    else if (type === "connectionReleased") past.delete(ue);
    else if (type === "handoverRequest") {
      const stay = now.get(ue);
      if (stay === undefined) throw new Error("a request of a phone that has no cell");
      const before = (past.get(ue) ?? []).map(({ visited }) => visited);
      const all = [visit(stay.cell, tick - stay.sinceTick), ...before];
      histories.push(all.slice(0, 16));
    }
  }
  return histories;
}

const procedureShown = (packet: string): string =>
  `${fieldsOf(packet, "xnap.procedureCode")[0]}/${fieldsOf(packet, "xnap.XnAP_PDU")[0]}`;
const withoutSetup = (packets: readonly string[]): string[] =>
  packets.filter((packet) => fieldsOf(packet, "xnap.procedureCode")[0] !== "17");

describe("a simulated run, read back by tshark", () => {
  let run: Run;
  beforeAll(async () => {
    run = await simulate("whole");
  });

  testWithTshark("has each message of each event, and nothing malformed", () => {
    const packets = dissect(run.capture);
    expectSound(packets);
    const shown = withoutSetup(packets).map(procedureShown);
    const told = run.events.map(procedureOf).filter((procedure) => procedure !== null);
    expect(shown.toSorted()).toEqual(told.toSorted());
    expect(new Set(told)).toEqual(new Set(["0/0", "0/1", "0/2", "1/0", "2/0", "6/0", "22/0"]));
  });

  testWithTshark("has target cell, history, identity and time of each HANDOVER REQUEST", () => {
    const packets = dissect(run.capture).filter((packet) => procedureShown(packet) === "0/0");
    const requests = run.events.filter((event) => event.type === "handoverRequest");
    expect(requests.length).toBeGreaterThan(30);
    expect(packets.map((packet) => numbersOf(packet, "xnap.NR_Cell_Identity"))).toEqual(
      requests.map(({ target }) => [cellIdentity(nrCell(target))]),
    );
    const histories = historiesOf(run.events, 10);
    expect(packets.map(historyOf)).toEqual(histories.map((history) => history.map(shownVisit)));
    expect(Math.max(...histories.map(({ length }) => length))).toBeGreaterThan(5);
    expect(packets.map((packet) => numbersOf(packet, "xnap.NG_RANnodeUEXnAPID")[0])).toEqual(
      requests.map(ueId),
    );
    const seconds = packets.map((packet) => Number(fieldsOf(packet, "timestamp", "value")[0]));
    for (const [i, { timeS }] of requests.entries()) expect(seconds[i]).toBeCloseTo(timeS, 6);
    const addresses = packets.map((packet) => [fieldsOf(packet, "ip.src")[0], fieldsOf(packet, "ip.dst")[0]]);
    expect(addresses).toEqual(
      requests.map(({ source, target }) => [`10.0.0.${source + 1}`, `10.0.0.${target + 1}`]),
    );
  });

  testWithTshark("has the octets of each payload, in a PRIVATE MESSAGE for the cell of its request", () => {
    const packets = dissect(run.capture).filter((packet) => procedureShown(packet) === "22/0");
    const payloads = run.events.filter((event) => event.type === "latentSent");
    expect(packets).toHaveLength(payloads.length);
    for (const [i, { payload, payloadBytes }] of payloads.entries()) {
      expect(payload).toHaveLength(payloadBytes);
      expect(octetsOf(packets[i], "Unknown Open Type").slice(-2 * payloadBytes)).toBe(toHex(payload));
    }
  });
});

testWithTshark("the NON-STANDARD carrier has the same octets inside the HANDOVER REQUEST", async () => {
  const { capture, events } = await simulate("whole", "proposedIe");
  const packets = withoutSetup(dissect(capture));
  expectSound(packets);
  expect(packets.map(procedureShown)).not.toContain("22/0");
  const requests = packets.filter((packet) => procedureShown(packet) === "0/0");
  const payloads = events.filter((event) => event.type === "latentSent");
  expect(requests).toHaveLength(payloads.length);
  for (const [i, { payload, payloadBytes }] of payloads.entries()) {
    const shown = octetsOf(requests[i], "Item 6: unknown \\(65535\\)");
    expect(shown.slice(-2 * payloadBytes)).toBe(toHex(payload));
  }
});

testWithTshark.each(["cho", "daps", "ltm"])(
  "a run of %s has each message of each event too, and nothing malformed",
  async (arm) => {
    const { capture, events } = await simulate(arm);
    const packets = dissect(capture);
    expectSound(packets);
    const shown = withoutSetup(packets).map(procedureShown);
    const told = events.map(procedureOf).filter((procedure) => procedure !== null);
    expect(shown.toSorted()).toEqual(told.toSorted());
    if (arm === "cho") expect(told).toContain("29/0");
    if (arm === "daps") expect(told).toContain("31/0");
  },
);

test("an answer is sent the delay of the link before it is there, and everything else when it happens", async () => {
  const { events, sent } = await simulate("a3");
  const timesOf = (type: RanEvent["type"]): number[] =>
    events.filter((event) => event.type === type).map(({ timeS }) => timeS);
  const sentAt = (type: XnSent["message"]["type"]): number[] =>
    sent.filter(({ message }) => message.type === type).map(({ timeS }) => timeS);
  expect(sentAt("handoverRequest")).toEqual(timesOf("handoverRequest"));
  expect(sentAt("handoverRequestAcknowledge")).toEqual(
    timesOf("handoverAcknowledge").map((timeS) => timeS - 0.005),
  );
  expect(sentAt("ueContextRelease")).toEqual(timesOf("ueContextRelease"));
});
