import { expect, test } from "vitest";
import { createHandOff, createStream, rowOf, type VectorHandOff } from "#core";
import { createGraph, initialParameters } from "#core/model";
import { openOnnxSession } from "#core/node";
import type { RanEvent } from "../../../ran-sim/events.ts";
import type { Arm } from "../../../ran-sim/hand-off/arms/arm.ts";
import { vendorsOf } from "../../../ran-sim/hand-off/arms/vendor-arms.ts";
import { createPayloadLink } from "../../../ran-sim/hand-off/transport.ts";
import { createAcrossProjector, declareAcross } from "../../../ran-sim/learned/across-vendors.ts";
import { createContextPolicy } from "../../../ran-sim/learned/context-policy.ts";
import type { ContextModel } from "../../../ran-sim/learned/context-runtime.ts";
import { LAST_VALUES } from "../../../ran-sim/learned/context-shape.ts";
import { createVendorHandOff, createVendorMemory } from "../../../ran-sim/learned/vendor-memory.ts";
import type { Vendor } from "../../../ran-sim/learned/weights.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { createSimulation } from "../../../ran-sim/simulate.ts";
import { memoryOf, reportOf, seededRuntime, smallModel, smallShape } from "../support/context.ts";
import { roughWorld } from "../support/worlds.ts";

const narrowModel: ContextModel = {
  ...{ modelId: "context-test-b", latentBytes: smallModel.latentBytes },
  shape: { ...smallShape, slotWidth: 3, ueWidth: 5, messageWidth: 4 },
};
const models = { a: smallModel, b: narrowModel };
const BYTES = 8;

function networkOf(ueCount: number, cellCount: number, vendors: readonly Vendor[]) {
  const runtimes = { a: seededRuntime(ueCount, smallModel), b: seededRuntime(ueCount, narrowModel, 2) };
  const memories = {
    a: memoryOf(runtimes.a, { ueCount, cellCount }),
    b: memoryOf(runtimes.b, { ueCount, cellCount }),
  };
  return { runtimes, memories, memory: createVendorMemory(memories, vendors, ueCount) };
}

const levels = [-88, -80, -97, -91, -84, -93];
const vendors: readonly Vendor[] = ["a", "b", "a", "b", "a", "b"];

test("a phone is remembered by the vendor of its cell, as by that vendor alone", async () => {
  const { memory, runtimes } = networkOf(1, 6, vendors);
  const alone = memoryOf(runtimes.b);
  for (const each of [memory, alone]) {
    await each.observe(reportOf(0.04, [levels], [1]));
    await each.observe(reportOf(0.08, [levels.map((level) => level + 2)], [1]));
  }
  expect(Array.from(memory.expectation(0, 1) ?? [])).toEqual(Array.from(alone.expectation(0, 1) ?? []));
});

test("between vendors the candidate list goes along, and the state is one of the receiver's size", async () => {
  const { memory, memories } = networkOf(1, 6, vendors);
  await memory.observe(reportOf(0.04, [levels], [0]));
  memory.depart?.([{ ue: 0, source: 0, target: 1 }]);
  expect(memory.wayOf(0)).toEqual({ from: "a", to: "b" });
  const listed = [...memories.a.departure(0).cells];
  memory.forget(0);
  const own = rowOf(memory.read([0]), 0);
  expect(Array.from(own.subarray(memories.b.stateSize)).every((value) => value === 0)).toBe(true);
  const arrived = memory.read([0]);
  const { slotWidth, slots } = narrowModel.shape;
  for (let slot = 0; slot < slots; slot++) arrived.values[(slot + 1) * (slotWidth + LAST_VALUES) - 1] = 1;
  await memory.write([0], arrived);
  expect([...memory.cellsOf(0)]).toEqual(listed);
  expect(memory.expectation(0, 1)).toBeDefined();
  expect(memories.a.expectation(0, 1)).toBeUndefined();
});

test("phones are of one vendor where the cells that serve them are", async () => {
  const { memory } = networkOf(3, 6, vendors);
  await memory.observe(reportOf(0.04, [levels, levels, levels], [0, 1, 2]));
  expect([memory.isOfOneVendor(0, 2), memory.isOfOneVendor(0, 1)]).toEqual([true, false]);
});

