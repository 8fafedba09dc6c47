import { createStream } from "#core";
import {
  createGraph,
  elementCount,
  initialParameters,
  type OptimizerSettings,
  type Shape,
} from "#core/model";

/** The step that all engines take: a gated recurrent unit over 16 steps, a linear head, mean squared error, AdamW. */
export const SIZE = { batch: 256, steps: 16, width: 64, inputs: 32, outputs: 8 } as const;

export const SETTINGS: OptimizerSettings = {
  learningRate: 1e-3,
  warmupSteps: 10,
  totalSteps: 1000,
  finalShare: 0.05,
  weightDecay: 0.01,
  clipNorm: 1,
  beta1: 0.9,
  beta2: 0.98,
};

/** An engine that is ready to step. */
export interface Engine {
  /** Takes one step and returns the loss before it. */
  step(): Promise<number>;
}

const { batch, steps, width, inputs, outputs } = SIZE;

/** Parameters in one order for all engines: weights and biases from the input, from the state, of the head. */
export const SHAPES: readonly Shape[] = [
  [inputs, 3 * width],
  [3 * width],
  [width, 3 * width],
  [3 * width],
  [width, outputs],
  [outputs],
];

const random = createStream(1, "bench");
const normals = (count: number, entity: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => random.normal(entity, i));

/** Inputs of each time step [batch, inputs], and targets [batch, outputs]. */
export const timeSteps = Array.from({ length: steps }, (_, t) => normals(batch * inputs, t));
export const targets = normals(batch * outputs, steps);

/** Returns the parameters as they start, one array a shape. */
export function startParameters(): Float32Array[] {
  const graph = createGraph();
  SHAPES.forEach((shape, i) => {
    const initial = shape.length === 1 ? { constant: 0 } : { standardDeviation: 1 / Math.sqrt(shape[0]) };
    graph.parameter(`p${i}`, shape, initial);
  });
  const values = initialParameters(graph, 1);
  let at = 0;
  return SHAPES.map((shape) => {
    const part = values.slice(at, at + elementCount(shape));
    at += part.length;
    return part;
  });
}

/** Returns the learning rate of a step, counted from 1, and what takes the bias out of the two moments. */
export function schedule(step: number): {
  readonly rate: number;
  readonly bias1: number;
  readonly bias2: number;
} {
  const { learningRate, warmupSteps, totalSteps, finalShare, beta1, beta2 } = SETTINGS;
  const progress = Math.min(1, Math.max(0, (step - warmupSteps) / (totalSteps - warmupSteps)));
  const fall = finalShare + ((1 - finalShare) * (1 + Math.cos(Math.PI * progress))) / 2;
  return {
    rate: learningRate * Math.min(1, step / warmupSteps) * fall,
    bias1: 1 / (1 - beta1 ** step),
    bias2: 1 / (1 - beta2 ** step),
  };
}
