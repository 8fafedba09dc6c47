// A decoder's weights as an ONNX file in the layout in which optimum and transformers.js keep decoders.
import { createSymbolicGraph, type SymbolicGraph } from "#core/model";
import { type LlamaShape, type LlamaWeights, RMS_EPSILON, ROTARY_BASE } from "./llama-weights.ts";

/** Hides a key from a query. */
const MASKED = -1e9;

/**
 * Returns a graph with the inputs `input_ids` [batch, sequence] or `inputs_embeds` [batch, sequence, width],
 * `attention_mask` [batch, total], `position_ids` [batch, sequence] and `past_key_values.N.key`, `.value` [batch, kvHeads, past,
 * headSize], and the outputs `logits` [batch, sequence, vocabulary], `hidden_states` behind the final norm, and
 * `present.N.key`, `.value` [batch, kvHeads, total, headSize]. Keys carry their rotation.
 */
export function decoderOnnx(
  weights: LlamaWeights,
  { takes }: { readonly takes: "ids" | "embeds" },
): Uint8Array {
  const { shape } = weights;
  const { width, heads, kvHeads, headSize, vocabulary } = shape;
  const graph = createSymbolicGraph();
  const ops = operators(graph);
  const tokens =
    takes === "ids"
      ? graph.input("input_ids", ["batch", "sequence"], "int64")
      : graph.input("inputs_embeds", ["batch", "sequence", width]);
  const mask = graph.input("attention_mask", ["batch", "total"], "int64");
  const positions = graph.input("position_ids", ["batch", "sequence"], "int64");
  const turns = rotations(graph, positions, shape);
  let x =
    takes === "ids"
      ? graph.node("Gather", [graph.weight("embeddings", weights.embeddings, [vocabulary, width]), tokens])
      : tokens;
  let hiding: string | null = null;
  for (const [n, layer] of weights.layers.entries()) {
    const linear = (from: string, name: string, matrix: Float32Array, out: number): string =>
      ops.linear(from, `layers.${n}.${name}`, matrix, out);
    const cache = (kind: string): string =>
      graph.input(`past_key_values.${n}.${kind}`, ["batch", kvHeads, "past", headSize]);
    const normed = ops.rmsNorm(x, `layers.${n}.attention_norm`, layer.attentionNorm);
    const query = ops.groupedHeads(
      linear(normed, "query", halves(layer.query, heads, headSize), heads * headSize),
      shape,
    );
    const key = ops.heads(
      linear(normed, "key", halves(layer.key, kvHeads, headSize), kvHeads * headSize),
      shape,
    );
    const value = ops.heads(linear(normed, "value", layer.value, kvHeads * headSize), shape);
    const keys = ops.append(cache("key"), ops.rotate(key, turns, [1], headSize));
    const values = ops.append(cache("value"), value);
    graph.output(`present.${n}.key`, keys, ["batch", kvHeads, "total", headSize]);
    graph.output(`present.${n}.value`, values, ["batch", kvHeads, "total", headSize]);
    hiding ??= hidingMask(graph, mask, keys, positions);
    const attended = ops.attend(ops.rotate(query, turns, [1, 2], headSize), keys, values, hiding, headSize);
    x = graph.node("Add", [
      x,
      linear(ops.mergeHeads(attended, heads * headSize), "output", layer.output, width),
    ]);
    const behind = ops.rmsNorm(x, `layers.${n}.mlp_norm`, layer.mlpNorm);
    const gate = linear(behind, "gate", layer.gate, shape.hidden);
    const gated = graph.node("Mul", [
      graph.node("Mul", [gate, graph.node("Sigmoid", [gate])]),
      linear(behind, "up", layer.up, shape.hidden),
    ]);
    x = graph.node("Add", [x, linear(gated, "down", layer.down, width)]);
  }
  const last = ops.rmsNorm(x, "final_norm", weights.finalNorm);
  graph.output("hidden_states", last, ["batch", "sequence", width]);
  graph.output("logits", ops.linear(last, "classifier", weights.classifier, vocabulary), [
    "batch",
    "sequence",
    vocabulary,
  ]);
  return graph.toOnnx();
}

/**
 * Returns the matrix with the rows of each head in another order: those that were first in their pairs, then the others.
 * Rotation then turns two halves, and products of queries and keys are what they were.
 */
function halves(matrix: Float32Array, heads: number, headSize: number): Float32Array {
  const columns = matrix.length / (heads * headSize);
  const ordered = new Float32Array(matrix.length);
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < headSize; i++) {
      const from = head * headSize + (i < headSize / 2 ? 2 * i : 2 * (i - headSize / 2) + 1);
      ordered.set(matrix.subarray(from * columns, (from + 1) * columns), (head * headSize + i) * columns);
    }
  }
  return ordered;
}

interface Turns {
  readonly cosine: string;
  readonly sine: string;
}

