import { expect, test } from "vitest";
import type { Policy, UeBatch } from "../../../ran-sim/policy/policy.ts";
import { createUeFilterPolicy } from "../../../ran-sim/policy/ue-filter-policy.ts";
import { runWorld } from "../../../ran-sim/run-world.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { NONE, Phase } from "../../../ran-sim/state.ts";
import { roughWorld } from "../support/worlds.ts";

const TICK_MS = 20;
const REPORT_TICKS = 2;
const parameters = {
  ...{ timeConstantMs: 500, offsetDb: 3, hysteresisDb: 0, timeToTriggerMs: 0 },
  ...{ reportIntervalMs: 240, reportAmount: Number.POSITIVE_INFINITY, reportOnLeave: false },
};

/** One phone and two cells; `levels` and `phase` of each tick; returns the targets asked for. */
function drive(
  policy: Policy,
  ticks: number,
  at: (tick: number) => {
    readonly dbm: readonly [number, number];
    readonly phase?: number;
    readonly serving?: number;
  },
  firstTick = 0,
): readonly number[] {
  return Array.from({ length: ticks }, (_, i) => {
    const tick = firstTick + i;
    const { dbm, phase = Phase.connected, serving = 0 } = at(tick);
    const observations: UeBatch = {
      ...{ tick, tickMs: TICK_MS, timeS: (tick * TICK_MS) / 1000, ueCount: 1, cellCount: 2 },
      phase: Uint8Array.of(phase),
      serving: Int32Array.of(serving),
      target: Int32Array.of(NONE),
      l3RsrpDbm: new Float64Array(2),
      l1RsrpDbm: new Float64Array(2),
      candidatePhase: null,
      reportedRsrpDbm: Float64Array.from(dbm),
      reportedSinrDb: new Float64Array(2),
      hasReport: tick % REPORT_TICKS === 0,
    };
    const decisions = policy.decide(observations);
    if (decisions instanceof Promise) throw new Error("a rule decides at once");
    return decisions.target[0];
  });
}

function expected(policy: Policy): readonly number[] {
  const out = new Float64Array(2);
  policy.expects?.(0, out);
  return [...out];
}

test("after its time constant the average has followed a step by 63 %, 1 - 1/e", () => {
  const policy = createUeFilterPolicy(parameters, 1, 2);
  drive(policy, 100, () => ({ dbm: [-80, -100] }));
  // Ticks 100 to 124 hold 13 reports, 40 ms apart: 520 ms.
  drive(policy, 25, () => ({ dbm: [-80, -90] }), 100);
  expect(expected(policy)[1]).toBeCloseTo(-90 - 10 * Math.exp(-520 / 500), 9);
});

test("it asks for a cell when that one's average is more than the offset stronger, and not for one strong report", () => {
  const policy = createUeFilterPolicy(parameters, 1, 2);
  const one = drive(policy, 200, (tick) => ({ dbm: [-80, tick === 100 ? -60 : -85] }));
  expect(one.every((target) => target === NONE)).toBe(true);
  const lasting = drive(policy, 200, () => ({ dbm: [-80, -70] }), 200);
  // From -85 (and what is left of the one report) to -77 on the way to -70: a little more than 500 ms ln(15 / 7) = 381 ms.
  const first = lasting.indexOf(1) * TICK_MS;
  expect(first).toBeGreaterThanOrEqual(340);
  expect(first).toBeLessThanOrEqual(420);
});

test("a handover loses nothing: the target has the levels of the last report before the request, then current ones", () => {
  const policy = createUeFilterPolicy(parameters, 1, 2);
  drive(policy, 100, () => ({ dbm: [-80, -80] }));
  const before = expected(policy);
  drive(policy, 6, () => ({ dbm: [-80, -60], phase: Phase.preparing }), 100);
  drive(policy, 4, () => ({ dbm: [-80, -60], phase: Phase.executing, serving: NONE }), 106);
  expect(expected(policy)).toEqual(before);
  drive(policy, 1, () => ({ dbm: [-80, -60], serving: 1 }), 110);
  // Ticks 100 to 110 hold six reports, 240 ms, which the phone's own average has all taken in.
  expect(expected(policy)[1]).toBeCloseTo(-60 - 20 * Math.exp(-240 / 500), 9);
});

test("after a link failure the next cell knows nothing until the phone's first report to it", () => {
  const policy = createUeFilterPolicy(parameters, 1, 2);
  drive(policy, 10, () => ({ dbm: [-80, -90] }));
  drive(policy, 3, () => ({ dbm: [-80, -90], phase: Phase.reestablishing, serving: NONE }), 10);
  // Tick 13 has no report.
  drive(policy, 1, () => ({ dbm: [-80, -90], serving: 1 }), 13);
  expect(expected(policy)).toEqual([Number.NaN, Number.NaN]);
  drive(policy, 1, () => ({ dbm: [-80, -90], serving: 1 }), 14);
  expect(expected(policy)).toEqual([-80, -90]);
});

test("in a run it puts nothing on Xn and is judged after handovers like an arm with a memory; plain A3 is not judged", async () => {
  const scenario = parseRanScenario({ warmUpS: 0, network: { memory: "trend" } }, "test");
  const world = roughWorld(3, { tickCount: 1500 });
  const results = await runWorld({ world, scenario, arms: ["a3", "cold", "ue-filter"], seed: 1 });
  const [a3, cold, own] = results.map(({ tallies }) => tallies);
  expect(own.xnPayloadBytesPerHandover).toMatchObject({ sum: 0 });
  const judged = own["postHandoverAccuracy.50-250ms"] as { sum: number; weight: number };
  expect(judged.weight).toBeGreaterThan(0);
  expect(cold["postHandoverAccuracy.50-250ms"]).toMatchObject({ weight: judged.weight });
  expect(a3["postHandoverAccuracy.50-250ms"]).toBeUndefined();
  expect(own.latentColdShare).toBeUndefined();
});
