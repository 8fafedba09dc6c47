import { createStream } from "../random/stream.ts";
import { reshape } from "./arithmetic.ts";
import { gradients } from "./gradient.ts";
import type { Tensor } from "./graph.ts";
import { createGraph, type Graph } from "./graph.ts";
import { type NamedParameters, withNamedParameters } from "./named-parameters.ts";
import { PARAMETERS_INPUT, parameterCount, parameterPlaces, toOnnx } from "./onnx-file.ts";
import { adamW, type OptimizerSettings } from "./optimizer.ts";
import { concat } from "./parts.ts";
import { elementCount } from "./shape.ts";

/** What a model's definition says: the number to minimise, and others worth watching. All scalars. */
export interface Objective {
  readonly loss: Tensor;
  readonly watched: Readonly<Record<string, Tensor>>;
}

/** A whole training step as one ONNX graph, and what is needed to start it. */
export interface TrainingGraph {
  readonly onnx: Uint8Array;
  readonly parameterCount: number;
  /** Names of the watched values, `loss`, `gradientNorm` and `learningRate` first. */
  readonly watched: readonly string[];
  /** Returns parameters [parameterCount] as they are before the first step: a function of the seed only. */
  initialParameters(seed: number): Float32Array;
  /** Returns `parameters` with some of them replaced, by name; see `withNamedParameters`. */
  withParameters(parameters: Float32Array, replaced: NamedParameters): Float32Array;
}

/** Names of a training graph's state: fed at every step and returned by it. */
export const stateNames = {
  parameters: { input: PARAMETERS_INPUT, output: "nextParameters" },
  firstMoment: { input: "firstMoment", output: "nextFirstMoment" },
  secondMoment: { input: "secondMoment", output: "nextSecondMoment" },
} as const;

/** The input that counts steps from 1, []. */
export const STEP_INPUT = "step";

/**
 * Returns the training step of a model: forward, backward, clipping, AdamW and the learning rate's schedule in one
 * graph. `define` declares the model's inputs and parameters on the graph it is given. Throws RangeError when the
 * loss is not one number.
 */
export function trainingGraph(
  define: (graph: Graph) => Objective,
  settings: OptimizerSettings,
): TrainingGraph {
  const graph = createGraph();
  const { loss, watched } = define(graph);
  const count = parameterCount(graph);
  const leaves = graph.parameters.map(({ tensor }) => tensor);
  const flat = (tensors: readonly Tensor[]): Tensor =>
    concat(
      tensors.map((tensor) => reshape(tensor, [elementCount(tensor.shape)])),
      0,
    );
  const step = graph.input(STEP_INPUT, []);
  const next = adamW(settings, {
    parameters: flat(leaves),
    gradient: flat(gradients(loss, leaves)),
    firstMoment: graph.input(stateNames.firstMoment.input, [count]),
    secondMoment: graph.input(stateNames.secondMoment.input, [count]),
    decays: graph.constant(decayingParameters(graph), [count]),
    step,
  });
  graph.output(stateNames.parameters.output, next.parameters);
  graph.output(stateNames.firstMoment.output, next.firstMoment);
  graph.output(stateNames.secondMoment.output, next.secondMoment);
  const shown = { loss, gradientNorm: next.gradientNorm, learningRate: next.learningRate, ...watched };
  for (const [name, tensor] of Object.entries(shown)) graph.output(name, reshape(tensor, []));
  return {
    onnx: toOnnx(graph),
    parameterCount: count,
    watched: Object.keys(shown),
    initialParameters: (seed) => initialParameters(graph, seed),
    withParameters: (parameters, replaced) => withNamedParameters(graph, parameters, replaced),
  };
}

/** Returns 1 for every element of a parameter with two or more axes, 0 for the others, [parameterCount]. */
function decayingParameters(graph: Graph): Float32Array {
  const decays = new Float32Array(parameterCount(graph));
  for (const { tensor, from, to } of parameterPlaces(graph)) {
    if (tensor.shape.length >= 2) decays.fill(1, from, to);
  }
  return decays;
}

/** Returns the parameters of a graph as they start, [parameterCount]; draws are keyed by (parameter, element). */
export function initialParameters(graph: Graph, seed: number): Float32Array {
  const random = createStream(seed, "parameters");
  const values = new Float32Array(parameterCount(graph));
  for (const [i, { initial, from, to }] of parameterPlaces(graph).entries()) {
    if ("constant" in initial) values.fill(initial.constant, from, to);
    else {
      for (let at = from; at < to; at++) values[at] = initial.standardDeviation * random.normal(i, at - from);
    }
  }
  return values;
}
