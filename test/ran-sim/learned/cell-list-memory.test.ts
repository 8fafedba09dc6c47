import { expect, test } from "vitest";
import { createHandOff, createStream, rowOf } from "#core";
import { createGraph, initialParameters } from "#core/model";
import { openOnnxSession } from "#core/node";
import type { RanEvent } from "../../../ran-sim/events.ts";
import type { Arm } from "../../../ran-sim/hand-off/arms/arm.ts";
import { asElement } from "../../../ran-sim/hand-off/compress.ts";
import { createPayloadLink } from "../../../ran-sim/hand-off/transport.ts";
import { createCellListMemory } from "../../../ran-sim/learned/cell-list-memory.ts";
import { createContextPolicy } from "../../../ran-sim/learned/context-policy.ts";
import {
  type ContextModel,
  createContextRuntime,
  declareContext,
} from "../../../ran-sim/learned/context-runtime.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { createSimulation } from "../../../ran-sim/simulate.ts";
import { CELL_LIST_SIZE, readCellList, writeCellList } from "../../../ran-sim/xn/cell-lists.ts";
import type { StandardIe, XnSent } from "../../../ran-sim/xn/index.ts";
import { encodeHistory } from "../../../ran-sim/xn/xnap/ue-history.ts";
import { encodeTrajectory } from "../../../ran-sim/xn/xnap/ue-trajectory.ts";
import { memoryOf, reportOf, smallShape } from "../support/context.ts";
import { roughWorld } from "../support/worlds.ts";

const model: ContextModel = {
  ...{ modelId: "context-list-test", shape: smallShape, latentBytes: null, startsFromList: true },
};

/** A runtime whose start is not the initial state: every parameter drawn. */
function runtimeOf(ueCount: number) {
  const graph = createGraph();
  declareContext(graph, model);
  const random = createStream(3, "list-test");
  const weights = initialParameters(graph, 1).map((value, i) => value + 0.3 * random.normal(i));
  return createContextRuntime(model, ueCount, { readWeights: async () => weights, open: openOnnxSession });
}

const elements: readonly StandardIe[] = ["ueHistory", "ueTrajectory"];

/** Phones with untrained weights that move a lot. */
const eager = {
  ...{ urgentMargin: 2, saferMargin: 1 },
  ...{ shortStayRisk: 0, gainDb: 0, greatestRisk: 1, minimumStayMs: 0 },
};

async function run(of: StandardIe, xn: object = {}) {
  const world = roughWorld(3, { tickCount: 1500 });
  const scenario = parseRanScenario({ measurement: { errorSigmaDb: 0 }, xn }, "test");
  const { ueCount, cellCount } = world;
  const runtime = runtimeOf(ueCount);
  const memory = createCellListMemory(memoryOf(runtime, { ueCount, cellCount }), runtime, of, ueCount);
  const link = createPayloadLink(scenario.xn, createStream(1, "xn"), of);
  const handOff = createHandOff({ ...asElement(of, cellCount), link });
  const arm: Arm = {
    name: of,
    policy: createContextPolicy(memory, eager, ueCount),
    procedure: "basic",
    handOff,
    sends: { what: "own" },
    standardIe: of,
  };
  const events: RanEvent[] = [];
  const sent: XnSent[] = [];
  await createSimulation({
    ...{ world, scenario, seed: 1, arms: [arm] },
    onTick: (_, __, happened) => void events.push(...happened),
    onXnMessage: (_, message) => void sent.push(message),
  }).advance(world.tickCount);
  return {
    events,
    sent,
    outcomes: events.flatMap((event) => (event.type === "latentReceived" ? [event.outcome] : [])),
  };
}

test.each(elements)(
  "%s: every handover over a perfect link starts from the element that its request carries",
  async (of) => {
    const { events, sent, outcomes } = await run(of);
    expect(outcomes.length).toBeGreaterThan(5);
    expect(new Set(outcomes)).toEqual(new Set(["warm"]));
    const requests = sent.flatMap(({ message }) => (message.type === "handoverRequest" ? [message] : []));
    const payloads = events.flatMap((event) => (event.type === "latentSent" ? [event.payload] : []));
    expect(sent.some(({ message }) => message.type === "privateMessage")).toBe(false);
    expect(payloads.length).toBe(requests.length);
    for (const [i, { history, trajectory }] of requests.entries()) {
      const octets = of === "ueHistory" ? encodeHistory(history) : encodeTrajectory(trajectory ?? []);
      expect(Array.from(payloads[i])).toEqual(Array.from(octets));
    }
  },
);

test("a history adds nothing to its request, a trajectory what its octets take there", async () => {
  const bytes = async (of: StandardIe) =>
    (await run(of)).events.flatMap((event) =>
      event.type === "latentSent" ? [event.xnBytes ?? Number.NaN] : [],
    );
  expect(new Set(await bytes("ueHistory"))).toEqual(new Set([0]));
  for (const added of await bytes("ueTrajectory")) {
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThanOrEqual(4 * Math.ceil((17 + 12 * smallShape.slots) / 4));
  }
});

