import { expect, test } from "vitest";
import {
  add,
  defaultOptimizer,
  type Graph,
  multiply,
  type OptimizerSettings,
  square,
  startTraining,
  subtract,
  sum,
  train,
  trainingGraph,
} from "#core/model";
import { openOnnxSession } from "#core/node";

const SETTINGS: OptimizerSettings = {
  ...defaultOptimizer,
  learningRate: 0.05,
  warmupSteps: 4,
  totalSteps: 16,
  finalShare: 0.1,
  weightDecay: 0.2,
  clipNorm: 1.5,
};
const STEPS = 20;
const MATRIX = 6;
const COUNT = MATRIX + 3;
const target = Float32Array.from({ length: COUNT }, (_, i) => Math.sin(2 + i));
/** Some gradients are far above the clipping norm, some below. */
const strength = (step: number): number => [3, 0.1, 0.7][step % 3];

/** Half the squared distance of a matrix [2, 3] and a vector [3] from their targets: the gradient is the distance. */
function objective(graph: Graph) {
  const by = graph.input("strength", []);
  const towards = (name: string, shape: readonly number[], values: Float32Array) =>
    sum(
      square(subtract(graph.parameter(name, shape, { standardDeviation: 1 }), graph.constant(values, shape))),
    );
  const distance = add(
    towards("matrix", [2, 3], target.subarray(0, MATRIX)),
    towards("vector", [3], target.subarray(MATRIX)),
  );
  return { loss: multiply(distance, multiply(by, graph.constant([0.5], []))), watched: {} };
}

/**
 * AdamW as the paper writes it (Loshchilov and Hutter 2019, algorithm 2, decay times the scheduled rate), in double
 * precision, with the gradient clipped to a norm first (Pascanu, Mikolov, Bengio 2013, algorithm 1).
 */
function reference(parameters: Float32Array) {
  const { learningRate, warmupSteps, totalSteps, finalShare, weightDecay, clipNorm, beta1, beta2 } = SETTINGS;
  const values = Float64Array.from(parameters);
  const first = new Float64Array(COUNT);
  const second = new Float64Array(COUNT);
  const shown: { norm: number; rate: number }[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const gradient = values.map((value, i) => strength(step) * (value - target[i]));
    const norm = Math.hypot(...gradient);
    const clip = norm > clipNorm ? clipNorm / norm : 1;
    const progress = Math.min(1, Math.max(0, (step - warmupSteps) / (totalSteps - warmupSteps)));
    const cosine = finalShare + ((1 - finalShare) * (1 + Math.cos(Math.PI * progress))) / 2;
    const rate = learningRate * Math.min(1, step / warmupSteps) * cosine;
    for (let i = 0; i < COUNT; i++) {
      first[i] = beta1 * first[i] + (1 - beta1) * clip * gradient[i];
      second[i] = beta2 * second[i] + (1 - beta2) * (clip * gradient[i]) ** 2;
      const direction = first[i] / (1 - beta1 ** step) / (Math.sqrt(second[i] / (1 - beta2 ** step)) + 1e-8);
      values[i] -= rate * (direction + (i < MATRIX ? weightDecay * values[i] : 0));
    }
    shown.push({ norm, rate });
  }
  return { values, first, second, shown };
}

test("AdamW over 20 steps equals a plain reference: clipping, warm-up, cosine, decay of matrices only", async () => {
  const graph = trainingGraph(objective, SETTINGS);
  const session = await openOnnxSession(graph.onnx);
  const start = startTraining(graph, 2);
  const shown: { norm: number; rate: number }[] = [];
  const state = await train({
    session,
    graph,
    state: start,
    untilStep: STEPS,
    batch: (step) => ({ strength: Float32Array.of(strength(step)) }),
    onStep: ({ values }) => {
      shown.push({ norm: values.gradientNorm, rate: values.learningRate });
      return undefined;
    },
  });
  await session.close();
  const wanted = reference(start.parameters);
  // The case would prove little if every step were clipped, or none.
  expect(wanted.shown.some(({ norm }) => norm > SETTINGS.clipNorm)).toBe(true);
  expect(wanted.shown.some(({ norm }) => norm < SETTINGS.clipNorm)).toBe(true);
  // Twenty steps in single precision, each rounded to 2^-24 of a value near 1, and 1 - beta2 to a few 1e-6.
  const close = (got: ArrayLike<number>, expected: ArrayLike<number>): void => {
    for (let i = 0; i < expected.length; i++) expect(Math.abs(got[i] - expected[i])).toBeLessThan(1e-5);
  };
  close(state.parameters, wanted.values);
  close(state.firstMoment, wanted.first);
  close(state.secondMoment, wanted.second);
  close(
    shown.map(({ norm }) => norm),
    wanted.shown.map(({ norm }) => norm),
  );
  close(
    shown.map(({ rate }) => rate),
    wanted.shown.map(({ rate }) => rate),
  );
  // The floor of the schedule: a tenth of the peak from step 16 on.
  expect(shown.at(-1)?.rate).toBeCloseTo(0.005, 7);
});
