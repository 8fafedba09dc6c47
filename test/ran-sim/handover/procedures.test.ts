import { describe, expect, test } from "vitest";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { ueHistory } from "../../../ran-sim/handover/attachment.ts";
import { immediate, runArm, scenarioOf, twoCells } from "../support/run-arm.ts";
import { worldOf } from "../support/worlds.ts";

const told = (events: readonly RanEvent[]): [number, string][] =>
  events.filter(({ tick }) => tick > 0).map(({ tick, type }) => [tick, type]);
const good = (): number => 5;
const fine = twoCells(good, good);

describe("the messages of a handover, in their order (TS 38.300 9.2.3.2.1)", () => {
  test("basic: report, request, acknowledgement, command, access, completion, path switch, release", () => {
    expect(told(runArm(fine, scenarioOf(immediate)))).toEqual([
      [116, "report"],
      [116, "handoverRequest"],
      [119, "handoverAcknowledge"],
      [121, "handoverCommand"],
      [121, "snStatusTransfer"],
      [123, "randomAccess"],
      [125, "handoverComplete"],
      [125, "pathSwitchRequest"],
      [126, "pathSwitchAcknowledge"],
      [126, "ueContextRelease"],
    ]);
  });

  test("conditional: prepared when near, left for when the phone's own condition is met", () => {
    // From tick 100 cell 1 is 1 dB weaker, in reach of the early event; from 200 on it is stronger.
    const world = worldOf({
      cellCount: 2,
      tickCount: 400,
      rsrpDbm: (tick, _, cell) => (cell === 0 ? -80 : tick < 100 ? -100 : tick < 200 ? -81 : -70),
      sinrDb: good,
    });
    expect(
      told(
        runArm(
          world,
          scenarioOf({ ...immediate, handover: { conditional: { filterCoefficient: 0 } } }),
          "cho",
        ),
      ),
    ).toEqual([
      [104, "report"],
      [104, "handoverRequest"],
      [107, "handoverAcknowledge"],
      [109, "candidateConfiguration"],
      [216, "handoverCommand"],
      [218, "randomAccess"],
      [220, "handoverComplete"],
      [220, "handoverSuccess"],
      [220, "snStatusTransfer"],
      [220, "pathSwitchRequest"],
      [221, "pathSwitchAcknowledge"],
      [221, "ueContextRelease"],
    ]);
  });

  test("LTM: synchronised early, switched by MAC CE, without service for 5 ms", () => {
    const world = worldOf({
      cellCount: 2,
      tickCount: 400,
      rsrpDbm: (tick, _, cell) => (cell === 0 ? -80 : tick < 100 ? -100 : tick < 200 ? -81 : -70),
      sinrDb: good,
    });
    const events = runArm(
      world,
      scenarioOf({ ...immediate, handover: { ltm: { filterCoefficient: 0 } } }),
      "ltm",
    );
    expect(told(events).filter(([, type]) => type !== "report")).toEqual([
      [104, "handoverRequest"],
      [107, "handoverAcknowledge"],
      [109, "candidateConfiguration"],
      [113, "earlySynchronisation"],
      [209, "handoverCommand"],
      [209, "snStatusTransfer"],
      [210, "handoverComplete"],
      [210, "pathSwitchRequest"],
      [211, "pathSwitchAcknowledge"],
      [211, "ueContextRelease"],
    ]);
    expect(events.find(({ type }) => type === "handoverComplete")).toMatchObject({ interruptionMs: 5 });
    const late = scenarioOf({ ...immediate, handover: { ltm: { earlySynchronisation: false } } });
    expect(runArm(world, late, "ltm").find(({ type }) => type === "handoverComplete")).toMatchObject({
      interruptionMs: 20,
    });
  });

  test("DAPS: the source serves until the target does, but for 2 ms", () => {
    const served: number[] = [];
    const events = runArm(fine, scenarioOf(immediate), "daps", (state) => served.push(state.serving[0]));
    expect(events.find(({ type }) => type === "handoverComplete")).toMatchObject({
      tick: 125,
      interruptionMs: 2,
    });
    expect(served.slice(118, 127)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1]);
  });
});