/** Returns cosines and sines of the positions, each [batch, sequence, headSize / 2]. */
function rotations(graph: SymbolicGraph, positions: string, { contextTokens, headSize }: LlamaShape): Turns {
  const half = headSize / 2;
  const table = (name: string, of: (angle: number) => number): string => {
    const values = Float32Array.from({ length: contextTokens * half }, (_, at) =>
      of(Math.floor(at / half) * ROTARY_BASE ** (-(at % half) / half)),
    );
    return graph.node("Gather", [graph.weight(name, values, [contextTokens, half]), positions]);
  };
  return { cosine: table("cosine", Math.cos), sine: table("sine", Math.sin) };
}

/**
 * Returns what is added to scores, [batch, 1, 1, sequence, total]: 0 where the mask is 1 and the key is not behind the query's
 * own place, the last `sequence` of `total`.
 */
function hidingMask(graph: SymbolicGraph, mask: string, keys: string, positions: string): string {
  const size = (value: string, axis: number): string =>
    graph.node("Gather", [graph.node("Shape", [value]), graph.integers(axis)]);
  const total = size(keys, 2);
  const fresh = size(positions, 1);
  const one = graph.integers(1);
  const keyPlaces = graph.node("Range", [graph.integers(0), total, one]);
  const queryPlaces = graph.node("Range", [graph.node("Sub", [total, fresh]), total, one]);
  const isBefore = graph.node("LessOrEqual", [
    graph.node("Unsqueeze", [keyPlaces, graph.integers([0])]),
    graph.node("Unsqueeze", [queryPlaces, graph.integers([1])]),
  ]);
  const isThere = graph.node("Unsqueeze", [
    graph.node("Cast", [mask], { to: { int: 9 } }),
    graph.integers([1, 2, 3]),
  ]);
  return graph.node("Where", [graph.node("And", [isBefore, isThere]), graph.number(0), graph.number(MASKED)]);
}

/** Operators of a decoder on one graph. */
function operators(graph: SymbolicGraph) {
  const node = graph.node;
  const reshape = (x: string, sizes: readonly number[]): string =>
    node("Reshape", [x, graph.integers(sizes)]);
  const transpose = (x: string, order: readonly number[]): string =>
    node("Transpose", [x], { perm: { ints: order } });
  return {
    /** [..., in] to [..., out]; the matrix is [out, in]. */
    linear(x: string, name: string, matrix: Float32Array, out: number): string {
      const size = matrix.length / out;
      const turned = Float32Array.from(matrix, (_, at) => matrix[(at % out) * size + Math.floor(at / out)]);
      return node("MatMul", [x, graph.weight(name, turned, [size, out])]);
    },
    rmsNorm(x: string, name: string, gain: Float32Array): string {
      const square = node("ReduceMean", [node("Mul", [x, x]), graph.integers([-1])]);
      const root = node("Sqrt", [node("Add", [square, graph.number(RMS_EPSILON)])]);
      return node("Mul", [node("Div", [x, root]), graph.weight(name, gain, [gain.length])]);
    },
    /** [batch, sequence, heads * headSize] to [batch, kvHeads, heads / kvHeads, sequence, headSize]. */
    groupedHeads(x: string, { heads, kvHeads, headSize }: LlamaShape): string {
      return transpose(reshape(x, [0, 0, kvHeads, heads / kvHeads, headSize]), [0, 2, 3, 1, 4]);
    },
    /** [batch, sequence, kvHeads * headSize] to [batch, kvHeads, sequence, headSize]. */
    heads(x: string, { kvHeads, headSize }: LlamaShape): string {
      return transpose(reshape(x, [0, 0, kvHeads, headSize]), [0, 2, 1, 3]);
    },
    mergeHeads: (x: string, size: number): string => reshape(transpose(x, [0, 3, 1, 2, 4]), [0, 0, size]),
    append: (past: string, fresh: string): string => node("Concat", [past, fresh], { axis: { int: 2 } }),
    /** Turns both halves of the last axis; `axes` are those of the heads, which positions lack. */
    rotate(x: string, { cosine, sine }: Turns, axes: readonly number[], headSize: number): string {
      const [cos, sin] = [cosine, sine].map((table) => node("Unsqueeze", [table, graph.integers(axes)]));
      const half = (from: number): string =>
        node("Slice", [
          x,
          graph.integers([from]),
          graph.integers([from + headSize / 2]),
          graph.integers([-1]),
        ]);
      const [first, second] = [half(0), half(headSize / 2)];
      const turned = [
        node("Sub", [node("Mul", [first, cos]), node("Mul", [second, sin])]),
        node("Add", [node("Mul", [first, sin]), node("Mul", [second, cos])]),
      ];
      return node("Concat", turned, { axis: { int: -1 } });
    },
    attend(query: string, keys: string, values: string, hiding: string, headSize: number): string {
      const grouped = (x: string): string => node("Unsqueeze", [x, graph.integers([2])]);
      const scores = node("MatMul", [query, transpose(grouped(keys), [0, 1, 2, 4, 3])]);
      const scaled = node("Add", [node("Mul", [scores, graph.number(1 / Math.sqrt(headSize))]), hiding]);
      return node("MatMul", [node("Softmax", [scaled], { axis: { int: -1 } }), grouped(values)]);
    },
  };
}