test("cells are of the vendors by the parity of their sites, of a trace by that of their numbers", () => {
  expect(vendorsOf({ cellCount: 3 })).toEqual(["a", "b", "a"]);
  const layout = { cells: [{ site: 0 }, { site: 0 }, { site: 1 }] };
  expect(vendorsOf({ cellCount: 3, layout })).toEqual(["a", "a", "b"]);
});

const eager = {
  ...{ urgentMargin: 2, saferMargin: 1 },
  ...{ shortStayRisk: 0, gainDb: 0, greatestRisk: 1, minimumStayMs: 0 },
};

/** Returns what happens where the vendors project each other's latents, or refuse them; `shuffled`: those of other phones. */
async function run(across: boolean, shuffled = false): Promise<readonly RanEvent[]> {
  const world = roughWorld(3, { tickCount: 1500 });
  const { ueCount, cellCount } = world;
  const { runtimes, memory } = networkOf(ueCount, cellCount, vendors);
  const scenario = parseRanScenario({ measurement: { errorSigmaDb: 0 } }, "test");
  const link = createPayloadLink(scenario.xn, createStream(1, "xn"));
  const stepsOf = (vendor: Vendor) => {
    const { steps } = runtimes[vendor];
    if (steps === null) throw new Error("a model with a latent has steps");
    return steps;
  };
  const own = (vendor: Vendor): VectorHandOff =>
    createHandOff({ ...stepsOf(vendor), precision: "int8", link });
  const handOffs = { a: own("a"), b: own("b") };
  const to = (from: Vendor, receiver: Vendor): VectorHandOff => {
    if (from === receiver || !across) return handOffs[receiver];
    const model = { modelId: `across-to-${receiver}`, shape: models[receiver].shape, latentBytes: BYTES };
    const graph = createGraph();
    declareAcross(graph, model);
    const projector = createAcrossProjector(model, models[from].modelId, {
      readWeights: async () => initialParameters(graph, 1),
      open: openOnnxSession,
    });
    return createHandOff({ compressor: stepsOf(from).compressor, projector, precision: "int8", link });
  };
  const receivers = { a: { a: to("a", "a"), b: to("a", "b") }, b: { a: to("b", "a"), b: to("b", "b") } };
  const sizes = { a: runtimes.a.stateSize, b: runtimes.b.stateSize };
  const handOff = createVendorHandOff(handOffs, receivers, sizes, memory.wayOf);
  const arm: Arm = {
    name: "vendors",
    policy: createContextPolicy(memory, eager, ueCount),
    procedure: "basic",
    handOff,
    sends: shuffled ? { what: "another", among: memory.isOfOneVendor } : { what: "own" },
  };
  const events: RanEvent[] = [];
  await createSimulation({
    ...{ world, scenario, seed: 1, arms: [arm] },
    onTick: (_, __, happened) => void events.push(...happened),
  }).advance(world.tickCount);
  return events;
}

const outcomesBy = (events: readonly RanEvent[], between: boolean) =>
  events.flatMap((event) =>
    event.type === "latentReceived" && (vendors[event.source] !== vendors[event.target]) === between
      ? [event.outcome]
      : [],
  );

test("with projectors every handover is warm, within a vendor and between the two", async () => {
  const events = await run(true);
  for (const between of [false, true]) {
    const outcomes = outcomesBy(events, between);
    expect(outcomes.length).toBeGreaterThan(2);
    expect(new Set(outcomes)).toEqual(new Set(["warm"]));
  }
});

test("the latent of another phone of the sender's vendor is as welcome, and leads elsewhere", async () => {
  const events = await run(true, true);
  for (const between of [false, true]) {
    expect(new Set(outcomesBy(events, between))).toEqual(new Set(["warm"]));
  }
  const completions = (of: readonly RanEvent[]) =>
    of.flatMap(({ type, tick, ue }) => (type === "handoverComplete" ? [[tick, ue]] : []));
  expect(completions(events)).not.toEqual(completions(await run(true)));
});

test("without them another vendor's latent is refused, and counted as another model's", async () => {
  const events = await run(false);
  expect(new Set(outcomesBy(events, false))).toEqual(new Set(["warm"]));
  expect(outcomesBy(events, true).length).toBeGreaterThan(2);
  expect(new Set(outcomesBy(events, true))).toEqual(new Set(["wrong-model"]));
});