describe("failures on the way", () => {
  test("a DAPS target out of reach leaves the phone on its source, without a recovery", () => {
    const events = runArm(
      twoCells(good, () => -20),
      scenarioOf(immediate),
      "daps",
    );
    expect(events.find(({ type }) => type === "handoverFailure")).toMatchObject({ state: 3, fallback: true });
    expect(events.filter(({ type }) => type === "reestablishment").length).toBe(1);
  });

  test("a random access that fails is tried again until T304 leaves no time for another", () => {
    const world = twoCells(good, (tick) => (tick < 126 ? -20 : 5));
    const once = runArm(world, scenarioOf({ ...immediate, handover: { t304Ms: 50 } }));
    expect(once.find(({ type }) => type === "handoverFailure")).toMatchObject({ tick: 125, state: 3 });
    const twice = runArm(world, scenarioOf({ ...immediate, handover: { t304Ms: 100 } }));
    expect(twice.find(({ type }) => type === "handoverComplete")).toMatchObject({
      tick: 127,
      interruptionMs: 60,
    });
  });

  test("conditional handover recovers in a candidate, sooner than by re-establishment", () => {
    // Cell 0 dies at tick 200 while cell 1 is a candidate whose condition has not been met.
    const world = worldOf({
      cellCount: 2,
      tickCount: 600,
      rsrpDbm: (tick, _, cell) => (cell === 0 ? (tick < 250 ? -80 : -100) : tick < 100 ? -100 : -81),
      sinrDb: (tick, _, cell) => (cell === 0 && tick >= 200 ? -20 : 5),
    });
    const handover = {
      t310Ms: 500,
      conditional: {
        filterCoefficient: 0,
        execute: { event: "a3", offsetDb: 15, hysteresisDb: 15, timeToTriggerMs: 0 },
      },
    };
    const events = runArm(world, scenarioOf({ ...immediate, handover }), "cho");
    const failed = events.find(({ type }) => type === "radioLinkFailure")?.tick ?? Number.NaN;
    expect(events.find(({ type }) => type === "handoverCommand")).toMatchObject({
      tick: failed + 10,
      trigger: "recovery",
    });
    expect(events.find(({ type }) => type === "handoverComplete")).toMatchObject({ tick: failed + 14 });
    const without = { ...handover, conditional: { ...handover.conditional, recovery: false } };
    const slower = runArm(world, scenarioOf({ ...immediate, handover: without }), "cho");
    expect(slower.at(-1)).toMatchObject({ type: "reestablishment", tick: failed + 20 });
  });

  test("without a suitable cell T311 ends in RRC_IDLE, and the outage goes on until the phone is served", () => {
    const world = twoCells(
      (tick) => (tick < 20 || tick > 400 ? 5 : -20),
      () => -20,
      1000,
    );
    const events = runArm(world, scenarioOf(immediate));
    const failed = events.find(({ type }) => type === "radioLinkFailure")?.tick ?? Number.NaN;
    expect(events.find(({ type }) => type === "connectionReleased")).toMatchObject({
      tick: failed + 100,
      timer: "T311",
    });
    // 200 ms of RRC setup from the first tick on which the cell can be selected.
    expect(events.at(-1)).toMatchObject({ type: "connectionSetup", tick: 421, cell: 0, sinceTick: failed });
  });

  test("a re-establishment that the cell does not answer ends with T301", () => {
    const world = twoCells(
      (tick) => (tick < 20 || tick === 149 ? 5 : -20),
      () => -20,
      1000,
    );
    const handover = { reestablishmentAccessMs: 20, t301Ms: 100 };
    const events = runArm(world, scenarioOf({ ...immediate, handover }));
    expect(events.filter(({ type }) => type === "connectionReleased")).toMatchObject([
      { tick: 159, timer: "T301" },
    ]);
  });

  test("TXnRELOCoverall gives up waiting for a release that comes later", () => {
    const handover = { overallTimeoutMs: 40 };
    expect(told(runArm(fine, scenarioOf({ ...immediate, handover })))).toContainEqual([
      123,
      "relocationTimeout",
    ]);
  });
});