test.each(elements)(
  "%s: one that is damaged starts the target cold and is counted, or says something else",
  async (of) => {
    const { outcomes } = await run(of, { corruptProbability: 1 });
    expect(outcomes.length).toBeGreaterThan(5);
    const reasons = new Set(outcomes);
    expect(reasons.has("malformed") || reasons.has("truncated")).toBe(true);
    for (const reason of reasons) expect(["warm", "malformed", "truncated"]).toContain(reason);
  },
);

test.each(elements)(
  "%s: a request that arrives late, or never, has no completion that it could start warm",
  async (of) => {
    const { outcomes } = await run(of, { lossProbability: 0.5, maximumRetransmissions: 0 });
    // What is in the request is there when the target has answered it.
    expect(outcomes.length).toBeGreaterThan(0);
    expect(new Set(outcomes)).toEqual(new Set(["warm"]));
  },
);

test.each(elements)("%s: a copy that is held back in the receiving node is late", async (of) => {
  const { outcomes } = await run(of, { reorderProbability: 1, reorderDelayMs: 5000 });
  expect(outcomes.length).toBeGreaterThan(5);
  expect(new Set(outcomes)).toEqual(new Set(["late"]));
});

const levels = [-88, -80, -97, -91, -84, -93];

async function started(list: Parameters<typeof writeCellList>[1], order?: readonly number[]) {
  const runtime = runtimeOf(1);
  const memory = createCellListMemory(memoryOf(runtime), runtime, "ueHistory", 1);
  const named = (cell: number) => order?.[cell] ?? cell;
  const report = levels.map((_, cell) => levels[order === undefined ? cell : order.indexOf(cell)]);
  await memory.observe(reportOf(0.04, [report], [named(0)]));
  memory.depart([{ ue: 0, source: named(0), target: named(1), history: [] }]);
  const row = new Float32Array(CELL_LIST_SIZE);
  writeCellList(
    row,
    list.map(({ cell, stayS }) => ({ cell: named(cell), stayS })),
  );
  memory.forget(0);
  await memory.write([0], { count: 1, size: CELL_LIST_SIZE, values: row });
  return (cell: number) => Array.from(memory.expectation(0, named(cell)) ?? [Number.NaN]);
}

test("what a target expects depends on the list, its order and its times", async () => {
  const list = [
    { cell: 0, stayS: 3 },
    { cell: 1, stayS: 10 },
  ];
  const base = (await started(list))(1);
  expect(base.every(Number.isFinite)).toBe(true);
  expect((await started(list.toReversed()))(1)).not.toEqual(base);
  expect((await started([{ cell: 0, stayS: 60 }, list[1]]))(1)).not.toEqual(base);
  expect((await started([]))(1)).not.toEqual(base);
});

test("the numbers of cells mean nothing to a list, and cells without a slot are only elsewhere", async () => {
  const list = [
    { cell: 0, stayS: 3 },
    { cell: 4, stayS: 1.5 },
    { cell: 2, stayS: 10 },
  ];
  const plain = await started(list);
  const permuted = await started(list, [3, 5, 0, 4, 1, 2]);
  // Cells 2 and 5 are too weak for four slots.
  const elsewhere = await started([list[0], list[1], { cell: 5, stayS: 10 }]);
  for (const cell of [0, 1, 3, 4]) {
    for (const [i, value] of plain(cell).entries()) {
      expect(permuted(cell)[i]).toBeCloseTo(value, 4);
      expect(elsewhere(cell)[i]).toBe(value);
    }
  }
});

test("times that no element can hold lead to no number that is none", async () => {
  for (const stayS of [Number.NaN, Number.POSITIVE_INFINITY, -5, 1e30]) {
    expect((await started([{ cell: 0, stayS }]))(1).every(Number.isFinite)).toBe(true);
  }
});

test("a departing phone's row is its history, or what its model expects", async () => {
  const runtime = runtimeOf(1);
  const history = [
    { cell: 0, stayS: 1.5 },
    { cell: 3, stayS: 2 },
  ];
  const rows = await Promise.all(
    elements.map(async (of) => {
      const memory = createCellListMemory(memoryOf(runtime), runtime, of, 1);
      await memory.observe(reportOf(0.04, [levels], [0]));
      memory.depart([{ ue: 0, source: 0, target: 4, history }]);
      return readCellList(rowOf(memory.read([0]), 0));
    }),
  );
  expect(rows[0]).toEqual(history);
  expect(rows[1][0].cell).toBe(4);
  expect(new Set(rows[1].map(({ cell }) => cell))).toEqual(new Set([0, 1, 3, 4]));
});
