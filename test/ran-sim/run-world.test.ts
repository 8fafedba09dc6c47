import { describe, expect, test } from "vitest";
import type { StateBatch, Tally } from "#core";
import { type ArmResult, runWorld } from "../../ran-sim/run-world.ts";
import { parseRanScenario } from "../../ran-sim/scenario.ts";
import { framedBytes } from "../../ran-sim/xn/index.ts";
import { roughWorld } from "./support/worlds.ts";

const base = { warmUpS: 1, measurement: { errorSigmaDb: 0 }, a3: { offsetDb: 1, timeToTriggerMs: 40 } };

async function results(
  { network, ...document }: { readonly network?: object; readonly [section: string]: object | undefined },
  arms: readonly string[],
  states?: StateBatch,
) {
  const scenario = parseRanScenario(
    { ...base, ...document, network: { memory: "trend", ...network } },
    "test",
  );
  const world = roughWorld(7, { tickCount: 2000 });
  const all = await runWorld({
    ...{ world, scenario, arms, seed: 1 },
    ...(states === undefined ? {} : { states: new Map([["whole", states]]) }),
  });
  return new Map(all.map((result) => [result.arm, result]));
}

const sumOf = (tally: Tally | undefined): number => {
  if (tally === undefined || !("sum" in tally)) throw new Error("expected a sum");
  return tally.sum;
};

describe("what crosses the boundary is all that tells the arms apart", () => {
  test("a payload that never arrives makes whole the same as cold, event for event", async () => {
    const byArm = await results({ xn: { corruptProbability: 1 } }, ["cold", "whole"]);
    const decided = (arm: string) =>
      byArm
        .get(arm)
        ?.events.filter(({ type }) => type !== "latentSent" && type !== "latentReceived")
        .map(({ tick, ue, type }) => [tick, ue, type]);
    expect(decided("whole")).toEqual(decided("cold"));
    expect(decided("whole")?.length).toBeGreaterThan(100);
    const tallies = byArm.get("whole")?.tallies ?? {};
    expect(sumOf(tallies.latentColdShare)).toBe(sumOf(tallies.handovers));
  });

  test("a payload that comes after the phone is late and counted, and costs the handover nothing", async () => {
    // A lost packet comes a second late; the request itself, on the other stream, usually does not.
    const tallies = (await results({ xn: { lossProbability: 0.2 } }, ["whole"])).get("whole")?.tallies ?? {};
    const late = sumOf(tallies["latentCold.late"]);
    expect(late / sumOf(tallies.handovers)).toBeGreaterThan(0.1);
    expect(late).toBe(sumOf(tallies.latentColdShare));
    // Of the NON-STANDARD IE there is none: where it is late the request is too, and there is no handover.
    const xn = { lossProbability: 0.2, carrier: "proposedIe" };
    const inRequest = (await results({ xn }, ["whole"])).get("whole")?.tallies ?? {};
    expect(sumOf(inRequest.latentColdShare)).toBe(0);
    expect(sumOf(inRequest.handovers)).toBeGreaterThan(20);
  });

  test("without a bias the memory decides nothing, whatever is carried", async () => {
    const byArm = await results({ network: { biasLimitDb: 0 } }, ["a3", "cold", "whole"]);
    const handovers = (arm: string) =>
      byArm.get(arm)?.events.filter(({ type }) => type === "handoverComplete");
    expect(handovers("cold")).toEqual(handovers("a3"));
    expect(handovers("whole")).toEqual(handovers("a3"));
  });

  test("a flipped bit is found by the payload's checksum and counted", async () => {
    const tallies = (await results({ xn: { corruptProbability: 1 } }, ["whole"])).get("whole")?.tallies ?? {};
    expect(sumOf(tallies.latentColdShare)).toBe(sumOf(tallies.handovers));
    expect(sumOf(tallies["latentCold.bad-checksum"])).toBeGreaterThan(0);
  });
});

