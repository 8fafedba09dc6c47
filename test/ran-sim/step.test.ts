import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attemptOutcomes, type RanEvent } from "../../ran-sim/events.ts";
import { createAttemptLog } from "../../ran-sim/metrics/attempt-log.ts";
import { NONE, Phase, type RanState } from "../../ran-sim/state.ts";
import type { World } from "../../ran-sim/world.ts";
import { immediate, runArm, scenarioOf, twoCells } from "./support/run-arm.ts";
import { roughWorld } from "./support/worlds.ts";

const ticksOf = (events: RanEvent[], type: RanEvent["type"]): number[] =>
  events.filter((event) => event.type === type).map((event) => event.tick);

describe("a handover that succeeds", () => {
  const events = runArm(
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
  test("out of sync for N310 indications and T310 is a radio link failure, and no cell is taken before one meets the criterion S", () => {
    const world = twoCells(
      (tick) => (tick < 50 ? 0 : -20),
      (tick) => (tick < 200 ? -9 : 5),
      1000,
    );
    const events = runArm(world, scenarioOf({ ...immediate, a3: { offsetDb: 15, filterCoefficient: 0 } }));
    // The tenth indication below Qout is that of tick 59; T310 runs 100 ticks.
    expect(ticksOf(events, "radioLinkFailure")).toEqual([159]);
    // The weaker cell is as good as any other that can be used.
    expect(events.filter(({ type }) => type === "reestablishment")).toMatchObject([
      { tick: 0, cell: 0 },
      { tick: 200, cell: 1, sinceTick: 159 },
    ]);
  });

  test("a command that is lost while T310 runs is a failure in state 2, counted once, and recovery waits for T310", () => {
    const events = runArm(
      twoCells(
        (tick) => (tick < 100 ? 0 : -20),
        () => 5,
      ),
      scenarioOf(immediate),
    );
    const lost = "command lost while T310 ran";
    // The tenth indication below Qout is that of tick 109; T310 runs 100 ticks. No report of them is acted on.
    expect(events.filter(({ type }) => type === "handoverFailure")).toMatchObject([
      { tick: 121, state: 2, source: 0, target: 1, cause: lost, fallback: true },
    ]);
    expect(events.filter(({ type }) => type === "radioLinkFailure")).toMatchObject([
      { tick: 209, cell: 0, attempt: null, afterAttempt: 1 },
    ]);
    // 200 ms of re-establishment, then the target, which is in sync.
    expect(events.at(-1)).toMatchObject({ type: "reestablishment", tick: 229, cell: 1, sinceTick: 209 });
    const log = createAttemptLog(100, 10);
    log.add(events);
    expect(log.attempts).toMatchObject([{ outcome: "failedState2", interruptionMs: 200, mro: "tooLate" }]);
    expect(log.failures.map(({ tick, attempt }) => [tick, attempt?.attempt])).toEqual([[209, 1]]);
  });

  test("after a command that was lost the phone stays on its source when T310 stops, and may be asked for again", () => {
    const world = twoCells(
      (tick) => (tick >= 100 && tick < 130 ? -20 : 0),
      () => 5,
    );
    const events = runArm(world, scenarioOf(immediate));
    // In sync for N311 indications at tick 132; the reports go on every 240 ms from tick 116.
    expect(ticksOf(events, "handoverFailure")).toEqual([121]);
    expect(ticksOf(events, "handoverRequest")).toEqual([116, 140]);
    expect(ticksOf(events, "handoverComplete")).toEqual([149]);
    expect(ticksOf(events, "radioLinkFailure")).toEqual([]);
    expect(ticksOf(events, "reestablishment")).toEqual([0]);
  });

  test.each([
    [-8, "handoverCommand"],
    [-8.01, "handoverFailure"],
  ] as const)(
    "with commandDuringT310 received, a command at %s dB is judged by Qout of that instant",
    (sinr0, type) => {
      const world = twoCells(
        (tick) => (tick < 100 ? 0 : tick < 118 ? -20 : sinr0),
        () => 5,
      );
      const handover = { commandDuringT310: "received" };
      const events = runArm(world, scenarioOf({ ...immediate, handover }));
      expect(events.find((event) => event.type === type)).toMatchObject({ tick: 121 });
      // T310, which was to expire at tick 209, was stopped by the command.
      expect(ticksOf(events, "radioLinkFailure")).toEqual(type === "handoverCommand" ? [] : [209]);
    },
  );

  test("a link that fails while time-to-trigger runs is an attempt that failed in state 2 (TR 36.839 5.2.1.3)", () => {
    // The entering condition holds from tick 100 on; out of sync from 20 on: T310 from tick 29 to 129, a report at 148.
    const world = twoCells(
      (tick) => (tick < 20 ? 0 : -20),
      () => 5,
    );
    const slow = { a3: { filterCoefficient: 0, timeToTriggerMs: 480 } };
    const events = runArm(world, scenarioOf({ ...immediate, ...slow }));
    expect(events.filter(({ tick }) => tick > 0)).toMatchObject([
      {
        ...{ type: "handoverFailure", tick: 129, state: 2, attempt: 1, source: 0, target: 1 },
        ...{ cause: "link failed during time-to-trigger", fallback: false, enteredTick: 100 },
      },
      { type: "reestablishment", tick: 149, sinceTick: 129 },
    ]);
    const log = createAttemptLog(100, 10);
    log.add(events);
    expect(log.attempts).toMatchObject([
      { startedTick: 100, requestedTick: null, outcome: "failedState2", executed: true, xnBytes: 0 },
    ]);
  });

  // Out of sync from tick 20 on, so that the link fails at tick 129; a time-to-trigger of 0 has the report due at once.
  test.each([
    ["one tick before its entering condition", 130, 480, "radioLinkFailure"],
    ["on the tick of its entering condition", 129, 480, "handoverFailure"],
    ["on the tick of its report", 129, 0, "handoverFailure"],
    ["on the tick of its report, after time-to-trigger", 113, 160, "handoverFailure"],
  ] as const)("a link that fails %s", (_, fallTick, timeToTriggerMs, type) => {
    const world = twoCells(
      (tick) => (tick < 20 ? 0 : -20),
      () => 5,
      fallTick,
    );
    const a3 = { filterCoefficient: 0, timeToTriggerMs };
    const events = runArm(world, scenarioOf({ ...immediate, a3 })).filter(({ tick }) => tick > 0);
    expect(events[0]).toMatchObject({ type, tick: 129 });
  });

  test.each(["a5", "cold", "mro", "daps", "dwell", "ltm"])(
    "%s has a state 2 from its entering condition on",
    (arm) => {
      const a5 = {
        threshold1Dbm: -79,
        threshold2Dbm: -81,
        hysteresisDb: 0,
        timeToTriggerMs: 480,
        filterCoefficient: 0,
      };
      const slow = { filterCoefficient: 0, timeToTriggerMs: 480 };
      const seen = new Set<string>();
      for (let seed = 0; seed < 12; seed++) {
        const events = runArm(
          roughWorld(seed),
          scenarioOf({
            a3: { ...slow, offsetDb: 0 },
            a5,
            handover: { t310Ms: 100, ltm: { execute: { timeToTriggerMs: 480 } } },
          }),
          arm,
        );
        for (const event of events) if (event.type === "handoverFailure") seen.add(event.cause);
      }
      expect(seen).toContain("link failed during time-to-trigger");
    },
  );

  test("a target below Qout at the end of the execution is a failure in state 3, out of service since the command", () => {
    const events = runArm(
      twoCells(
        () => 0,
        (tick) => (tick < 200 ? -9 : 5),
      ),
      scenarioOf(immediate),
    );
    expect(events.find((event) => event.type === "handoverFailure")).toMatchObject({ tick: 125, state: 3 });
    // 200 ms later the source is the only cell that meets the criterion S.
    expect(events.find((event) => event.type === "reestablishment" && event.tick > 0)).toMatchObject({
      tick: 145,
      cell: 0,
      sinceTick: 121,
    });
  });

  test("SINR between Qout and Qin neither starts nor stops anything", () => {
    // Every second indication is out of sync, the others are none: the count of ten is reached after twenty ticks.
    const started = runArm(
      twoCells(
        (tick) => (tick < 10 ? 0 : tick % 2 === 0 ? -7 : -9),
        () => 5,
        1000,
      ),
      scenarioOf({ ...immediate, a3: { offsetDb: 15, filterCoefficient: 0 } }),
    );
    expect(ticksOf(started, "radioLinkFailure")[0]).toBe(29 + 100);
  });
});

describe("attempts that end before a command", () => {
  const world = twoCells(
    () => 0,
    () => 5,
  );

  test("a refused one is asked for again after the report interval", () => {
    const events = runArm(world, scenarioOf({ ...immediate, handover: { refusalProbability: 1 } }));
    expect(ticksOf(events, "handoverRequest").slice(0, 3)).toEqual([116, 140, 164]);
    expect(events.filter((event) => event.type === "preparationFailure")[0]).toMatchObject({
      // The answer is back after 30 ms; the next report comes 240 ms later.
      tick: 119,
      outcome: "refused",
      cause: "ho target not allowed",
    });
  });

  test("a lost request ends with TXnRELOCprep", () => {
    const events = runArm(world, scenarioOf({ ...immediate, handover: { requestLossProbability: 1 } }));
    expect(events.find((event) => event.type === "preparationFailure")).toMatchObject({
      tick: 166,
      outcome: "preparationTimeout",
    });
  });
});

/** Links whose messages come late, or not at all for a while. */
const faultyXn = {
  ...{ lossProbability: 0.3, jitterMs: 30, retransmissionTimeoutMs: 60 },
  ...{ maximumRetransmissions: 2, restartMs: 300 },
};

test("every attempt ends in exactly one outcome, whatever the world and the procedure", () => {
  const seen = new Map<string, Set<string>>();
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.constantFrom("a3", "a3-set5", "a5", "cold", "whole", "dwell", "mro", "cho", "daps", "ltm"),
      fc.constantFrom(0, 0.3),
      fc.constantFrom(0, 0.3),
      fc.record({
        cellCapacityUes: fc.constantFrom(null, 2),
        reestablishmentAccessMs: fc.constantFrom(0, 50),
        t304Ms: fc.constantFrom(50, 100),
        commandDuringT310: fc.constantFrom("lost", "received"),
        reportOnLeave: fc.boolean(),
        overallTimeoutMs: fc.constantFrom(20, 5000),
        conditional: fc.record({
          recovery: fc.boolean(),
          cellSelectionMs: fc.constantFrom(0, 100),
          maximumCandidates: fc.constantFrom(1, 3),
        }),
      }),
      (seed, arm, refusalProbability, requestLossProbability, drawn) => {
        const world = roughWorld(seed);
        const handover = { refusalProbability, requestLossProbability, ...drawn, t310Ms: 100 };
        const xn = seed % 2 === 0 ? {} : faultyXn;
        const scenario = scenarioOf({ handover, a3: { offsetDb: 1, timeToTriggerMs: 40 }, xn });
        const events = runArm(world, scenario, arm, (state) => checkInvariants(state, world, arm));
        const log = createAttemptLog(100, 10);
        log.add(events);
        log.finish();
        // An attempt begins with a request, or failed before one.
        const begun = events.filter(
          (event) =>
            event.type === "handoverRequest" ||
            (event.type === "handoverFailure" && event.enteredTick !== undefined),
        ).length;
        expect(log.attempts.length).toBe(begun);
        expect(
          log.attempts.filter(({ requestedTick, xnBytes }) => requestedTick === null && xnBytes > 0),
        ).toEqual([]);
        const outcomes = seen.get(arm) ?? new Set();
        seen.set(arm, outcomes);
        for (const row of log.attempts) {
          expect(attemptOutcomes).toContain(row.outcome);
          outcomes.add(row.outcome ?? "none");
        }
        // Each ending is also told by exactly one event.
        const endings = events.filter((event) =>
          ["handoverComplete", "handoverFailure", "preparationFailure"].includes(event.type),
        ).length;
        const overtaken = events.filter(
          (event) => event.type === "radioLinkFailure" && event.attempt !== null,
        ).length;
        const open = log.attempts.filter((row) => row.outcome === "openAtEnd").length;
        expect(endings + overtaken + open).toBe(begun);
        // Every byte on Xn is of one attempt.
        const xnBytes = events.reduce(
          (sum, event) => sum + ("target" in event ? (event.xnBytes ?? 0) : 0),
          0,
        );
        expect(log.attempts.reduce((sum, row) => sum + row.xnBytes, 0)).toBe(xnBytes);
        // A recovery is started once for each failure, and ends before the next.
        expect(log.failures.filter(({ outageTicks }) => outageTicks === null).length).toBeLessThanOrEqual(
          world.ueCount,
        );
      },
    ),
    { numRuns: 120, seed: 1 },
  );
  // The worlds are rough enough for the law to mean something.
  const all = [...attemptOutcomes].sort();
  for (const arm of ["a3", "daps", "ltm"]) expect([...(seen.get(arm) ?? [])].sort(), arm).toEqual(all);
  // A conditional handover has no command to miss.
  expect([...(seen.get("cho") ?? [])].sort()).toEqual(all.filter((outcome) => outcome !== "failedState2"));
});

