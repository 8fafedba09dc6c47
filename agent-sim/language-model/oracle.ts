import { createStream } from "#core";
import {
  createGraph,
  defaultOptimizer,
  divide,
  type Graph,
  mean,
  type OpenSession,
  scale,
  shift,
  sqrt,
  square,
  startTraining,
  type Tensor,
  toOnnx,
  train,
  trainingGraph,
} from "#core/model";
import { sequenceFeeds, sequenceLoss } from "./decoder-objective.ts";
import type { DecoderModel } from "./decoder-runtime.ts";
import { BEGIN, type FactDocument } from "./language.ts";
import { readBehind } from "./memory-objective.ts";
import { createSequenceBatch, drawSequence, fillSequences } from "./sequences.ts";
import { frozenDecoder } from "./train-memory.ts";

/**
 * The oracle: for each document its own memory vectors, found by gradient descent on its questions. No sender could send
 * them without knowing the questions; they bound what this many vectors can hold.
 */
export interface OracleOptions {
  /** Memory vectors of each document. */
  readonly vectors: number;
  readonly steps: number;
  readonly seed: number;
  readonly open: OpenSession;
}

/** Questions of a document in a step, and tokens of each at most. */
const QUESTIONS = 8;
const LONGEST_BLOCK = 9;
const LEARNING_RATE = 0.1;

/** Returns the memory of each document, [vectors, width], in order. */
export async function optimiseMemories(
  decoder: DecoderModel,
  documents: readonly FactDocument[],
  { vectors, steps, seed, open }: OracleOptions,
): Promise<readonly Float32Array[]> {
  const rows = documents.length;
  const through = frozenDecoder(decoder);
  const size = { rows, length: 1 + vectors + QUESTIONS * LONGEST_BLOCK };
  const { width } = decoder.shape;
  const declare = (graph: Graph): Tensor => {
    const raw = graph.parameter("memory", [rows, vectors, width], { standardDeviation: 1 });
    const rms = sqrt(shift(mean(square(raw), [-1], true), 1e-6));
    return scale(divide(raw, rms), through.tokenRms);
  };
  const graph = trainingGraph(
    (made) => ({
      loss: sequenceLoss(made, readBehind(made, through, declare(made), size), size)("answerWeights"),
      watched: {},
    }),
    { ...defaultOptimizer, learningRate: LEARNING_RATE, weightDecay: 0, warmupSteps: 10, totalSteps: steps },
  );
  const random = createStream(seed, "oracle");
  const batch = createSequenceBatch(size);
  const shared = Int32Array.of(BEGIN, ...new Int32Array(vectors));
  const session = await open(graph.onnx);
  const state = await train({
    session,
    graph,
    state: startTraining(graph, seed),
    untilStep: steps,
    batch(step) {
      fillSequences(
        batch,
        documents.map((document, row) => ({
          shared,
          predictShared: false,
          facts: [],
          valueAt: [],
          questions: drawSequence(document, random, step, row, QUESTIONS, "document-first").questions,
          withRole: true,
        })),
      );
      const { ids, positions, mask, targets, answerWeights } = sequenceFeeds(batch);
      return { ids, positions, mask, targets, answerWeights };
    },
  });
  await session.close();
  const scaled = createGraph();
  scaled.output("scaled", declare(scaled));
  const scaling = await open(toOnnx(scaled, state.parameters));
  const memory = (await scaling.run({})).scaled as Float32Array;
  await scaling.close();
  const each = vectors * width;
  return documents.map((_, i) => memory.slice(i * each, (i + 1) * each));
}
