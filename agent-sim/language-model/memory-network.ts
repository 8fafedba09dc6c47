import {
  add,
  attend,
  divide,
  type Graph,
  gatedMlp,
  gatherRows,
  type Layer,
  layerNorm,
  linear,
  matmul,
  mean,
  mergeHeads,
  multiply,
  type Posterior,
  posterior,
  reshape,
  scale,
  shift,
  split,
  splitHeads,
  sqrt,
  square,
  type Tensor,
  tanh,
  transpose,
} from "#core/model";

/**
 * Compress and project of an agent's hand-off. A compressor makes chunks of values from the sender's hidden states; a
 * projector makes of each chunk a vector that takes the place of a token. Weights do not depend on batch or document size.
 *
 * - `published`, `pooled`: the mean of all states, through a beta-VAE.
 * - `attention`: learned queries, each attending to all states, then to one another.
 * - `slots`: the states at the values of facts, one chunk a fact, attending to one another.
 */
export const memoryKinds = ["published", "pooled", "attention", "slots"] as const;
export type MemoryKind = (typeof memoryKinds)[number];

export interface MemoryShape {
  readonly kind: MemoryKind;
  /** Of a hidden state and of a memory vector. */
  readonly width: number;
  /** Vectors of a memory; for `slots` each graph has its own number, one a fact. */
  readonly chunks: number;
  /** Values of a chunk, at most. */
  readonly valuesPerChunk: number;
}

/** What a compressor reads, [batch, tokens, ...]. */
export interface SenderStates {
  readonly states: Tensor;
  /** Where in the document each stands, int64 [batch, tokens]. */
  readonly positions: Tensor;
  /** 0, or MASKED where there is no token, [batch, 1, tokens]. */
  readonly mask: Tensor;
  /** 1 / number of tokens where there is one, [batch, 1, tokens]. */
  readonly shares: Tensor;
}

export interface MemoryNetwork {
  /** Returns [batch, chunks, valuesPerChunk], and the posterior [batch, chunks * valuesPerChunk] of those that have one. */
  encode(sender: SenderStates): { readonly latent: Tensor; readonly posterior: Posterior | null };
  /** Returns the memory [batch, chunks, width], its vectors as long as a token's, and what it was made from. */
  project(latent: Tensor): { readonly memory: Tensor; readonly features: Tensor };
}

/** Positions that a document's tokens can have. */
const POSITIONS = 512;
const HEADS = 4;

/** Declares a compressor and a projector; `tokenRms` is the root mean square of the decoder's table. */
export function declareMemory(graph: Graph, shape: MemoryShape, tokenRms: number): MemoryNetwork {
  const { kind, chunks, valuesPerChunk } = shape;
  const encode = kind === "attention" || kind === "slots" ? attentive(graph, shape) : pooling(graph, shape);
  const project = projection(graph, shape, tokenRms);
  return {
    encode(sender) {
      const encoded = encode(sender);
      if (kind === "attention" || kind === "slots") return { latent: tanh(encoded), posterior: null };
      const [batch] = encoded.shape;
      const of = posterior(encoded);
      return { latent: reshape(of.mean, [batch, chunks, valuesPerChunk]), posterior: of };
    },
    project,
  };
}

/** Of the posterior of `pooled` before training: with 0, the noise drowns what is sent for longer than training lasts. */
const FIRST_LOG_VARIANCE = -5;

/** The mean state through a network of one hidden layer, [batch, 2 * all values]. */
function pooling(graph: Graph, { kind, width, chunks, valuesPerChunk }: MemoryShape) {
  const normed = layerNorm(graph, "encode.norm", width);
  const out = gatedMlp(graph, "encode.network", width, 2 * width, 2 * chunks * valuesPerChunk);
  const values = chunks * valuesPerChunk;
  const quiet = graph.constant(
    Float32Array.from({ length: 2 * values }, (_, i) => (i < values ? 0 : FIRST_LOG_VARIANCE)),
    [2 * values],
  );
  return (sender: SenderStates): Tensor => {
    const pooled = pooledState(sender);
    const encoded = out(normed(reshape(pooled, [pooled.shape[0], width])));
    return kind === "pooled" ? add(encoded, quiet) : encoded;
  };
}

/** Returns the mean of a sender's states, [batch, width]. */
export function pooledState({ states, shares }: SenderStates): Tensor {
  const [batch, , width] = states.shape;
  return reshape(matmul(shares, states), [batch, width]);
}

