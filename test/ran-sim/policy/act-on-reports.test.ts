import { describe, expect, test } from "vitest";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { immediate, runArm, scenarioOf, twoCells } from "../support/run-arm.ts";
import { worldOf } from "../support/worlds.ts";

const requestsMs = (events: readonly RanEvent[]): number[] =>
  events.filter(({ type }) => type === "handoverRequest").map(({ tick }) => tick * 10);

/** The neighbour is better from 1000 ms on, TTT 160 ms, and every request is refused. The world ends after 5 s. */
const refused = (handover: object, arm = "a3"): number[] =>
  requestsMs(
    runArm(
      twoCells(
        () => 10,
        () => 10,
      ),
      scenarioOf({ ...immediate, handover: { refusalProbability: 1, ...handover } }),
      arm,
    ),
  );

test("a refused handover is asked for again with each report, to the millisecond", () => {
  expect(refused({ reportIntervalMs: 480 })).toEqual([1160, 1640, 2120, 2600, 3080, 3560, 4040, 4520]);
  expect(refused({ reportIntervalMs: 120 }).slice(0, 3)).toEqual([1160, 1280, 1400]);
});

test.each([
  [1, [1160]],
  [2, [1160, 1400]],
  [4, [1160, 1400, 1640, 1880]],
] as const)("after %s reports a source hears no more of the cell", (reportAmount, expected) => {
  for (const arm of ["a3", "a5", "cold", "mro", "daps"]) {
    const events = { reportAmount, reportIntervalMs: 240 };
    expect(refused(events, arm).length, arm).toBe(arm === "a5" ? 0 : expected.length);
    if (arm === "a3") expect(refused(events, arm)).toEqual(expected);
  }
});

test("a report that does not fit the answer's time is lost on a source that waits for it", () => {
  // TXnRELOCprep of 500 ms: the reports of 1280, 1400, 1520 and 1640 ms find the source waiting.
  const events = runArm(
    twoCells(
      () => 10,
      () => 10,
    ),
    scenarioOf({ ...immediate, handover: { requestLossProbability: 1, reportIntervalMs: 120 } }),
  );
  expect(requestsMs(events).slice(0, 3)).toEqual([1160, 1760, 2360]);
});

describe("a neighbour that is better from 1000 to 1300 ms and from 3000 ms on", () => {
  const world = worldOf({
    cellCount: 2,
    tickCount: 500,
    rsrpDbm: (tick, _, cell) => (((tick >= 100 && tick < 130) || tick >= 300) === (cell === 1) ? -80 : -90),
    sinrDb: () => 10,
  });
  const slow = { preparationMs: 400, refusalProbability: 0 };
  const told = (handover: object) =>
    runArm(world, scenarioOf({ ...immediate, handover: { ...slow, ...handover } }))
      .filter(({ type }) => ["report", "preparationFailure", "handoverCommand"].includes(type))
      .map(({ type, tick }) => `${tick * 10} ${type}`);

  test("is left after its time-to-trigger, which a report on leaving tells in time to cancel", () => {
    // Entered at 1000 + 160, left at 1300 + 160; the command would have come at 1160 + 400.
    expect(told({ reportOnLeave: true })).toEqual([
      "1160 report",
      "1460 preparationFailure",
      "3160 report",
      "3560 handoverCommand",
    ]);
    expect(told({ reportOnLeave: false }).slice(0, 2)).toEqual(["1160 report", "1560 handoverCommand"]);
  });

  test("is reported anew when it enters again, though its one report was spent", () => {
    const refusedOnce = { reportAmount: 1, refusalProbability: 1, preparationMs: 50 };
    expect(told(refusedOnce).filter((line) => line.endsWith("report"))).toEqual([
      "1160 report",
      "3160 report",
    ]);
  });
});

test("amounts, intervals and thresholds that TS 38.331 does not have are refused with the nearest", () => {
  const parse = (document: object) => () => parseRanScenario(document, "s.yaml");
  expect(parse({ handover: { reportAmount: 5 } })).toThrow(
    "s.yaml, handover.reportAmount: expected one of 1, 2, 4, 8, 16, 32, 64, infinity (TS 38.331 6.3), got 5 - the nearest is 4",
  );
  expect(parse({ handover: { reportIntervalMs: 100 } })).toThrow(
    /s\.yaml, handover\.reportIntervalMs: .*the nearest is 120/,
  );
  expect(parse({ a5: { threshold2Dbm: -95.2 } })).toThrow(/s\.yaml, a5\.threshold2Dbm: .*the nearest is -95/);
  expect(parse({ handover: { reportAmount: "infinity" } })).not.toThrow();
});
