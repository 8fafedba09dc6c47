import { expect, test } from "vitest";
import { BadInputError, runExperiment } from "#core";
import { createGraph, initialParameters, type Session } from "#core/model";
import { openOnnxSession } from "#core/node";
import { createContextRuntime, declareContext } from "../../../ran-sim/learned/context-runtime.ts";
import { FEATURES } from "../../../ran-sim/learned/context-shape.ts";
import { createSharedStep } from "../../../ran-sim/learned/shared-step.ts";
import { contextModel, SYNTHETIC } from "../../../ran-sim/learned/weights.ts";
import { createReplayExperiment } from "../../../ran-sim/replay-experiment.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import type { MultiCellTrace } from "../../../ran-sim/trace/multi-cell-trace.ts";
import { roughWorld } from "../support/worlds.ts";

/** A session that doubles its input, and writes down for how many rows it ran. */
function doubling(rows: number, ran: number[]): Session {
  return {
    inputs: [],
    outputs: [],
    run: ({ x }) => {
      ran.push(rows);
      return { y: (x as Float32Array).map((value) => 2 * value) };
    },
    close: () => {},
  };
}

const widths = { inputs: { x: 1 }, outputs: { y: 1 } };

test("steps asked for at once run together in padded graphs, and each gets its own row", async () => {
  const ran: number[] = [];
  const step = createSharedStep(widths, async (rows) => doubling(rows, ran));
  const answers = await Promise.all(Array.from({ length: 141 }, (_, i) => step({ x: Float32Array.of(i) })));
  expect(answers.map(({ y }) => y[0])).toEqual(Array.from({ length: 141 }, (_, i) => 2 * i));
  expect(ran).toEqual([128, 16]);
  expect((await step({ x: Float32Array.of(-1) })).y[0]).toBe(-2);
  expect(ran.at(-1)).toBe(2);
});

test("a model that cannot be read is one error, the same for all that wait for it", async () => {
  const wrong = new BadInputError("unreadable-model", {
    subject: "weights.onnx",
    expected: "the parameter w [6,4]",
    got: "[6,5]",
  });
  const step = createSharedStep(widths, () => Promise.reject(wrong));
  const asked = [1, 2, 3].map((i) => step({ x: Float32Array.of(i) }));
  for (const one of asked) await expect(one).rejects.toBe(wrong);
});

test("a phone's step is the same to the last bit alone and among 95 others", async () => {
  const model = contextModel({ carried: "nothing" }, { seed: 1, on: SYNTHETIC });
  const graph = createGraph();
  declareContext(graph, model);
  const weights = initialParameters(graph, 1);
  const runtime = (count: number) =>
    createContextRuntime(model, count, { readWeights: async () => weights, open: openOnnxSession });
  const { slots } = model.shape;
  const one = runtime(1);
  const wave = (length: number, of: number) =>
    Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * of));
  const feedsOf = (of: number) => ({
    features: wave(slots * FEATURES, of),
    xn: new Float32Array(slots * slots),
    states: wave(one.stateSize, of + 0.5),
  });
  const alone = [];
  for (let i = 0; i < 96; i++) alone.push(await one.step(feedsOf(i)));
  const together = await Promise.all(alone.map((_, i) => one.step(feedsOf(i))));
  expect(together).toEqual(alone);
});

/** A trace of one phone in a rough world. */
function traceOf(seed: number, tickCount: number): MultiCellTrace {
  const world = roughWorld(seed, { ueCount: 1, tickCount });
  const { cellCount } = world;
  const rsrpDbm = new Float64Array(tickCount * cellCount);
  const sinrDb = new Float64Array(tickCount * cellCount);
  const out = { rsrpDbm: new Float32Array(cellCount), sinrDb: new Float32Array(cellCount) };
  for (let tick = 0; tick < tickCount; tick++) {
    world.radioAt(tick, out);
    rsrpDbm.set(out.rsrpDbm, tick * cellCount);
    sinrDb.set(out.sinrDb, tick * cellCount);
  }
  const cellIds = ["0", "1", "2", "3"];
  return { name: `t${seed}`, cellIds, sampleMs: 10, tickCount, rsrpDbm, sinrDb, group: `g${seed}` };
}

test("traces of different lengths give the same rows side by side as one after the other", async () => {
  const traces = [600, 150, 1, 900].map((ticks, i) => traceOf(i + 1, ticks));
  const scenario = parseRanScenario({}, "test");
  const make = () => createReplayExperiment({ name: "x", traces, scenario, arms: ["cold", "latent", "raw"] });
  const { together: _, ...oneByOne } = make();
  const expected = await runExperiment(oneByOne, { nowS: () => 0 });
  expect(await runExperiment(make(), { nowS: () => 0 })).toEqual(expected);
  expect(expected.flatMap(({ units }) => units).length).toBe(12);
});
