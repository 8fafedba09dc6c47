import { createStream } from "#core";
import {
  defaultOptimizer,
  type Feeds,
  type Graph,
  gru,
  linear,
  logSoftmax,
  mean,
  multiply,
  negate,
  type Objective,
  type OptimizerSettings,
  oneHot,
  sum,
  type Tensor,
  unstack,
} from "#core/model";

/**
 * A toy task that needs a memory: the first input says one of four symbols, seven inputs of noise follow, and the model
 * says at the end which symbol it was.
 */
export const RECALL = { symbols: 4, length: 8, width: 16, batch: 32 } as const;

/** Knowing nothing costs ln 4 = 1.386; a model that remembers gets below 0.05. */
export const RECALL_OPTIMIZER: OptimizerSettings = {
  ...defaultOptimizer,
  learningRate: 1e-2,
  warmupSteps: 10,
  totalSteps: 200,
};

/** Returns the logits [batch, symbols] of inputs [length, batch, symbols]. */
export function recallLogits(graph: Graph, batch: number): Tensor {
  const { symbols, length, width } = RECALL;
  const inputs = graph.input("inputs", [length, batch, symbols]);
  const step = gru(graph, "memory", symbols, width);
  const read = linear(graph, "read", width, symbols);
  let state = graph.constant(new Float32Array(batch * width), [batch, width]);
  for (const input of unstack(inputs, 0)) state = step(input, state);
  return read(state);
}

/** Returns the cross-entropy in nats. */
export function recallObjective(graph: Graph): Objective {
  const logits = recallLogits(graph, RECALL.batch);
  const wanted = oneHot(graph.input("symbol", [RECALL.batch], "int64"), RECALL.symbols);
  const loss = negate(mean(sum(multiply(logSoftmax(logits), wanted), [-1])));
  return { loss, watched: { meanLogit: mean(logits) } };
}

/** Returns the feeds of a step: a function of seed and step only. */
export function recallBatch(seed: number, step: number): Feeds {
  const { symbols, length, batch } = RECALL;
  const random = createStream(seed, "recall");
  const symbol = Array.from({ length: batch }, (_, i) => random.integer(symbols, i, step));
  const inputs = Float32Array.from({ length: length * batch * symbols }, (_, at) => {
    const row = Math.floor(at / symbols) % batch;
    const first = at < batch * symbols;
    return first ? Number(at % symbols === symbol[row]) : 0.3 * random.normal(at, step, 1);
  });
  return { inputs, symbol: BigInt64Array.from(symbol.map(BigInt)) };
}
