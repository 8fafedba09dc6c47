import { add, multiply, reshape, scale, subtract } from "./arithmetic.ts";
import { sigmoid, silu, tanh } from "./functions.ts";
import type { Graph, Initializer, Tensor } from "./graph.ts";
import { affine, matmul, swapLast, transpose } from "./matrix.ts";
import { normalise } from "./normalise.ts";
import { gatherRows, split } from "./parts.ts";
import { softmax } from "./softmax.ts";

/**
 * Layers. Each is made once, which declares its parameters under a name, and applied as often as needed: that is how
 * weights are shared over time steps and over nodes of a graph.
 */

/** One tensor in, one out; the last axis is the layer's. */
export type Layer = (x: Tensor) => Tensor;

/** Normal with variance 1 / inputs: keeps the variance of what passes (LeCun et al. 1998, "Efficient BackProp"). */
function spread(inputs: number): Initializer {
  return { standardDeviation: 1 / Math.sqrt(inputs) };
}

const ZERO: Initializer = { constant: 0 };
const ONE: Initializer = { constant: 1 };

/** Returns x W + b, [..., inputs] -> [..., outputs]. `initial` is of the weights; the bias starts at 0. */
export function linear(
  graph: Graph,
  name: string,
  inputs: number,
  outputs: number,
  { bias = true, initial = spread(inputs) }: { bias?: boolean; initial?: Initializer } = {},
): Layer {
  const weight = graph.parameter(`${name}.weight`, [inputs, outputs], initial);
  const offset = bias ? graph.parameter(`${name}.bias`, [outputs], ZERO) : null;
  return (x) => (offset === null ? matmul(x, weight) : affine(x, weight, offset));
}

/** Returns rows of a trained table: int64 [...] -> [..., width]. `initial` is of the table. */
export function embedding(
  graph: Graph,
  name: string,
  rows: number,
  width: number,
  { initial = { standardDeviation: 0.02 } }: { initial?: Initializer } = {},
): Layer {
  const table = graph.parameter(`${name}.table`, [rows, width], initial);
  return (indices) => gatherRows(table, indices);
}

/** Layer normalisation over the last axis (Ba, Kiros, Hinton 2016, arXiv 1607.06450). */
export function layerNorm(graph: Graph, name: string, width: number): Layer {
  const gain = graph.parameter(`${name}.gain`, [width], ONE);
  const bias = graph.parameter(`${name}.bias`, [width], ZERO);
  return (x) => normalise(x, gain, bias);
}

/**
 * Gated recurrent unit (Cho et al. 2014, arXiv 1406.1078; the reset gate after the product, as ONNX's
 * linear_before_reset): (x [..., inputs], state [..., width]) -> next state [..., width].
 */
export function gru(
  graph: Graph,
  name: string,
  inputs: number,
  width: number,
): (x: Tensor, state: Tensor) => Tensor {
  const gates = linear(graph, `${name}.input`, inputs, 3 * width);
  const step = gruStep(graph, name, width);
  return (x, state) => step(gates(x), state);
}

/**
 * The recurrent half of `gru`, for inputs whose gates [..., 3 width] were computed for all time steps at once:
 * (gates, state [..., width]) -> next state. With `keepAtMost` below 1 no step keeps more of a value than that share: of what is
 * merely kept, at most keepAtMost^n is left after n steps. (What the candidate makes of the state anew is not bound by it.)
 */
export function gruStep(
  graph: Graph,
  name: string,
  width: number,
  { keepAtMost = 1 }: { readonly keepAtMost?: number } = {},
): (gates: Tensor, state: Tensor) => Tensor {
  const fromState = linear(graph, `${name}.state`, width, 3 * width);
  return (gates, state) => {
    const ofState = fromState(state);
    const [switchesX, candidateX] = split(gates, -1, [2 * width, width]);
    const [switchesH, candidateH] = split(ofState, -1, [2 * width, width]);
    const [update, reset] = split(sigmoid(add(switchesX, switchesH)), -1, [width, width]);
    const candidate = tanh(add(candidateX, multiply(reset, candidateH)));
    const kept = keepAtMost === 1 ? update : scale(update, keepAtMost);
    return add(candidate, multiply(kept, subtract(state, candidate)));
  };
}

/** Two linear maps, one gating the other, and a third: SwiGLU (Shazeer 2020, arXiv 2002.05202). */
export function gatedMlp(graph: Graph, name: string, inputs: number, hidden: number, outputs: number): Layer {
  const gate = linear(graph, `${name}.gate`, inputs, hidden);
  const up = linear(graph, `${name}.up`, inputs, hidden);
  const down = linear(graph, `${name}.down`, hidden, outputs);
  return (x) => down(multiply(silu(gate(x)), up(x)));
}

/**
 * Returns scaled dot-product attention (Vaswani et al. 2017, arXiv 1706.03762), queries [..., q, width] over keys and
 * values [..., k, width]; `mask`, when given, broadcasts to [..., q, k] and is added to the scores (0, or a large
 * negative number where a key must not be seen).
 */
export function attend(queries: Tensor, keys: Tensor, values: Tensor, mask?: Tensor): Tensor {
  const width = queries.shape.at(-1) as number;
  const scores = scale(matmul(queries, swapLast(keys)), 1 / Math.sqrt(width));
  return matmul(softmax(mask === undefined ? scores : add(scores, mask)), values);
}

/**
 * Returns [batch, length, heads * width] as [batch, heads, length, width]. Throws RangeError when the last size is no
 * multiple of `heads`.
 */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, length, width] = x.shape;
  if (width % heads !== 0) throw new RangeError(`splitHeads: [${x.shape}] into ${heads} heads`);
  return transpose(reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** The inverse of `splitHeads`. */
export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, length, width] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, length, heads * width]);
}