test("a full cell refuses, and says why", () => {
  const world = twoCells(good, good, 100, 3);
  const handover = { cellCapacityUes: 2 };
  const events = runArm(world, scenarioOf({ ...immediate, handover }));
  const done = events.filter(({ type }) => type === "handoverComplete").map(({ ue }) => ue);
  expect(done).toEqual([0, 1]);
  expect(events.find(({ type }) => type === "preparationFailure")).toMatchObject({
    ue: 2,
    outcome: "refused",
    cause: "no radio resources available in target cell",
  });
});

test("the history names the last cells with their times of stay, at most sixteen (TS 38.413 9.3.1.95)", () => {
  const seen: (readonly { readonly cell: number; readonly stayS: number }[])[] = [];
  const world = worldOf({
    cellCount: 3,
    tickCount: 1200,
    rsrpDbm: (tick, _, cell) => (cell === Math.floor(tick / 50) % 3 ? -80 : -90),
    sinrDb: good,
  });
  runArm(
    world,
    scenarioOf({ ...immediate, a3: { filterCoefficient: 0, timeToTriggerMs: 0 } }),
    "a3",
    (state) => seen.push(ueHistory(state, 0, 10)),
  );
  // Handovers at 50, 100, ...; each is complete 90 ms after its trigger, and the stay ends with the command.
  expect(seen[160].map(({ cell }) => cell)).toEqual([0, 2, 1, 0]);
  expect(seen[160].slice(1).map(({ stayS }) => stayS)).toEqual([0.46, 0.46, 0.55]);
  expect(Math.max(...seen.map(({ length }) => length))).toBe(16);
});

test("a phone that re-establishes in the cell that it lost has that cell in its history once, with the whole stay", () => {
  const seen: (readonly { readonly cell: number; readonly stayS: number }[])[] = [];
  // Cell 1 takes over at tick 25, is lost from tick 60 to 100, and hands back when cell 0 is better from tick 250 on.
  const world = worldOf({
    cellCount: 2,
    tickCount: 400,
    rsrpDbm: (tick, _, cell) => (cell === (tick >= 16 && tick < 250 ? 1 : 0) ? -80 : -90),
    sinrDb: (tick, _, cell) =>
      cell === 1 && tick >= 60 && tick < 100 ? -20 : cell === 0 && tick < 250 && tick > 30 ? -20 : 5,
  });
  const handover = { t310Ms: 100 };
  const a3 = { filterCoefficient: 0, timeToTriggerMs: 0 };
  const events = runArm(world, scenarioOf({ ...immediate, a3, handover }), "a3", (state) =>
    seen.push(ueHistory(state, 0, 10)),
  );
  // T310 runs from tick 69 to 79; in sync again at tick 100.
  expect(events.filter(({ type }) => type === "reestablishment")).toMatchObject([
    { tick: 0, cell: 0 },
    { tick: 100, cell: 1, sinceTick: 79 },
  ]);
  expect(events.filter(({ type }) => type === "handoverComplete").map(({ tick }) => tick)).toEqual([25, 259]);
  expect(seen[90].map(({ cell }) => cell)).toEqual([1, 0]);
  expect(seen[200].map(({ cell }) => cell)).toEqual([1, 0]);
  // Left with the commands of ticks 21 and 255.
  expect(seen[260].slice(1)).toEqual([
    { cell: 1, stayS: 2.3 },
    { cell: 0, stayS: 0.21 },
  ]);
});
