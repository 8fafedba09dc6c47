import { createStream } from "#core";
import {
  createGraph,
  defaultOptimizer,
  type OpenSession,
  parameterCount,
  type TrainingStage,
  toOnnx,
  trainStages,
} from "#core/model";
import { sequenceFeeds } from "./decoder-objective.ts";
import type { DecoderModel } from "./decoder-runtime.ts";
import { type ExactMatchTally, emptyTally, tallyAnswers } from "./exact-match.ts";
import { type DocumentSplit, drawDocument } from "./language.ts";
import { createMemoryBatch, fillMemoryBatch, type MemoryBatch, payloadSizes } from "./memory-batch.ts";
import { declareMemory, type MemoryShape } from "./memory-network.ts";
import { evaluateMemory, type FrozenDecoder, type MemorySizes, memoryObjective } from "./memory-objective.ts";
import { createDocumentReader, type ReadDocument } from "./sender.ts";

/** Trains a compressor and a projector through a frozen decoder, and says what its memories are worth. */

/** Documents of a part of training. */
export interface MemoryStage {
  readonly rows: number;
  readonly leastFacts: number;
  readonly mostFacts: number;
  /** At most, of each document. */
  readonly questions: number;
  readonly steps: number;
}

export interface MemoryTraining {
  readonly shape: MemoryShape;
  readonly decoder: DecoderModel;
  readonly stages: readonly MemoryStage[];
  readonly learningRate: number;
  readonly seed: number;
}

/** Tokens that a document of so many facts has at most: 6 of a fact, 6 of a sentence behind it. */
const LONGEST_FACT = 12;
/** Tokens of a question with its role prompt and answer; where questions are longer, the last are left out. */
const BLOCK = 9;
/** Documents are read by the sender once and used about four times: they are drawn from a window that moves on. */
const WINDOW = 768;
const USES = 4;

/** Returns the trained parameters, of the compressor and projector alone, or null when training was stopped. */
export async function trainMemory(
  { shape, decoder, stages, learningRate, seed }: MemoryTraining,
  options: Pick<Parameters<typeof trainStages>[0], "open" | "onRecord" | "checkpoint">,
): Promise<Float32Array | null> {
  const through = frozenDecoder(decoder);
  const random = createStream(seed, `memory ${shape.kind}`);
  const closers: (() => Promise<void>)[] = [];
  const made: TrainingStage[] = [];
  for (const stage of stages) {
    const sized = memorySizes(shape, stage);
    const reader = await createDocumentReader(
      decoder,
      { rows: 8, tokens: stage.mostFacts * LONGEST_FACT },
      options.open,
    );
    closers.push(reader.close);
    const known = new Map<number, ReadDocument>();
    const fresh = Math.ceil(stage.rows / USES);
    const indexOf = (step: number, row: number): number => step * fresh + random.integer(WINDOW, step, row);
    const batch = createMemoryBatch(sized.shape, sized.size);
    made.push({
      objective: memoryObjective(sized.shape, through, sized.size),
      steps: stage.steps,
      async prepare(from, to) {
        for (const index of known.keys()) if (index < from * fresh) known.delete(index);
        const wanted = new Set<number>();
        for (let step = from; step <= to; step++) {
          for (let row = 0; row < stage.rows; row++) {
            const index = indexOf(step, row);
            if (!known.has(index)) wanted.add(index);
          }
        }
        const indices = [...wanted];
        const span = stage.mostFacts - stage.leastFacts + 1;
        const facts = (index: number): number => {
          // The larger of two draws: most documents are long.
          const drawn = Math.max(random.integer(span, index, 0, 1), random.integer(span, index, 0, 2));
          return stage.leastFacts + drawn;
        };
        const read = await reader.read(
          indices.map((index) => drawDocument({ seed, split: "train", index, facts: facts(index) })),
        );
        for (const [i, index] of indices.entries()) known.set(index, read[i]);
      },
      batch(step) {
        const documents = Array.from(
          { length: stage.rows },
          (_, row) => known.get(indexOf(step, row)) as ReadDocument,
        );
        // Half of all payloads have 128 values, the size at which encoders are compared.
        const bytes = documents.map((_, row) =>
          random.uniform(step, row, 2) < 0.5
            ? 128
            : payloadSizes[random.integer(payloadSizes.length, step, row, 3)],
        );
        fillMemoryBatch(batch, documents, {
          ...sized,
          random,
          draw: step,
          questions: stage.questions,
          bytes,
          withNoise: isVariational(shape),
        });
        return trainingFeeds(batch, shape);
      },
    });
  }
  try {
    const parameters = await trainStages({
      ...options,
      stages: made,
      seed,
      optimizer: { ...defaultOptimizer, learningRate },
    });
    return parameters?.slice(0, memoryParameterCount(shape)) ?? null;
  } finally {
    for (const close of closers) await close();
  }
}

