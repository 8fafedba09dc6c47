import { expect, test } from "vitest";
import { createStream } from "#core";
import { openOnnxSession } from "#core/node";
import {
  add,
  divide,
  expand,
  mean,
  multiply,
  negate,
  reshape,
  shift,
  subtract,
  sum,
} from "../../../core/model/arithmetic.ts";
import { divergence, posterior, sample } from "../../../core/model/beta-vae.ts";
import { greater, where } from "../../../core/model/choice.ts";
import { frozen } from "../../../core/model/frozen.ts";
import {
  absolute,
  clamp,
  exp,
  gelu,
  log,
  maximum,
  minimum,
  relu,
  sigmoid,
  silu,
  softplus,
  sqrt,
  square,
  tanh,
} from "../../../core/model/functions.ts";
import { gradients } from "../../../core/model/gradient.ts";
import type { Tensor } from "../../../core/model/graph.ts";
import { createGraph, type Graph } from "../../../core/model/graph.ts";
import {
  attend,
  embedding,
  gatedMlp,
  gru,
  gruStep,
  layerNorm,
  linear,
  mergeHeads,
  splitHeads,
} from "../../../core/model/layers.ts";
import { matmul, swapLast, transpose } from "../../../core/model/matrix.ts";
import { toOnnx } from "../../../core/model/onnx-file.ts";
import { concat, gatherRows, oneHot, slice, split, stack, unstack } from "../../../core/model/parts.ts";
import { rotate, rotation } from "../../../core/model/rotary.ts";
import type { Shape } from "../../../core/model/shape.ts";
import { logSoftmax, softmax } from "../../../core/model/softmax.ts";
import { initialParameters } from "../../../core/model/training-graph.ts";

/** Large enough for single precision to see a difference, small enough for the second derivative not to. */
const STEP = 1e-2;
/** Of the larger gradient: what single precision leaves of a central difference at this step. */
const TOLERANCE = 2e-2;

const weights = (like: Tensor): Tensor =>
  like.graph.constant(
    Float32Array.from({ length: like.shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.3 * i + 0.4)),
    like.shape,
  );

/** Returns the analytic and the numeric gradient of a weighted sum of what `build` makes of its parameters. */
async function bothGradients(
  build: (graph: Graph, parameter: (name: string, shape: Shape) => Tensor) => Tensor,
) {
  const graph = createGraph();
  const parameter = (name: string, shape: Shape): Tensor =>
    graph.parameter(name, shape, { standardDeviation: 0.7 });
  const made = build(graph, parameter);
  const loss = sum(multiply(made, weights(made)));
  const leaves = graph.parameters.map(({ tensor }) => tensor);
  graph.output("loss", loss);
  for (const [i, gradient] of gradients(loss, leaves).entries()) graph.output(`gradient ${i}`, gradient);
  const session = await openOnnxSession(toOnnx(graph));
  const parameters = initialParameters(graph, 7);
  const random = createStream(7, "nudge");
  for (const [i, value] of parameters.entries()) parameters[i] = value + 0.3 * random.normal(i);
  const run = async (values: Float32Array) => session.run({ parameters: values });
  const analytic = [];
  const results = await run(parameters);
  for (const i of leaves.keys()) analytic.push(...(results[`gradient ${i}`] as Float32Array));
  const numeric = [];
  for (const i of parameters.keys()) {
    const at = async (offset: number): Promise<number> => {
      const moved = parameters.slice();
      moved[i] += offset;
      return (await run(moved)).loss[0] as number;
    };
    numeric.push(((await at(STEP)) - (await at(-STEP))) / (2 * STEP));
  }
  await session.close();
  return { analytic, numeric };
}

async function expectSameGradients(
  build: (graph: Graph, parameter: (name: string, shape: Shape) => Tensor) => Tensor,
): Promise<void> {
  const { analytic, numeric } = await bothGradients(build);
  const largest = Math.max(1, ...numeric.map(Math.abs));
  expect(numeric.some((value) => value !== 0)).toBe(true);
  for (const [i, value] of analytic.entries()) {
    expect(Math.abs(value - numeric[i]), `parameter ${i}: ${value} against ${numeric[i]}`).toBeLessThan(
      TOLERANCE * largest,
    );
  }
}

type Build = Parameters<typeof expectSameGradients>[0];

