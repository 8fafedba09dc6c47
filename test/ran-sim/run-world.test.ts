import { describe, expect, test } from "vitest";
import type { StateBatch, Tally } from "#core";
import { runWorld } from "../../ran-sim/run-world.ts";
import { parseRanScenario } from "../../ran-sim/scenario.ts";
import { roughWorld } from "./support/worlds.ts";

const base = { warmUpS: 1, measurement: { errorSigmaDb: 0 }, a3: { offsetDb: 1, timeToTriggerMs: 40 } };

async function results(document: object, arms: readonly string[], states: StateBatch | null = null) {
  const scenario = parseRanScenario({ ...base, ...document }, "test");
  const world = roughWorld(7, { tickCount: 2000 });
  const all = await runWorld({ world, scenario, arms, seed: 1, states });
  return new Map(all.map((result) => [result.arm, result]));
}

const sumOf = (tally: Tally | undefined): number => {
  if (tally === undefined || !("sum" in tally)) throw new Error("expected a sum");
  return tally.sum;
};

describe("what crosses the boundary is all that tells the arms apart", () => {
  test("a link that loses everything makes full the same as cold, event for event", async () => {
    const byArm = await results({ xn: { lossProbability: 1 } }, ["cold", "full"]);
    const decided = (arm: string) =>
      byArm.get(arm)?.events.filter(({ type }) => type !== "latentSent" && type !== "latentReceived");
    expect(decided("full")).toEqual(decided("cold"));
    expect(decided("full")?.length).toBeGreaterThan(100);
    const tallies = byArm.get("full")?.tallies ?? {};
    expect(sumOf(tallies["latentCold.lost"])).toBe(sumOf(tallies.handovers));
  });

  test("a payload slower than preparation and execution is late every time", async () => {
    const tallies = (await results({ xn: { delayMs: 91 } }, ["full"])).get("full")?.tallies ?? {};
    expect(sumOf(tallies["latentCold.late"])).toBe(sumOf(tallies.handovers));
    const inTime = (await results({ xn: { delayMs: 90 } }, ["full"])).get("full")?.tallies ?? {};
    expect(sumOf(inTime.latentColdShare)).toBe(0);
  });

  test("without a bias the memory decides nothing, whatever is carried", async () => {
    const byArm = await results({ network: { biasLimitDb: 0 } }, ["a3", "cold", "full"]);
    const handovers = (arm: string) =>
      byArm.get(arm)?.events.filter(({ type }) => type === "handoverComplete");
    expect(handovers("cold")).toEqual(handovers("a3"));
    expect(handovers("full")).toEqual(handovers("a3"));
  });

  test("a flipped bit is found by the payload's checksum and counted", async () => {
    const tallies = (await results({ xn: { corruptProbability: 1 } }, ["full"])).get("full")?.tallies ?? {};
    expect(sumOf(tallies.latentColdShare)).toBe(sumOf(tallies.handovers));
    expect(sumOf(tallies["latentCold.bad-checksum"])).toBeGreaterThan(0);
  });
});

test("an arm's numbers do not depend on which arms run beside it", async () => {
  const alone = (await results({}, ["full"])).get("full");
  const beside = (await results({}, ["a3-set5", "cold", "full", "raw128"])).get("full");
  expect(beside?.tallies).toEqual(alone?.tallies);
  expect(beside?.events).toEqual(alone?.events);
});

test("counts fit together: attempts executed are completed, failed or still under way", async () => {
  for (const { tallies } of (await results({}, ["a3", "a3-set5", "cold", "full"])).values()) {
    const open = sumOf(tallies.handoverAttempts) - sumOf(tallies.handovers) - sumOf(tallies.handoverFailures);
    expect(open).toBeGreaterThanOrEqual(0);
    expect(open).toBeLessThanOrEqual(6);
    expect(sumOf(tallies.radioLinkFailures)).toBeGreaterThanOrEqual(sumOf(tallies.handoverFailures));
    expect(sumOf(tallies.pingPongs)).toBeLessThanOrEqual(sumOf(tallies.shortStays));
  }
});

test("bytes on Xn are those of the encoded payload, header included", async () => {
  const tallies = (await results({}, ["full"])).get("full")?.tallies ?? {};
  // Four cells: 9 values of 4 bytes, and a header of 24.
  expect(sumOf(tallies.xnBytesPerHandover) % (9 * 4 + 24)).toBe(0);
  expect(sumOf(tallies.xnBytesPerHandover)).toBeGreaterThanOrEqual(sumOf(tallies.handovers) * (9 * 4 + 24));
});
