import { expect, test } from "vitest";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { immediate, runArm, scenarioOf, twoCells } from "../support/run-arm.ts";

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
