import { describe, expect, test } from "vitest";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { answerOf } from "../../../ran-sim/handover/admission.ts";
import { selectCell } from "../../../ran-sim/handover/cell-selection.ts";
import type { Turn } from "../../../ran-sim/handover/turn.ts";
import { ranParams } from "../../../ran-sim/ran-params.ts";
import { Answer, NONE } from "../../../ran-sim/state.ts";
import { immediate, runArm, scenarioOf, twoCells } from "../support/run-arm.ts";
import { failsAt, t310RunsAt } from "../support/served-phone.ts";
import { worldOf } from "../support/worlds.ts";

/** Each timer and threshold of the handover machine: one step before its boundary, on it, and one step after. */

const good = (): number => 5;
const lost = (): number => -20;
const ticksOf = (events: readonly RanEvent[], type: RanEvent["type"]): number[] =>
  events.filter((event) => event.type === type).map(({ tick }) => tick);
const run = (
  world: Parameters<typeof runArm>[0],
  handover: object,
  arm = "a3",
  rest: object = {},
): RanEvent[] => runArm(world, scenarioOf({ ...immediate, handover, ...rest }), arm);

describe("radio link monitoring (TS 38.331 5.3.10)", () => {
  const params = (handover: object) =>
    ranParams(scenarioOf({ handover }), 10, { procedure: "basic", sendsPayload: false });
  /** SINR by tick: runs of [ticks, dB], the last one to the end. */
  const course = (...runs: readonly (readonly [number, number])[]): Float64Array =>
    Float64Array.from(runs.flatMap(([ticks, db]) => new Array<number>(ticks).fill(db)));

  test.each([
    [-8.001, true],
    [-8, false],
    [-7.999, false],
  ] as const)("Qout: %s dB is out of sync: %s", (db, isOut) => {
    expect(t310RunsAt(params({}), course([10, db]), 0, 9)).toBe(isOut);
  });

  test.each([
    [9, false],
    [10, true],
    [11, true],
  ] as const)("N310: after %s indications T310 runs: %s", (count, runs) => {
    expect(t310RunsAt(params({ n310: 10 }), course([count, -9], [5, -7]), 0, count + 4)).toBe(runs);
  });

  test.each([
    ["one in sync", -5.999, false],
    ["one at Qin", -6, true],
    ["one between", -7, true],
    ["one at Qout", -8, true],
  ] as const)(
    "nine out of sync, %s, and one more: T310 runs only where the count was not reset",
    (_, db, runs) => {
      expect(t310RunsAt(params({}), course([9, -9], [1, db], [1, -9]), 0, 10)).toBe(runs);
    },
  );

  test("an indication in sync resets a count that periods between left alone", () => {
    expect(t310RunsAt(params({}), course([5, -9], [3, -7], [1, 0], [5, -9]), 0, 13)).toBe(false);
    expect(t310RunsAt(params({}), course([5, -9], [3, -7], [5, -9]), 0, 12)).toBe(true);
  });

  test.each([
    ["two in sync", [[2, 0]], true],
    ["three in sync", [[3, 0]], false],
    [
      "two, one between, and one",
      [
        [2, 0],
        [1, -7],
        [1, 0],
      ],
      false,
    ],
    [
      "two, one out of sync, and two",
      [
        [2, 0],
        [1, -9],
        [2, 0],
      ],
      true,
    ],
    ["three at Qin", [[3, -6]], true],
  ] as const)("N311: T310 goes on after %s: %s", (_, runs, goesOn) => {
    const levels = course([10, -9], ...runs);
    expect(t310RunsAt(params({ n311: 3 }), levels, 0, levels.length - 1)).toBe(goesOn);
  });

  test.each([
    ["one tick before", 17, Number.POSITIVE_INFINITY],
    ["on the tick", 18, 19],
    ["one tick after", 19, 19],
  ] as const)("T310 that stops %s it expires", (_, outTicks, failsTick) => {
    // T310 of 100 ms from the tenth indication, tick 9, on: it expires on tick 19. Three in sync end on outTicks + 2.
    const levels = course([outTicks - 1, -9], [20, 0]);
    expect(failsAt(params({ t310Ms: 100 }), levels, 0)).toBe(failsTick);
  });

  test.each([
    [10, 9],
    [20, 18],
  ] as const)("indications come every %s ms", (indicationPeriodMs, startTick) => {
    const levels = course([60, -9]);
    expect(t310RunsAt(params({ indicationPeriodMs }), levels, 0, startTick - 1)).toBe(false);
    expect(t310RunsAt(params({ indicationPeriodMs }), levels, 0, startTick)).toBe(true);
  });
});