const cases: Readonly<Record<string, Build>> = {
  "rotary positions": (graph, p) =>
    rotate(p("a", [2, 3, 4]), rotation(graph, graph.integers([0, 2, 5]), { count: 6, size: 4 })),
  "what lies before a frozen model": (graph, p) =>
    linear(frozen(graph, Float32Array.of(0.5, -1, 2, 0.3, 0.7, -0.2)), "frozen", 2, 2)(p("a", [3, 2])),
  "add, broadcasting": (_, p) => add(p("a", [2, 3]), p("b", [3])),
  "subtract, broadcasting both": (_, p) => subtract(p("a", [2, 1]), p("b", [1, 3])),
  "multiply by itself": (_, p) => square(p("a", [2, 3])),
  "multiply, broadcasting": (_, p) => multiply(p("a", [2, 1, 3]), p("b", [4, 1])),
  divide: (_, p) => divide(p("a", [2, 3]), shift(square(p("b", [3])), 1)),
  negate: (_, p) => negate(p("a", [3])),
  "sum over one axis": (_, p) => sum(p("a", [2, 3, 2]), [1]),
  "mean, axis kept": (_, p) => square(mean(p("a", [2, 3]), [-1], true)),
  reshape: (_, p) => square(reshape(p("a", [2, 3]), [3, 2])),
  expand: (_, p) => square(expand(p("a", [2, 1]), [2, 3])),
  exp: (_, p) => exp(p("a", [4])),
  log: (_, p) => log(exp(p("a", [4]))),
  sqrt: (_, p) => sqrt(exp(p("a", [4]))),
  tanh: (_, p) => tanh(p("a", [4])),
  sigmoid: (_, p) => sigmoid(p("a", [4])),
  relu: (_, p) => relu(p("a", [6])),
  softplus: (_, p) => softplus(p("a", [4])),
  silu: (_, p) => silu(p("a", [4])),
  gelu: (_, p) => gelu(p("a", [4])),
  absolute: (_, p) => absolute(p("a", [5])),
  "maximum and minimum": (_, p) => {
    const [a, b] = [p("a", [5]), p("b", [5])];
    return add(square(maximum(a, b)), minimum(a, b));
  },
  clamp: (_, p) => square(clamp(p("a", [6]), -0.5, 0.5)),
  where: (_, p) => {
    const [a, b] = [p("a", [5]), p("b", [1])];
    return where(greater(a, a.graph.constant([0], [])), square(a), b);
  },
  "matmul of matrices": (_, p) => matmul(p("a", [2, 3]), p("b", [3, 4])),
  "matmul twice, which differentiates transposed products": (_, p) => {
    const a = p("a", [2, 3]);
    return matmul(matmul(a, p("b", [3, 2])), a);
  },
  "matmul, batch on one side": (_, p) => matmul(p("a", [2, 2, 3]), p("b", [3, 2])),
  "matmul, batches broadcast": (_, p) => matmul(p("a", [2, 2, 3]), p("b", [1, 3, 2])),
  transpose: (_, p) => square(transpose(p("a", [2, 3, 2]), [2, 0, 1])),
  "swap of the last axes": (_, p) => square(swapLast(p("a", [2, 3, 2]))),
  "split and concat": (_, p) => {
    const [a, b] = split(p("a", [2, 5]), 1, [2, 3]);
    return concat([square(b), a], 1);
  },
  slice: (_, p) => square(slice(p("a", [2, 5]), 1, 1, 4)),
  "stack and unstack": (_, p) => {
    const [a, b] = unstack(p("a", [2, 3]), 0);
    return stack([square(b), a, b], 1);
  },
  "rows gathered, one of them twice": (graph, p) =>
    square(gatherRows(p("table", [4, 2]), graph.integers([1, 3, 1]))),
  "one-hot choice": (graph, p) => multiply(p("a", [2, 3]), oneHot(graph.integers([2, 0]), 3)),
  softmax: (_, p) => softmax(p("a", [2, 4])),
  logSoftmax: (_, p) => logSoftmax(p("a", [2, 4])),
  "linear layer": (graph, p) => linear(graph, "layer", 3, 2)(p("x", [4, 3])),
  "linear layer on three axes": (graph, p) => square(linear(graph, "layer", 3, 2)(p("x", [2, 2, 3]))),
  "add, one operand of one axis summed over two": (_, p) => square(add(p("a", [2, 3, 2]), p("b", [2]))),
  "add, one operand without its first axis": (_, p) => square(add(p("a", [2, 3, 2]), p("b", [3, 2]))),
  "add, a scalar": (_, p) => square(add(p("a", [2, 3]), p("b", []))),
  embedding: (graph) => square(embedding(graph, "layer", 4, 3)(graph.integers([0, 2, 2]))),
  "layer normalisation": (graph, p) => layerNorm(graph, "layer", 4)(p("x", [2, 4])),
  "layer normalisation on three axes, twice": (graph, p) => {
    const layer = layerNorm(graph, "layer", 3);
    return layer(square(layer(p("x", [2, 2, 3]))));
  },
  "gated recurrent unit over three steps": (graph, p) => {
    const step = gru(graph, "layer", 2, 3);
    let state = p("state", [2, 3]);
    for (const x of unstack(p("x", [3, 2, 2]), 0)) state = step(x, state);
    return state;
  },
  "gates of a recurrent unit computed for all steps at once": (graph, p) => {
    const gates = linear(graph, "gates", 2, 9)(p("x", [3, 2, 2]));
    const step = gruStep(graph, "layer", 3);
    let state = p("state", [2, 3]);
    for (const gate of unstack(gates, 0)) state = step(gate, state);
    return state;
  },
  "gated MLP": (graph, p) => gatedMlp(graph, "layer", 3, 4, 2)(p("x", [2, 3])),
  "attention with heads and a mask": (graph, p) => {
    const mask = graph.constant([0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0], [3, 3]);
    const [q, k, v] = ["q", "k", "v"].map((name) => splitHeads(p(name, [1, 3, 4]), 2));
    return mergeHeads(attend(q, k, v, mask));
  },
  "a draw from a posterior and its divergence": (graph, p) => {
    const latent = posterior(p("encoded", [2, 4]));
    const drawn = sample(latent, graph.constant([0.3, -1, 0.5, 2], [2, 2]));
    return add(drawn, divergence(latent, 0.01));
  },
};

for (const [name, build] of Object.entries(cases)) {
  test(`gradients agree with finite differences: ${name}`, () => expectSameGradients(build));
}