test("an arm's numbers do not depend on which arms run beside it", async () => {
  const alone = (await results({}, ["whole"])).get("whole");
  const beside = (await results({}, ["a3-set5", "cold", "whole", "raw"])).get("whole");
  expect(beside?.tallies).toEqual(alone?.tallies);
  expect(beside?.events).toEqual(alone?.events);
});

test("counts fit together: attempts executed are completed, failed or still under way", async () => {
  for (const { tallies, events } of (await results({}, ["a3", "a3-set5", "cold", "whole"])).values()) {
    const open = sumOf(tallies.handoverAttempts) - sumOf(tallies.handovers) - sumOf(tallies.handoverFailures);
    expect(open).toBeGreaterThanOrEqual(0);
    expect(open).toBeLessThanOrEqual(6);
    // A lost command leaves the phone on its source, and every other failure starts a recovery.
    const lost = events.filter((event) => event.type === "handoverFailure" && event.fallback).length;
    expect(sumOf(tallies.radioLinkFailures)).toBeGreaterThanOrEqual(sumOf(tallies.handoverFailures) - lost);
    expect(sumOf(tallies.handoverFailures)).toBeGreaterThan(lost);
    expect(sumOf(tallies.pingPongs)).toBeLessThanOrEqual(sumOf(tallies.shortStays));
  }
});

test("bytes on Xn are those of the frames, and of a payload what it adds to them", async () => {
  const withCarrier = async (carrier: string) =>
    (await results({ xn: { carrier } }, ["cold", "whole"])) as ReadonlyMap<string, ArmResult>;
  const privately = await withCarrier("privateMessage");
  const { xnPayloadBytesPerHandover: carried, xnSignallingBytesPerHandover: all } =
    privately.get("whole")?.tallies ?? {};
  // Four cells: 9 values of 4 bytes and a header of 24; around them 34 to 36 bytes of XnAP, by the phone's number.
  const framed = [1, 2, 3].map((octets) => framedBytes(9 * 4 + 24 + 33 + octets));
  const { tallies, events } = privately.get("whole") as ArmResult;
  const attempts = sumOf(tallies.handoverAttempts);
  expect(sumOf(carried)).toBeGreaterThanOrEqual(attempts * Math.min(...framed));
  expect(sumOf(carried)).toBeLessThanOrEqual(attempts * Math.max(...framed));
  const counted = events.filter((event) => "target" in event && event.xnBytes !== undefined);
  expect(new Set(counted.map(({ type }) => type))).toEqual(
    new Set([
      ...["handoverRequest", "latentSent", "handoverAcknowledge", "snStatusTransfer", "ueContextRelease"],
    ]),
  );
  expect(sumOf(all)).toBeGreaterThan(sumOf(carried) + attempts * framedBytes(172));
  const cold = privately.get("cold")?.tallies ?? {};
  expect(sumOf(cold.xnPayloadBytesPerHandover)).toBe(0);
  expect(sumOf(cold.xnSignallingBytesPerHandover)).toBeGreaterThan(0);
  const inRequest = (await withCarrier("proposedIe")).get("whole")?.tallies ?? {};
  // Seven bytes around the payload, and a frame ends on a multiple of four.
  expect(sumOf(inRequest.handoverAttempts)).toBe(attempts);
  expect(Math.abs(sumOf(inRequest.xnPayloadBytesPerHandover) / attempts - 67)).toBeLessThanOrEqual(3);
});

test("a payload of an attempt that was never executed is in the signalling, and not in the bytes per handover", async () => {
  const tallies =
    (await results({ handover: { refusalProbability: 1 } }, ["whole"])).get("whole")?.tallies ?? {};
  expect(sumOf(tallies.handovers)).toBe(0);
  // What failed while time-to-trigger ran is an attempt without a request.
  const { sum, weight } = tallies.xnPayloadBytesPerHandover as { sum: number; weight: number };
  expect([sum, weight]).toEqual([0, sumOf(tallies.handoverFailures)]);
  expect(sumOf(tallies.xnSignallingBytesPerHandover)).toBeGreaterThan(0);
});