describe("a command is due at tick 121", () => {
  test.each([
    // Ten indications below Qout start T310.
    ["T310 starts one tick after", [113, 500], 1000, "handoverCommand"],
    ["T310 starts on that tick", [112, 500], 1000, "command lost while T310 ran"],
    // Three in sync stop it.
    ["T310 stops on that tick", [100, 119], 1000, "handoverCommand"],
    ["T310 stops one tick after", [100, 120], 1000, "command lost while T310 ran"],
    ["T310 expires one tick after", [103, 500], 100, "command lost while T310 ran"],
    ["T310 expires on that tick", [102, 500], 100, "link failed before the command"],
  ] as const)("%s", (_, [from, to], t310Ms, told) => {
    const world = twoCells((tick) => (tick >= from && tick < to ? -20 : 0), good);
    const [first] = run(world, { t310Ms }).filter(
      ({ type }) => type === "handoverCommand" || type === "handoverFailure",
    );
    expect([first.tick, first.type === "handoverFailure" ? first.cause : first.type]).toEqual([121, told]);
  });
});

describe("preparation", () => {
  test.each([
    // The request leaves at tick 116 and is answered 30 ms later, at tick 119.
    [20, [], [118]],
    [30, [119], []],
    [40, [119], []],
  ] as const)("TXnRELOCprep of %s ms", (preparationTimeoutMs, acknowledged, failed) => {
    const events = run(twoCells(good, good), { preparationTimeoutMs });
    expect(ticksOf(events, "handoverAcknowledge")).toEqual(acknowledged);
    expect(ticksOf(events, "preparationFailure").slice(0, 1)).toEqual(failed);
  });

  test.each([
    // The release leaves at tick 126; the timer runs from the acknowledgement, tick 119, on.
    ["late", 5, 70, [126]],
    ["in time", 5, 80, []],
    ["in time by 1 ms", 9, 80, []],
    ["on the expiry, and so late", 10, 80, [127]],
  ] as const)(
    "TXnRELOCoverall: a context release that arrives %s",
    (_, delayMs, overallTimeoutMs, timeouts) => {
      const events = run(twoCells(good, good), { overallTimeoutMs }, "a3", { xn: { delayMs } });
      expect(ticksOf(events, "ueContextRelease")).toEqual([126]);
      expect(ticksOf(events, "relocationTimeout")).toEqual(timeouts);
    },
  );

  test.each([
    // lost 0.5, refused 0.5 of the rest: half, a quarter, a quarter.
    [0.499, Answer.lost],
    [0.5, Answer.notAllowed],
    [0.749, Answer.notAllowed],
    [0.75, Answer.accepted],
  ] as const)(
    "a draw of %s is answered by code %s: refusals are a share of the requests that are not lost",
    (drawn, answer) => {
      const params = ranParams(
        scenarioOf({ handover: { requestLossProbability: 0.5, refusalProbability: 0.5 } }),
        10,
        { procedure: "basic", sendsPayload: false },
      );
      const turn = { params, random: { answers: { uniform: () => drawn } } } as unknown as Turn;
      expect(answerOf(turn, 0, 1, 1)).toBe(answer);
    },
  );

  test.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
  ] as const)("a cell for %s phones takes %s of three", (cellCapacityUes, taken) => {
    const events = run(twoCells(good, good, 100, 3), { cellCapacityUes });
    expect(new Set(events.filter(({ type }) => type === "handoverComplete").map(({ ue }) => ue)).size).toBe(
      taken,
    );
  });

  test("a candidate is asked for again reportIntervalMs after its refusal", () => {
    const world = worldOf({
      cellCount: 2,
      tickCount: 300,
      rsrpDbm: (tick, _, cell) => (cell === 0 ? -80 : tick < 100 ? -100 : -81),
      sinrDb: good,
    });
    const handover = { refusalProbability: 1, conditional: { filterCoefficient: 0 } };
    const events = run(world, handover, "cho");
    const [first] = ticksOf(events, "preparationFailure");
    expect(ticksOf(events, "handoverRequest").slice(0, 2)).toEqual([first - 3, first + 24]);
  });
});

