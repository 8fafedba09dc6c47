import type { RandomStream } from "#core";
import { MASKED } from "./decoder.ts";
import { PARTNER } from "./language/vocabulary.ts";
import { BEGIN } from "./language.ts";
import type { MemoryShape } from "./memory-network.ts";
import { KEYS, type MemorySizes, NOT_SAID } from "./memory-objective.ts";
import { createSenderFeeds, fillSenderFeeds, type ReadDocument, type SenderFeeds } from "./sender.ts";
import { createSequenceBatch, drawSequence, fillSequences, type SequenceBatch } from "./sequences.ts";

/** Sizes of payloads, in values of one byte, that one latent is trained for and judged at. */
export const payloadSizes: readonly number[] = [8, 16, 32, 64, 128, 256, 512];

/** What a training step of a memory reads. */
export interface MemoryBatch {
  readonly sequences: SequenceBatch;
  readonly sender: SenderFeeds;
  readonly kept: Float32Array;
  readonly noise: Float32Array;
  readonly memoryMask: Float32Array;
  readonly told: BigInt64Array;
  readonly toldWeights: Float32Array;
}

/** Returns a batch with nothing in it. */
export function createMemoryBatch(
  shape: MemoryShape,
  { rows, length, senderTokens }: MemorySizes,
): MemoryBatch {
  const values = rows * shape.chunks * shape.valuesPerChunk;
  return {
    sequences: createSequenceBatch({ rows, length }),
    sender: createSenderFeeds(rows, senderTokens, shape.width),
    kept: new Float32Array(values),
    noise: new Float32Array(values),
    memoryMask: new Float32Array(rows * shape.chunks),
    told: new BigInt64Array(rows * KEYS),
    toldWeights: new Float32Array(rows * KEYS),
  };
}

/** Of the dense auto-encoding loss, for saying that a key was not mentioned. */
const NOT_SAID_SHARE = 0.2;

/**
 * Fills a batch with documents: at most `questions` of each, drawn by (`draw`, row), behind a memory of `bytes[row]` values.
 * With `withNoise`, noise is drawn for posteriors.
 */
export function fillMemoryBatch(
  batch: MemoryBatch,
  documents: readonly ReadDocument[],
  {
    shape,
    size,
    random,
    draw,
    questions,
    bytes,
    withNoise,
  }: {
    readonly shape: MemoryShape;
    readonly size: MemorySizes;
    readonly random: RandomStream;
    readonly draw: number;
    readonly questions: number;
    readonly bytes: readonly number[];
    readonly withNoise: boolean;
  },
): MemoryBatch {
  const { kind, chunks, width } = shape;
  fillSenderFeeds(batch.sender, kind, documents, { tokens: size.senderTokens, width });
  const used = documents.map(({ document }) => (kind === "slots" ? document.facts.length : chunks));
  const shared = Int32Array.of(BEGIN, ...new Int32Array(chunks));
  fillSequences(
    batch.sequences,
    documents.map(({ document }, row) => ({
      shared,
      predictShared: false,
      facts: [],
      valueAt: [],
      questions: drawSequence(document, random, draw, row, questions, "document-first").questions,
      withRole: true,
    })),
    used.map((count) => [1 + count, 1 + chunks] as const),
  );
  batch.kept.fill(0);
  batch.memoryMask.fill(MASKED);
  batch.told.fill(BigInt(NOT_SAID));
  const facts = documents.reduce((sum, { document }) => sum + document.facts.length, 0);
  batch.toldWeights.fill(NOT_SAID_SHARE / (documents.length * KEYS - facts));
  for (const [row, { document }] of documents.entries()) {
    keepPrefix(batch.kept, row, used[row], bytes[row], shape);
    batch.memoryMask.fill(0, row * chunks, row * chunks + used[row]);
    for (const { entity, attribute, value } of document.facts) {
      const key = row * KEYS + entity * 4 + attribute;
      batch.told[key] = BigInt(attribute === PARTNER ? 32 + value : value);
      batch.toldWeights[key] = 1 / facts;
    }
  }
  if (withNoise) {
    for (let i = 0; i < batch.noise.length; i++) batch.noise[i] = random.normal(draw, i, 7);
  }
  return batch;
}

/** Keeps the first `bytes` values of a payload of `used` chunks, in the order of `interleaved`. */
function keepPrefix(
  kept: Float32Array,
  row: number,
  used: number,
  bytes: number,
  { chunks, valuesPerChunk }: MemoryShape,
): void {
  for (let value = 0; value < valuesPerChunk; value++) {
    const here = Math.max(0, Math.min(used, bytes - value * used));
    const at = (row * valuesPerChunk + value) * chunks;
    kept.fill(1, at, at + here);
  }
}