/** Attention from queries, or from the slots themselves, then among the chunks. */
function attentive(graph: Graph, { kind, width, chunks, valuesPerChunk }: MemoryShape) {
  const normed = layerNorm(graph, "encode.norm", width);
  const place = linear(graph, "encode.place", width, width, { bias: false });
  const pool = kind === "attention" ? queried(graph, width, chunks) : null;
  const block = mixing(graph, "encode.mixing", width);
  const outNorm = layerNorm(graph, "encode.out.norm", width);
  const out = linear(graph, "encode.out", width, valuesPerChunk);
  return ({ states, positions, mask }: SenderStates): Tensor => {
    const placed = add(normed(states), place(gatherRows(waves(graph, width), positions)));
    const pooled = pool === null ? placed : pool(placed, mask);
    return out(outNorm(block(pooled, pool === null ? mask : null)));
  };
}

/** Returns what learned queries make of states [batch, tokens, width]: [batch, chunks, width]. */
function queried(graph: Graph, width: number, chunks: number) {
  const queries = graph.parameter("encode.queries", [1, chunks, width], { standardDeviation: 1 });
  const toKeys = linear(graph, "encode.keys", width, width, { bias: false });
  const toValues = linear(graph, "encode.values", width, width, { bias: false });
  const merge = linear(graph, "encode.merge", width, width);
  return (states: Tensor, mask: Tensor): Tensor => {
    const [batch, tokens] = states.shape;
    const seen = attend(
      splitHeads(queries, HEADS),
      splitHeads(toKeys(states), HEADS),
      splitHeads(toValues(states), HEADS),
      reshape(mask, [batch, 1, 1, tokens]),
    );
    return add(merge(mergeHeads(seen)), queries);
  };
}

/** A transformer block without an order. */
function mixing(graph: Graph, name: string, width: number) {
  const before = layerNorm(graph, `${name}.attention.norm`, width);
  const all = linear(graph, `${name}.attention`, width, 3 * width, { bias: false });
  const merge = linear(graph, `${name}.merge`, width, width);
  const beforeNetwork = layerNorm(graph, `${name}.network.norm`, width);
  const network = gatedMlp(graph, `${name}.network`, width, 2 * width, width);
  return (x: Tensor, mask: Tensor | null): Tensor => {
    const [batch, tokens] = x.shape;
    const [queries, keys, values] = split(all(before(x)), -1, [width, width, width]).map((part) =>
      splitHeads(part, HEADS),
    );
    const seen = attend(
      queries,
      keys,
      values,
      mask === null ? undefined : reshape(mask, [batch, 1, 1, tokens]),
    );
    const mixed = add(x, merge(mergeHeads(seen)));
    return add(mixed, network(beforeNetwork(mixed)));
  };
}

/** Each chunk becomes a vector; chunks that are no slots know which they are. */
function projection(graph: Graph, { kind, width, chunks, valuesPerChunk }: MemoryShape, tokenRms: number) {
  const into = linear(graph, "project.in", valuesPerChunk, width);
  const names =
    kind === "slots"
      ? null
      : graph.parameter("project.names", [1, chunks, width], { standardDeviation: 0.5 });
  const norm = layerNorm(graph, "project.norm", width);
  const network = gatedMlp(graph, "project.network", width, 3 * width, width);
  const out: Layer = linear(graph, "project.out", width, width);
  const length = graph.parameter("project.length", [1], { constant: 1 });
  return (latent: Tensor): { readonly memory: Tensor; readonly features: Tensor } => {
    const first = into(latent);
    const known = names === null ? first : add(first, names);
    const features = add(known, network(norm(known)));
    const raw = out(features);
    const rms = sqrt(shift(mean(square(raw), [-1], true), 1e-6));
    return { memory: multiply(scale(divide(raw, rms), tokenRms), length), features };
  };
}

/** Sines and cosines of positions (Vaswani et al. 2017, section 3.5), [POSITIONS, width]. */
function waves(graph: Graph, width: number): Tensor {
  const half = width / 2;
  return graph.constant(
    Float32Array.from({ length: POSITIONS * width }, (_, at) => {
      const [position, i] = [Math.floor(at / width), at % width];
      const angle = position * 10_000 ** (-(i % half) / half);
      return i < half ? Math.sin(angle) : Math.cos(angle);
    }),
    [POSITIONS, width],
  );
}

/**
 * Returns chunks as the values of a payload, [batch, chunks * valuesPerChunk]: the first value of every chunk, then every
 * second, and so on, so that a prefix of any length serves all chunks alike.
 */
export function interleaved(latent: Tensor): Tensor {
  const [batch, chunks, values] = latent.shape;
  return reshape(transpose(latent, [0, 2, 1]), [batch, chunks * values]);
}

/** The inverse of `interleaved`. */
export function chunked(payload: Tensor, chunks: number): Tensor {
  const [batch, size] = payload.shape;
  return transpose(reshape(payload, [batch, size / chunks, chunks]), [0, 2, 1]);
}