describe("execution: the command at tick 121, random access judged at tick 125", () => {
  test.each([
    [-7, "handoverComplete"],
    [-8, "handoverComplete"],
    [-8.001, "handoverFailure"],
  ] as const)("a target of %s dB: Qout is the bound, not Qin", (sinr1, type) => {
    const world = twoCells(good, () => sinr1);
    expect(ticksOf(run(world, {}), type)).toContain(125);
  });

  test.each([
    // T304 of 50 ms ends at tick 126. The target can be reached from tick 126 on.
    ["one tick before T304 ends", 40, 30, 125, 125],
    ["on the tick on which T304 ends", 10, 40, 126, 126],
    ["one tick after", 20, 40, 126, null],
  ] as const)("another try that ends %s", (_, randomAccessMs, executionMs, fromTick, completed) => {
    const randomAccess = executionMs === 30 ? 10 : randomAccessMs;
    const world = twoCells(good, (tick) => (tick < fromTick ? -20 : 5));
    const events = run(world, { t304Ms: 50, executionMs, randomAccessMs: randomAccess });
    expect(ticksOf(events, "handoverComplete").slice(0, 1)).toEqual(completed === null ? [] : [completed]);
    if (completed === null) expect(ticksOf(events, "handoverFailure")[0]).toBe(125);
  });

  test.each([
    [0, 125],
    [10, 126],
    [15, 127],
  ] as const)("a path switch of %s ms is acknowledged on tick %s", (pathSwitchMs, tick) => {
    const acknowledged = ticksOf(run(twoCells(good, good), { pathSwitchMs }), "pathSwitchAcknowledge");
    // The network's messages of a tick come before those of its phones.
    expect(acknowledged).toEqual([Math.max(tick, 126)]);
  });

  test.each([
    [-8, [113]],
    [-8.001, []],
  ] as const)("LTM synchronises early with a candidate of %s dB on the ticks %s", (sinr1, ticks) => {
    const world = worldOf({
      cellCount: 2,
      tickCount: 200,
      rsrpDbm: (tick, _, cell) => (cell === 0 ? -80 : tick < 100 ? -100 : -81),
      sinrDb: (_tick, _ue, cell) => (cell === 0 ? 5 : sinr1),
    });
    expect(ticksOf(run(world, { ltm: { filterCoefficient: 0 } }, "ltm"), "earlySynchronisation")).toEqual(
      ticks,
    );
  });
});

