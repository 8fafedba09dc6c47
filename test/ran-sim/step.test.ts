import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createArm } from "../../ran-sim/arms.ts";
import { attemptOutcomes, type RanEvent } from "../../ran-sim/events.ts";
import { createAttemptLog } from "../../ran-sim/metrics/attempt-log.ts";
import { parseRanScenario, type RanScenario } from "../../ran-sim/scenario.ts";
import { createSimulation } from "../../ran-sim/simulate.ts";
import { NONE, Phase, type RanState } from "../../ran-sim/state.ts";
import type { World } from "../../ran-sim/world.ts";
import { roughWorld, worldOf } from "./support/worlds.ts";

const scenarioOf = (document: object): RanScenario =>
  parseRanScenario({ measurement: { errorSigmaDb: 0 }, ...document }, "test");

function run(
  world: World,
  scenario: RanScenario,
  arm = "a3",
  onTick?: (state: RanState) => void,
): RanEvent[] {
  const events: RanEvent[] = [];
  const context = {
    scenario,
    world,
    seed: 1,
    trainingStates: () => ({ count: 0, size: 0, values: new Float32Array() }),
  };
  const simulation = createSimulation({
    world,
    scenario,
    seed: 1,
    arms: [createArm(arm, context)],
    onTick(_, state, happened) {
      events.push(...happened);
      onTick?.(state);
    },
  });
  if (simulation.advance(world.tickCount) instanceof Promise) throw new Error("a rule must not wait");
  return events;
}

/** Cell 0 serves; from `fallTick` on cell 1 is 10 dB stronger. SINR as told. */
const twoCells = (sinr0: (tick: number) => number, sinr1: (tick: number) => number, fallTick = 100): World =>
  worldOf({
    cellCount: 2,
    tickCount: 500,
    rsrpDbm: (tick, _, cell) => (cell === (tick < fallTick ? 0 : 1) ? -80 : -90),
    sinrDb: (tick, _, cell) => (cell === 0 ? sinr0(tick) : sinr1(tick)),
  });

/** The L1 mean and the filters out of the way, so that ticks can be counted by hand. */
const immediate = {
  measurement: { errorSigmaDb: 0, l1PeriodMs: 10 },
  a3: { filterCoefficient: 0, timeToTriggerMs: 160 },
};
const ticksOf = (events: RanEvent[], type: RanEvent["type"]): number[] =>
  events.filter((event) => event.type === type).map((event) => event.tick);

describe("a handover that succeeds", () => {
  const events = run(
    twoCells(
      () => 0,
      () => 5,
    ),
    scenarioOf(immediate),
  );

  test("takes 160 ms to trigger, 50 ms to prepare and 40 ms to execute", () => {
    expect(ticksOf(events, "report")).toEqual([116]);
    expect(ticksOf(events, "handoverRequest")).toEqual([116]);
    expect(ticksOf(events, "handoverCommand")).toEqual([121]);
    expect(ticksOf(events, "handoverComplete")).toEqual([125]);
  });

  test("starts where the strongest cell in sync is", () => {
    expect(events[0]).toMatchObject({ type: "reestablishment", tick: 0, cell: 0, sinceTick: null });
  });
});

describe("failures (TR 36.839 5.2.1.3)", () => {
  test("out of sync for N310 indications and T310 is a radio link failure, and no cell is taken before one is in sync", () => {
    const world = twoCells(
      (tick) => (tick < 50 ? 0 : -20),
      () => 5,
      1000,
    );
    const events = run(world, scenarioOf({ ...immediate, a3: { offsetDb: 15, filterCoefficient: 0 } }));
    // The tenth indication below Qout is that of tick 59; T310 runs 100 ticks.
    expect(ticksOf(events, "radioLinkFailure")).toEqual([159]);
    expect(ticksOf(events, "reestablishment").slice(0, 2)).toEqual([0]);
  });

  test("a command that should be delivered while T310 runs is a failure in state 2", () => {
    const events = run(
      twoCells(
        (tick) => (tick < 100 ? 0 : -20),
        () => 5,
      ),
      scenarioOf(immediate),
    );
    const failure = events.find((event) => event.type === "handoverFailure");
    expect(failure).toMatchObject({ tick: 121, state: 2, source: 0, target: 1 });
    // 200 ms of re-establishment, then the target, which is in sync.
    expect(events.at(-1)).toMatchObject({ type: "reestablishment", tick: 141, cell: 1, sinceTick: 121 });
  });

  test("a target below Qout at the end of the execution is a failure in state 3, out of service since the command", () => {
    const events = run(
      twoCells(
        () => 0,
        (tick) => (tick < 200 ? -9 : 5),
      ),
      scenarioOf(immediate),
    );
    expect(events.find((event) => event.type === "handoverFailure")).toMatchObject({ tick: 125, state: 3 });
    expect(events.find((event) => event.type === "reestablishment" && event.tick > 0)).toMatchObject({
      tick: 200,
      cell: 1,
      sinceTick: 121,
    });
  });

  test("SINR between Qout and Qin neither starts nor stops anything", () => {
    const world = twoCells(
      (tick) => (tick % 2 === 0 ? -7 : -9),
      () => 5,
      1000,
    );
    // Every second indication is out of sync, the others are none: the count of ten is reached after twenty ticks.
    const events = run(world, scenarioOf({ ...immediate, handover: { qInDb: -6 } }));
    expect(events).toEqual([]);
    const started = run(
      twoCells(
        (tick) => (tick < 10 ? 0 : tick % 2 === 0 ? -7 : -9),
        () => 5,
        1000,
      ),
      scenarioOf({ ...immediate, a3: { offsetDb: 15, filterCoefficient: 0 } }),
    );
    expect(ticksOf(started, "radioLinkFailure")).toEqual([29 + 100]);
  });
});

