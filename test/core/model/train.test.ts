import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  add,
  createGraph,
  DivergedError,
  defaultOptimizer,
  initialParameters,
  multiply,
  readParameters,
  type Session,
  sqrt,
  startTraining,
  sum,
  type TrainingRecord,
  type TrainingState,
  toOnnx,
  train,
  trainingGraph,
} from "#core/model";
import { loadCheckpoint, openOnnxSession, saveCheckpoint } from "#core/node";
import { RECALL, RECALL_OPTIMIZER, recallBatch, recallLogits, recallObjective } from "./recall-model.ts";

const graph = trainingGraph(recallObjective, RECALL_OPTIMIZER);
const batch = (step: number) => recallBatch(1, step);
let session: Session;

beforeAll(async () => {
  session = await openOnnxSession(graph.onnx);
});
afterAll(() => session.close());

const run = (untilStep: number, state: TrainingState = startTraining(graph, 3), opened = session) =>
  train({ session: opened, graph, state, untilStep, batch });

test("a GRU learns to recall a symbol over seven steps of noise: cross-entropy from ln 4 to below 0.05", async () => {
  const losses: number[] = [];
  const state = await train({
    session,
    graph,
    state: startTraining(graph, 3),
    untilStep: 200,
    batch,
    onStep: ({ values }) => {
      losses.push(values.loss);
      return undefined;
    },
  });
  expect(losses[0]).toBeCloseTo(Math.log(RECALL.symbols), 0);
  expect(Math.max(...losses.slice(-5))).toBeLessThan(0.05);
  expect(state.step).toBe(200);
});

test("two runs from one seed are equal bit for bit, in one session and in two", async () => {
  const first = await run(20);
  expect(await run(20)).toEqual(first);
  const another = await openOnnxSession(graph.onnx);
  expect(await run(20, startTraining(graph, 3), another)).toEqual(first);
  await another.close();
});

test("another seed starts from other parameters", () => {
  expect(startTraining(graph, 4).parameters).not.toEqual(startTraining(graph, 3).parameters);
});

test("a run that is stopped, saved, loaded and resumed equals one that was not stopped", async () => {
  const uninterrupted = await run(20);
  const stopped = await train({
    session,
    graph,
    state: startTraining(graph, 3),
    untilStep: 20,
    batch,
    onStep: ({ step }) => (step === 8 ? "stop" : undefined),
  });
  expect(stopped.step).toBe(8);
  const path = join(await mkdtemp(join(tmpdir(), "baton-")), "checkpoint");
  await saveCheckpoint(path, stopped, graph);
  expect(await run(20, await loadCheckpoint(path, graph))).toEqual(uninterrupted);
});

test("each step shows the loss, the gradient's norm, the learning rate and what the model watches", async () => {
  const records: TrainingRecord[] = [];
  await train({
    session,
    graph,
    state: startTraining(graph, 3),
    untilStep: 2,
    batch,
    onStep: (record) => {
      records.push(record);
      return undefined;
    },
  });
  expect(records.map(({ step }) => step)).toEqual([1, 2]);
  expect(Object.keys(records[0].values)).toEqual(["loss", "gradientNorm", "learningRate", "meanLogit"]);
  // Warm-up: the first of ten steps has a tenth of the rate.
  expect(records[0].values.learningRate).toBeCloseTo(RECALL_OPTIMIZER.learningRate / 10, 7);
});

test("a batch that is not a number stops training, and the state before it goes on", async () => {
  let before = startTraining(graph, 3);
  const broken = train({
    session,
    graph,
    state: before,
    untilStep: 5,
    batch: (step) =>
      step < 3
        ? batch(step)
        : { ...batch(step), inputs: new Float32Array(batch(step).inputs.length).fill(NaN) },
    onStep: (_, state) => {
      before = state;
      return undefined;
    },
  });
  await expect(broken).rejects.toThrow(DivergedError);
  await expect(broken).rejects.toThrow("diverged at step 3: the loss is NaN");
  expect(before.step).toBe(2);
  expect(await run(5, before)).toEqual(await run(5));
});