describe("recovery: the link of cell 0 fails at tick 39", () => {
  const timers = { t310Ms: 100, reestablishmentMs: 200 };
  /** Nobody asks for a handover. */
  const recoverIn = (world: Parameters<typeof run>[0], handover: object): RanEvent[] =>
    run(world, handover, "a3", { a3: { offsetDb: 15, filterCoefficient: 0 } });
  /** Cell 0 is lost from tick 20 on for good. */
  const then = (sinr1: (tick: number) => number) => twoCells((tick) => (tick < 20 ? 5 : -20), sinr1, 1000);
  const told = (events: readonly RanEvent[]): [number, string][] =>
    events.filter(({ tick }) => tick > 39 && tick < 200).map(({ tick, type }) => [tick, type]);

  test.each([
    [58, 59],
    [59, 59],
    [60, 60],
  ] as const)(
    "a cell that can be selected from tick %s on serves from tick %s on: 200 ms at least",
    (from, tick) => {
      expect(
        told(
          recoverIn(
            then((at) => (at < from ? -20 : 5)),
            timers,
          ),
        ),
      ).toEqual([[tick, "reestablishment"]]);
    },
  );

  test.each([
    ["one tick before T311 expires", 138, [[138, "reestablishment"]]],
    ["on the tick on which it expires", 139, [[139, "reestablishment"]]],
    [
      "one tick after",
      140,
      [
        [139, "connectionReleased"],
        [160, "connectionSetup"],
      ],
    ],
  ] as const)("a cell that can be selected %s", (_, from, events) => {
    expect(
      told(
        recoverIn(
          then((at) => (at < from ? -20 : 5)),
          timers,
        ),
      ),
    ).toEqual(events);
  });

  test.each([
    ["one tick before T301 expires", 68, [[68, "reestablishment"]]],
    ["on the tick on which it expires", 69, [[69, "reestablishment"]]],
    [
      "one tick after",
      70,
      [
        [69, "connectionReleased"],
        [90, "connectionSetup"],
      ],
    ],
  ] as const)("a selected cell that answers %s", (_, from, events) => {
    const world = then((at) => (at !== 59 && at < from ? -20 : 5));
    expect(told(recoverIn(world, { ...timers, reestablishmentAccessMs: 20, t301Ms: 100 }))).toEqual(events);
  });

  test.each([
    [-8, [[59, "reestablishment"]]],
    [
      -8.001,
      [
        [69, "connectionReleased"],
        [170, "setupFailure"],
      ],
    ],
  ] as const)("the access to a selected cell of %s dB is judged at Qout, not at Qin", (sinr1, events) => {
    expect(
      told(
        recoverIn(
          then(() => sinr1),
          { ...timers, t301Ms: 100 },
        ),
      ),
    ).toEqual(events);
  });

  test.each([
    ["one tick before T300 expires", 169, [[169, "connectionSetup"]]],
    ["on the tick on which it expires", 170, [[170, "connectionSetup"]]],
    [
      "one tick after",
      171,
      [
        [170, "setupFailure"],
        [181, "connectionSetup"],
      ],
    ],
  ] as const)("a setup that is answered %s", (_, from, events) => {
    // T311 expires at tick 139; the cell is selected at tick 150.
    const world = then((at) => (at !== 150 && at < from ? -20 : 5));
    expect(told(recoverIn(world, { ...timers, setupMs: 100, t300Ms: 200 }))).toEqual([
      [139, "connectionReleased"],
      ...events,
    ]);
  });

  test.each([
    [0, 0, 151],
    [100, 0, 160],
    [100, 300, 180],
    // A re-establishment that takes longer than T301 is none.
    [100, 900, 190],
  ] as const)(
    "a setup of %s ms, beside a re-establishment of %s ms, is done on tick %s",
    (setupMs, access, tick) => {
      const world = then((at) => (at < 150 ? -20 : 5));
      const handover = { ...timers, setupMs, reestablishmentAccessMs: access, t301Ms: 400 };
      expect(told(recoverIn(world, handover))).toEqual([
        [139, "connectionReleased"],
        [tick, "connectionSetup"],
      ]);
    },
  );

  test("a phone is served again no sooner by way of RRC_IDLE than by a re-establishment", () => {
    for (let from = 100; from < 200; from += 7) {
      const world = then((at) => (at < from ? -20 : 5));
      for (const reestablishmentAccessMs of [0, 50, 300]) {
        const served = (t311Ms: number): number =>
          recoverIn(world, { ...timers, t311Ms, reestablishmentAccessMs, setupMs: 0 })
            .filter(({ type }) => type === "reestablishment" || type === "connectionSetup")
            .at(-1)?.tick ?? Number.NaN;
        expect(served(1000)).toBeGreaterThanOrEqual(served(3000));
      }
    }
  });

  test.each([
    [90, 48],
    [100, 49],
    [101, 50],
  ] as const)("a candidate is selected %s ms after the failure, at tick %s", (cellSelectionMs, tick) => {
    const world = worldOf({
      cellCount: 2,
      tickCount: 200,
      rsrpDbm: (at, _, cell) => (cell === 0 ? (at < 39 ? -80 : -100) : -81),
      sinrDb: (at, _, cell) => (cell === 0 && at >= 20 ? -20 : 5),
    });
    const execute = { event: "a3", offsetDb: 15, hysteresisDb: 15, timeToTriggerMs: 0 };
    const handover = { t310Ms: 100, conditional: { filterCoefficient: 0, execute, cellSelectionMs } };
    const [command] = run(world, handover, "cho").filter(({ type }) => type === "handoverCommand");
    expect(command).toMatchObject({
      trigger: "recovery",
      tick,
    });
  });

  test("one candidate is tried after a failure; another is come to by a re-establishment", () => {
    // Cells 1 and 2 are candidates. Cell 1 is selected, cannot be reached, and from then on cell 2 is the best.
    const world = worldOf({
      cellCount: 3,
      tickCount: 300,
      rsrpDbm: (at, _, cell) => [at < 39 ? -80 : -100, at < 51 ? -81 : -100, -82][cell],
      sinrDb: (at, _, cell) => (cell === 0 ? (at < 20 ? 5 : -20) : cell === 1 ? (at < 51 ? 5 : -20) : 5),
    });
    const execute = { event: "a3", offsetDb: 15, hysteresisDb: 15, timeToTriggerMs: 0 };
    const events = run(world, { t310Ms: 100, conditional: { filterCoefficient: 0, execute } }, "cho");
    const after = events.filter(({ tick }) => tick > 39);
    expect(after.filter(({ type }) => type === "handoverCommand")).toMatchObject([
      { tick: 49, target: 1, trigger: "recovery" },
    ]);
    expect(after.filter(({ type }) => type === "handoverFailure")).toMatchObject([{ tick: 53, target: 1 }]);
    expect(after.filter(({ type }) => type === "reestablishment")).toMatchObject([{ tick: 73, cell: 2 }]);
    expect(after.filter(({ type }) => type === "preparationFailure")).toMatchObject([
      { target: 2, outcome: "cancelled", cause: "the phone left for a cell that was no candidate" },
    ]);
  });
});