describe("attempts that end before a command", () => {
  const world = twoCells(
    () => 0,
    () => 5,
  );

  test("a refused one is asked for again after the report interval", () => {
    const events = run(world, scenarioOf({ ...immediate, handover: { refusalProbability: 1 } }));
    expect(ticksOf(events, "handoverRequest").slice(0, 3)).toEqual([116, 145, 174]);
    expect(events.filter((event) => event.type === "preparationFailure")[0]).toMatchObject({
      tick: 121,
      outcome: "refused",
    });
  });

  test("a lost request ends with TXnRELOCprep", () => {
    const events = run(world, scenarioOf({ ...immediate, handover: { requestLossProbability: 1 } }));
    expect(events.find((event) => event.type === "preparationFailure")).toMatchObject({
      tick: 166,
      outcome: "preparationTimeout",
    });
  });
});

test("every attempt ends in exactly one outcome, whatever the world", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.constantFrom("a3", "a3-set5", "a5", "cold", "full"),
      fc.constantFrom(0, 0.3),
      fc.constantFrom(0, 0.3),
      (seed, arm, refusalProbability, requestLossProbability) => {
        const world = roughWorld(seed);
        const handover = {
          refusalProbability,
          requestLossProbability,
          reportOnLeave: seed % 2 === 0,
          t310Ms: 100,
        };
        const scenario = scenarioOf({ handover, a3: { offsetDb: 1, timeToTriggerMs: 40 } });
        const events = run(world, scenario, arm, (state) => checkInvariants(state, world));
        const log = createAttemptLog(100);
        log.add(events);
        log.finish();
        const requests = events.filter((event) => event.type === "handoverRequest").length;
        expect(log.attempts.length).toBe(requests);
        for (const row of log.attempts) {
          expect(attemptOutcomes).toContain(row.outcome);
          seen.add(row.outcome ?? "none");
        }
        // Each ending is also told by exactly one event.
        const endings = events.filter((event) =>
          ["handoverComplete", "handoverFailure", "preparationFailure"].includes(event.type),
        ).length;
        const overtaken = events.filter(
          (event) => event.type === "radioLinkFailure" && event.attempt !== null,
        ).length;
        const open = log.attempts.filter((row) => row.outcome === "openAtEnd").length;
        expect(endings + overtaken + open).toBe(requests);
      },
    ),
    { numRuns: 60, seed: 1 },
  );
  // The worlds are rough enough for the law to mean something.
  expect([...seen].sort()).toEqual([...attemptOutcomes].sort());
});

/** The table of phases in state.ts. */
function checkInvariants(state: RanState, world: World): void {
  for (let ue = 0; ue < world.ueCount; ue++) {
    const phase = state.phase[ue];
    const served = phase === Phase.connected || phase === Phase.preparing;
    const aims = phase === Phase.preparing || phase === Phase.executing;
    if ((state.serving[ue] !== NONE) !== served || (state.target[ue] !== NONE) !== aims) {
      throw new Error(
        `phone ${ue} in phase ${phase} has serving ${state.serving[ue]}, target ${state.target[ue]}`,
      );
    }
    if (!served && state.t310EndTick[ue] !== NONE) throw new Error("T310 runs without a serving cell");
  }
}