test("a gradient that is not a number stops training though the loss is one", async () => {
  // The root of 0 is 0, its slope infinite; times a slope of 0 inside gives NaN.
  const steep = trainingGraph((g) => {
    const weight = g.parameter("weight", [2], { constant: 1 });
    return { loss: sum(sqrt(multiply(weight, g.constant([0], [])))), watched: {} };
  }, defaultOptimizer);
  const opened = await openOnnxSession(steep.onnx);
  const state = startTraining(steep, 1);
  const training = train({ session: opened, graph: steep, state, untilStep: 3, batch: () => ({}) });
  await expect(training).rejects.toThrow("diverged at step 1: the loss is 0, the gradient's norm NaN");
  expect(state.parameters).toEqual(Float32Array.of(1, 1));
  await opened.close();
});

test("training to a step that is reached returns the state given", async () => {
  const state = startTraining(graph, 3);
  expect(await run(0, state)).toBe(state);
});

test("a loss of more than one number is refused", () => {
  expect(() =>
    trainingGraph((g) => {
      const weight = g.parameter("weight", [2], { constant: 1 });
      return { loss: add(weight, weight), watched: {} };
    }, defaultOptimizer),
  ).toThrow("the loss must be one number, got shape [2]");
});

test("a trained graph and the inference session of the same definition agree to 1e-5, at any batch size", async () => {
  const { parameters, step } = await run(40);
  const feeds = batch(41);
  const symbols = feeds.symbol as BigInt64Array;
  const whole = createGraph();
  whole.output("logits", recallLogits(whole, RECALL.batch));
  const onnx = toOnnx(whole, parameters);
  const inference = await openOnnxSession(onnx);
  const fed = await openOnnxSession(toOnnx(whole));
  const logits = (await inference.run({ inputs: feeds.inputs })).logits as Float32Array;
  const fedLogits = (await fed.run({ inputs: feeds.inputs, parameters })).logits as Float32Array;
  expectClose(fedLogits, logits);

  // The training step shows the loss before it moves the parameters.
  let trainingLoss = NaN;
  await train({
    session,
    graph,
    state: { ...startTraining(graph, 3), step, parameters },
    untilStep: 41,
    batch,
    onStep: ({ values }) => {
      trainingLoss = values.loss;
      return "stop";
    },
  });
  expect(Math.abs(trainingLoss - crossEntropy(logits, symbols))).toBeLessThan(1e-5);

  const one = createGraph();
  one.output("logits", recallLogits(one, 1));
  const single = await openOnnxSession(toOnnx(one, readParameters(one, onnx, "the weights")));
  for (const row of [0, 17]) {
    const { symbols: size, length, batch: rows } = RECALL;
    const inputs = Float32Array.from({ length: length * size }, (_, i) => {
      const time = Math.floor(i / size);
      return Number(feeds.inputs[(time * rows + row) * size + (i % size)]);
    });
    const result = (await single.run({ inputs })).logits as Float32Array;
    expectClose(result, logits.subarray(row * size, (row + 1) * size));
  }
  for (const opened of [inference, fed, single]) await opened.close();
});

test("parameters start as a function of the seed and of their place, biases at 0", () => {
  const g = createGraph();
  recallLogits(g, 1);
  const values = initialParameters(g, 5);
  expect(initialParameters(g, 5)).toEqual(values);
  expect(values.subarray(values.length - RECALL.symbols)).toEqual(new Float32Array(RECALL.symbols));
  expect(() => toOnnx(g, values.subarray(1))).toThrow(`the graph has ${values.length} parameters`);
});

function expectClose(got: Float32Array, wanted: Float32Array): void {
  expect(got.length).toBe(wanted.length);
  for (const [i, value] of got.entries()) expect(Math.abs(value - wanted[i])).toBeLessThan(1e-5);
}

/** Returns the mean cross-entropy in nats, in double precision. */
function crossEntropy(logits: Float32Array, symbols: BigInt64Array): number {
  const { symbols: size } = RECALL;
  let total = 0;
  for (const [row, symbol] of symbols.entries()) {
    const scores = [...logits.subarray(row * size, (row + 1) * size)];
    total += Math.log(scores.reduce((all, score) => all + Math.exp(score), 0)) - scores[Number(symbol)];
  }
  return total / symbols.length;
}
