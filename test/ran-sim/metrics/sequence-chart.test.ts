import { expect, test } from "vitest";
import type { HandOffEnd } from "#core";
import { createAttemptLog } from "../../../ran-sim/metrics/attempt-log.ts";
import { type StoredEvent, sequenceCharts } from "../../../ran-sim/metrics/sequence-chart.ts";
import { attemptRow, eventRows } from "../../../ran-sim/metrics/table-rows.ts";
import { immediate, runArm, scenarioOf, twoCells } from "../support/run-arm.ts";

const good = (): number => 5;
const levels = { sourceRsrpDbm: null, targetRsrpDbm: null, sourceSinrDb: null, targetSinrDb: null };
const withoutLevels = { levels, entered: null };

/** Charts of the rows that a run of these two cells would store. */
function charts(
  document: object,
  arm: string,
  sinr1: (tick: number) => number = good,
  planned: HandOffEnd | null = null,
): readonly string[] {
  const events = runArm(twoCells(good, sinr1), scenarioOf({ ...immediate, ...document }), arm);
  const log = createAttemptLog(100, 10);
  log.add(events);
  log.finish();
  const label = { scenario: "two", seed: 1, unit: "seed=1", arm, tickMs: 10, cellNames: ["0a", "1a"] };
  return sequenceCharts(
    events.flatMap((event) => eventRows(event, withoutLevels, label) as unknown as StoredEvent[]),
    log.attempts.map((row) => attemptRow(row, label) as never),
    planned,
  );
}

test("a handover is drawn message by message, under a line that says how it ended", () => {
  const [first, handover] = charts({}, "a3");
  expect(first).toContain("served by 0a");
  expect(handover.split("\n").map((line) => line.replace(/[-|<> ]+/g, " ").trim())).toEqual([
    "attempt 1, 0a to 1a, at 1.160 s: completed; without service for 40 ms",
    "time (s) UE 0a (source) 1a (target) AMF",
    "1.160 MeasurementReport",
    "1.160 HANDOVER REQUEST",
    "1.190 HANDOVER REQUEST ACK",
    "1.210 RRCReconfiguration",
    "1.210 SN STATUS TRANSFER",
    "1.230 random access",
    "1.250 RRCReconfigurationComplete",
    "1.250 PATH SWITCH REQUEST",
    "1.260 PATH SWITCH ACK",
    "1.260 UE CONTEXT RELEASE",
  ]);
});

test("the reason of an ending is told: a cause, a state, and what came of it", () => {
  const refused = charts({ handover: { refusalProbability: 1 } }, "a3")[1];
  expect(refused).toContain("refused by the target; ho target not allowed");
  expect(refused).toContain("HO PREPARATION FAILURE");
  const failed = charts({}, "a3", (tick) => (tick < 130 ? -20 : 5))[1];
  expect(failed).toContain("failed in state 3: the target was below Qout");
  expect(failed).toMatch(/served by 1a/);
  expect(charts({}, "daps", () => -20)[1]).toContain("state 3, the source serves on");
});

test("arrows end at the lifelines of their parties", () => {
  for (const line of charts({}, "a3")[1].split("\n").slice(2)) {
    const arrow = /[<-][-<> A-Za-z]*[->]/.exec(line.slice(11));
    const begin = 11 + (arrow?.index ?? Number.NaN);
    const end = begin + (arrow?.[0].length ?? Number.NaN);
    expect([12, 46, 80]).toContain(begin - 1);
    expect([46, 80, 108]).toContain(end);
  }
});

test("after each completion stands what the target knows: by the arm's plan, or by what came of the payload", () => {
  const remarks = (arm: string, planned: HandOffEnd | null, document: object = {}) =>
    charts(document, arm, good, planned)[1]
      .split("\n")
      .flatMap((line) => /\* (what was known.*)/.exec(line)?.[1] ?? []);
  const loaded: HandOffEnd = { ends: "restored", because: "loaded" };
  expect(remarks("a3", null)).toEqual([]);
  expect(remarks("a3", { ends: "lost", because: "nothingKept" })).toEqual([
    "what was known is lost: the network keeps no memory, and the rule starts anew at the target",
  ]);
  expect(remarks("cold", { ends: "lost", because: "notCarried" })).toEqual([
    "what was known is lost: nothing is carried over",
  ]);
  expect(remarks("whole", loaded)).toEqual([
    "what was known is restored: the sender's whole state came and was loaded",
  ]);
  expect(remarks("whole", loaded, { xn: { corruptProbability: 1 } })).toEqual([
    expect.stringMatching(/^what was known is lost: /),
  ]);
  // A run of an arm that this version does not know.
  expect(remarks("whole", null)).toEqual(["what was known is there again"]);
});

test("remarks of an attempt stand among its messages by their times, and what they are about is named", () => {
  const events: StoredEvent[] = [
    { time_s: 1, type: "report", attempt: 1, source: "0a", target: "1a", detail: null },
    { time_s: 1.2, type: "handoverCommand", attempt: 1, source: "0a", target: "1a", detail: "command" },
  ];
  const handover = {
    ...{ attempt: 1, source: "0a", target: "1a", started_s: 1, requested_s: 1, outcome: "completed" },
    ...{ interruption_ms: null, time_of_stay_s: 0.3, ping_pong: false, ping_pong_out: true, mro: null },
  } as never;
  const [chart] = sequenceCharts(events, [handover], null, () => [
    { ...events[0], time_s: 1.1, type: "lineOfSight", detail: "line of sight to 0a (source) ends" },
  ]);
  expect(chart).toContain("a ping-pong begins: the next handover goes back to 0a");
  expect(
    chart
      .split("\n")
      .slice(2)
      .map((line) => line.trim().slice(0, 5)),
  ).toEqual(["1.000", "1.100", "1.200"]);
  expect(chart).toContain("* line of sight to 0a (source) ends");
});