describe("cell selection (TS 38.304 5.2.3.2)", () => {
  const criterion = { qRxLevMinDbm: -120, qQualMinDb: -20 };
  const choose = (rsrpDbm: readonly number[], sinrDb: readonly number[], of = criterion): number =>
    selectCell(
      of,
      { cellCount: rsrpDbm.length, rsrpDbm: Float64Array.from(rsrpDbm), sinrDb: Float64Array.from(sinrDb) },
      0,
    );

  test.each([
    [-119.999, 0],
    [-120, NONE],
    [-120.001, NONE],
  ] as const)("Srxlev at %s dBm: cell %s", (level, cell) => {
    expect(choose([level], [5])).toBe(cell);
  });

  test.each([
    // RSRQ -20 dB: 12 (1 + 1 / SINR) = 100, so that SINR = 12 / 88.
    [10 * Math.log10(12 / 88) + 0.001, 0],
    [10 * Math.log10(12 / 88) - 0.001, NONE],
  ] as const)("Squal at an SINR of %s dB: cell %s", (sinr, cell) => {
    expect(choose([-90], [sinr])).toBe(cell);
    expect(choose([-90], [sinr], { ...criterion, qQualMinDb: Number.NEGATIVE_INFINITY })).toBe(0);
  });

  test("the strongest of the cells that meet it is taken, not the strongest of all; of equals the first", () => {
    expect(choose([-80, -85, -83, -84], [-12, 5, -7, 5])).toBe(2);
    expect(choose([-80, -85, -85], [-12, 5, 5])).toBe(1);
    expect(choose([-80, Number.NaN, -121], [Number.NaN, 5, 5])).toBe(NONE);
  });

  test("what the scenario says is what the phone applies", () => {
    const silent = twoCells(() => 5, lost, 1000);
    expect(ticksOf(run(silent, { qRxLevMinDbm: -82 }), "reestablishment")).toEqual([0]);
    expect(ticksOf(run(silent, { qRxLevMinDbm: -80 }), "reestablishment")).toEqual([]);
    const weak = twoCells(() => -7, lost, 1000);
    // -7 dB of SINR are -18.6 dB of RSRQ.
    expect(ticksOf(run(weak, { qQualMinDb: -19 }), "reestablishment")).toEqual([0]);
    expect(ticksOf(run(weak, { qQualMinDb: -18 }), "reestablishment")).toEqual([]);
  });
});