/** Returns how many parameters a compressor and projector have. */
export function memoryParameterCount(shape: MemoryShape): number {
  const graph = createGraph();
  declareMemory(graph, shape, 1);
  return parameterCount(graph);
}

/** Returns a decoder as a graph reads it. */
export function frozenDecoder({ shape, parameters }: DecoderModel): FrozenDecoder {
  const table = parameters.subarray(0, shape.vocabulary * shape.width);
  const squares = table.reduce((sum, value) => sum + value * value, 0);
  return { shape, parameters, tokenRms: Math.sqrt(squares / table.length) };
}

function isVariational({ kind }: MemoryShape): boolean {
  return kind === "published" || kind === "pooled";
}

/** A graph's sizes for documents of a stage; slots have as many chunks as there can be facts. */
function memorySizes(
  shape: MemoryShape,
  { rows, mostFacts, questions }: Pick<MemoryStage, "rows" | "mostFacts" | "questions">,
): { readonly shape: MemoryShape; readonly size: MemorySizes } {
  const chunks = shape.kind === "slots" ? mostFacts : shape.chunks;
  return {
    shape: { ...shape, chunks },
    size: {
      rows,
      length: 1 + chunks + questions * BLOCK,
      senderTokens: shape.kind === "slots" ? mostFacts : mostFacts * LONGEST_FACT,
    },
  };
}

function trainingFeeds(batch: MemoryBatch, { kind }: MemoryShape) {
  const { ids, positions, mask, targets, answerWeights } = sequenceFeeds(batch.sequences);
  const { sender, kept, noise, memoryMask, told, toldWeights } = batch;
  const questions = { ids, positions, mask, targets, answerWeights };
  switch (kind) {
    case "published":
      return { ...sender, kept, noise };
    case "pooled":
      return { ...sender, kept, noise, ...questions };
    case "attention":
    case "slots":
      return { ...sender, kept, ...questions, memoryMask, told, toldWeights };
  }
}

/** Answers behind memories of the right document, and behind those of another. */
export interface MemoryScore {
  readonly own: ExactMatchTally;
  readonly wrongDocument: ExactMatchTally;
}

/** Returns how often answers are exact behind a memory of `bytes` values, on `batches` batches of unseen documents. */
export async function judgeMemory(
  parameters: Float32Array,
  {
    shape,
    decoder,
    facts,
    bytes,
    split,
    seed,
    batches,
    open,
  }: {
    readonly shape: MemoryShape;
    readonly decoder: DecoderModel;
    readonly facts: number;
    readonly bytes: readonly number[];
    readonly split: DocumentSplit;
    readonly seed: number;
    readonly batches: number;
    readonly open: OpenSession;
  },
): Promise<readonly MemoryScore[]> {
  const stage = { rows: 16, mostFacts: facts, questions: 8 };
  const sized = memorySizes(shape, stage);
  const { rows } = stage;
  const graph = createGraph();
  graph.output("logits", evaluateMemory(graph, sized.shape, frozenDecoder(decoder), sized.size).logits);
  const session = await open(toOnnx(graph, parameters));
  const reader = await createDocumentReader(decoder, { rows: 8, tokens: facts * LONGEST_FACT }, open);
  const random = createStream(seed, "memory evaluation");
  const batch = createMemoryBatch(sized.shape, sized.size);
  const scores = bytes.map(() => ({ own: emptyTally(), wrongDocument: emptyTally() }));
  const own = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row));
  const other = own.map((row) => (row + 1n) % BigInt(rows));
  for (let step = 0; step < batches; step++) {
    const documents = await reader.read(
      Array.from({ length: rows }, (_, row) =>
        drawDocument({ seed, split, index: step * rows + row, facts }),
      ),
    );
    for (const [i, size] of bytes.entries()) {
      fillMemoryBatch(batch, documents, {
        ...sized,
        random,
        draw: step,
        questions: stage.questions,
        bytes: documents.map(() => size),
        withNoise: false,
      });
      const { ids, positions, mask } = batch.sequences;
      const feeds = { ...batch.sender, kept: batch.kept, ids, positions, mask };
      for (const [of, tally] of [
        [own, scores[i].own],
        [other, scores[i].wrongDocument],
      ] as const) {
        const { logits } = await session.run({ ...feeds, of });
        tallyAnswers(tally, batch.sequences, logits as Float32Array, decoder.shape.vocabulary);
      }
    }
  }
  await session.close();
  await reader.close();
  return scores;
}
