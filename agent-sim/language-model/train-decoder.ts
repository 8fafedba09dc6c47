import { createStream } from "#core";
import {
  createGraph,
  defaultOptimizer,
  type OpenSession,
  type TrainingStage,
  toOnnx,
  trainStages,
} from "#core/model";
import { type DecoderShape, declareDecoder } from "./decoder.ts";
import { decoderObjective, lastOf, sequenceFeeds, sequenceInputs } from "./decoder-objective.ts";
import { type ExactMatchTally, emptyTally, tallyAnswers } from "./exact-match.ts";
import { type DocumentSplit, drawDocument } from "./language.ts";
import { createSequenceBatch, drawSequence, fillSequences, type SequenceShape } from "./sequences.ts";

/** Trains the decoder, and says how often its answers are exact when it has the whole text. */

/** Documents of a part of training. */
export interface DecoderStage extends SequenceShape {
  readonly leastFacts: number;
  readonly mostFacts: number;
  /** At most, of each document. */
  readonly questions: number;
  readonly steps: number;
}

export interface DecoderTraining {
  readonly shape: DecoderShape;
  readonly stages: readonly DecoderStage[];
  readonly learningRate: number;
  readonly seed: number;
}

/** Returns the trained parameters, or null when training was stopped. */
export function trainDecoder(
  { shape, stages, learningRate, seed }: DecoderTraining,
  options: Pick<Parameters<typeof trainStages>[0], "open" | "onRecord" | "checkpoint">,
): Promise<Float32Array | null> {
  return trainStages({
    ...options,
    seed,
    optimizer: { ...defaultOptimizer, learningRate },
    stages: stages.map((stage): TrainingStage => {
      const source = sequenceSource(stage, "train", seed);
      return {
        objective: decoderObjective(shape, stage),
        steps: stage.steps,
        batch: (step) => sequenceFeeds(source(step)),
      };
    }),
  });
}

/** Returns what makes the batch of a step: documents of `split`, each drawn once. */
function sequenceSource(
  { rows, length, leastFacts, mostFacts, questions }: DecoderStage,
  split: DocumentSplit,
  seed: number,
) {
  const batch = createSequenceBatch({ rows, length });
  const random = createStream(seed, `language sequences ${split}`);
  return (step: number) =>
    fillSequences(
      batch,
      Array.from({ length: rows }, (_, row) => {
        const span = mostFacts - leastFacts + 1;
        // The larger of two draws: rows are as long as the longest document needs.
        const drawn = Math.max(random.integer(span, step, row), random.integer(span, step, row, 1));
        const facts = leastFacts + drawn;
        const document = drawDocument({ seed, split, index: step * rows + row, facts });
        return drawSequence(document, random, step, row, questions);
      }),
    );
}

/**
 * Returns how often answers are exact over `batches` batches of documents of a split, by role; prompts in both orders.
 * The answer is read with its right beginning before it, which for an exact match is what greedy decoding reads.
 */
export async function judgeDecoder(
  parameters: Float32Array,
  {
    shape,
    stage,
    split,
    seed,
    batches,
    open,
  }: {
    readonly shape: DecoderShape;
    readonly stage: DecoderStage;
    readonly split: DocumentSplit;
    readonly seed: number;
    readonly batches: number;
    readonly open: OpenSession;
  },
): Promise<ExactMatchTally> {
  const graph = createGraph();
  const decoder = declareDecoder(graph, shape);
  const { ids, places } = sequenceInputs(graph, shape, stage);
  graph.output("logits", decoder.logits(lastOf(decoder.read(decoder.embed(ids), places).states)));
  const session = await open(toOnnx(graph, parameters));
  const source = sequenceSource(stage, split, seed);
  const tally = emptyTally();
  for (let step = 0; step < batches; step++) {
    const batch = source(step);
    const { ids: read, positions, mask } = batch;
    const { logits } = await session.run({ ids: read, positions, mask });
    tallyAnswers(tally, batch, logits as Float32Array, shape.vocabulary);
  }
  await session.close();
  return tally;
}
