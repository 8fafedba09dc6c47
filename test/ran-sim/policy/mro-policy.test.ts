import { describe, expect, test } from "vitest";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { createMroPolicy } from "../../../ran-sim/policy/mro-policy.ts";
import { runArm, scenarioOf } from "../support/run-arm.ts";
import { worldOf } from "../support/worlds.ts";

const parameters = {
  offsetDb: 3,
  hysteresisDb: 0,
  timeToTriggerMs: 0,
  filterCoefficient: 0,
  reportOnLeave: false,
  reportIntervalMs: 240,
  reportAmount: Number.POSITIVE_INFINITY,
  periodMs: 1000,
  stepDb: 1,
  limitDb: 2,
  minimumTimeOfStayMs: 1000,
};

/** A radio link failure in `lost` at `tick`, found in `cell`; a completed handover to `lost` before it, if told. */
function failure(tick: number, lost: number, cell: number, from?: number): RanEvent[] {
  const at = (t: number) => ({ tick: t, timeS: t / 100, ue: 0 });
  const of = { attempt: tick, source: from ?? 0, target: lost };
  const before: RanEvent[] =
    from === undefined
      ? []
      : [
          { type: "handoverRequest", ...at(tick - 20), ...of },
          { type: "handoverComplete", ...at(tick - 10), ...of, interruptionMs: 40 },
        ];
  return [
    ...before,
    { type: "radioLinkFailure", ...at(tick), cell: lost, attempt: null },
    { type: "reestablishment", ...at(tick + 5), cell, sinceTick: tick },
  ];
}

describe("each class moves the offset of the pair that it is about", () => {
  const offsets = (...events: RanEvent[]): number[] => {
    const policy = createMroPolicy(parameters, { ueCount: 1, cellCount: 3, tickMs: 10 });
    for (const tick of [0, 100, 200, 300, 400]) {
      policy.decide({
        tick,
        timeS: tick / 100,
        tickMs: 10,
        ueCount: 1,
        cellCount: 3,
        phase: new Uint8Array([1]),
        serving: new Int32Array([0]),
        target: new Int32Array([-1]),
        l3RsrpDbm: new Float64Array([-80, -90, -90]),
        l1RsrpDbm: new Float64Array(3),
        candidatePhase: null,
        reportedRsrpDbm: new Float64Array(3),
        reportedSinrDb: new Float64Array(3),
        hasReport: false,
      });
      policy.learn?.(events.filter((event) => event.tick > tick && event.tick <= tick + 100));
    }
    return Array.from(policy.individualOffsetDb);
  };

  test.each([
    ["too late from 0, found in 1: sooner to 1", failure(50, 0, 1), { "0-1": 1 }],
    ["too early from 0 to 1, back in 0: later to 1", failure(50, 1, 0, 0), { "0-1": -1 }],
    [
      "wrong cell, 0 to 1 and found in 2: later to 1, sooner to 2",
      failure(50, 1, 2, 0),
      { "0-1": -1, "0-2": 1 },
    ],
    ["lost and found in the same cell: nothing", failure(50, 0, 0), {}],
  ] as const)("%s", (_, events, moved) => {
    const expected = new Array(9).fill(0);
    for (const [pair, db] of Object.entries(moved)) {
      const [from, to] = pair.split("-").map(Number);
      expected[from * 3 + to] = db;
    }
    expect(offsets(...events)).toEqual(expected);
  });

  test("one step a period, and no further than the limit", () => {
    const every = [10, 60, 110, 210, 310].flatMap((tick) => failure(tick, 0, 1));
    expect(offsets(...every)[1]).toBe(2);
  });
});

test("a rule that is too late for its cells mends itself", () => {
  // A phone goes to and fro; the serving link dies when the other cell is 5 dB stronger, and 4 dB is what the rule waits for.
  const levelDb = (tick: number): number => 8 * Math.sin((2 * Math.PI * tick) / 800);
  const world = worldOf({
    cellCount: 2,
    tickCount: 12_000,
    rsrpDbm: (tick, _, cell) => -80 + (cell === 0 ? 1 : -1) * (levelDb(tick) / 2),
    sinrDb: (tick, _, cell) => ((cell === 0 ? 1 : -1) * levelDb(tick) < -5 ? -20 : 5),
  });
  const scenario = scenarioOf({
    measurement: { errorSigmaDb: 0, l1PeriodMs: 10 },
    a3: { offsetDb: 4, filterCoefficient: 0, timeToTriggerMs: 160 },
    handover: { t310Ms: 0, n310: 1, mro: { periodMs: 10_000 } },
  });
  const failures = (arm: string): number[] =>
    runArm(world, scenario, arm)
      .filter(({ type }) => type === "radioLinkFailure" || type === "handoverFailure")
      .map(({ tick }) => tick);
  expect(failures("a3").length).toBeGreaterThan(20);
  const mended = failures("mro");
  expect(mended.length).toBeGreaterThan(0);
  expect(mended.every((tick) => tick < 6000)).toBe(true);
});