/** The table of phases in state.ts. */
function checkInvariants(state: RanState, world: World, arm: string): void {
  for (let ue = 0; ue < world.ueCount; ue++) {
    const phase = state.phase[ue];
    const served = phase === Phase.connected || phase === Phase.preparing;
    const aims = phase === Phase.preparing || phase === Phase.executing;
    const keepsSource = arm === "daps" && phase === Phase.executing;
    const asks = state.t301EndTick[ue] !== NONE || state.t300EndTick[ue] !== NONE;
    const mayAim = aims || asks;
    if (
      (state.serving[ue] !== NONE && !served && !keepsSource) ||
      (state.serving[ue] === NONE && served) ||
      (state.target[ue] !== NONE && !mayAim) ||
      (state.target[ue] === NONE && aims)
    ) {
      throw new Error(
        `phone ${ue} in phase ${phase} has serving ${state.serving[ue]}, target ${state.target[ue]}`,
      );
    }
    if (state.serving[ue] === NONE && state.t310EndTick[ue] !== NONE) {
      throw new Error("T310 runs without a serving cell");
    }
    if (state.t300EndTick[ue] !== NONE && phase !== Phase.idle) throw new Error(`T300 in phase ${phase}`);
    if (state.lostCommandOf[ue] !== 0 && state.t310EndTick[ue] === NONE) {
      throw new Error("a command is held to be lost though T310 does not run");
    }
    if ((state.t304EndTick[ue] !== NONE) !== (phase === Phase.executing)) {
      throw new Error(`T304 in phase ${phase}`);
    }
  }
}
