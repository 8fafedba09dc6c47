// The committed language model with the encoders that were trained through it, ready for a measured run.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { identitySteps, type StateBatch, stateBatch } from "#core";
import type { LatentEncoder, MeasuredModel, ReadContext } from "../hand-off/latents.ts";
import { createDecoderRuntime, type DecoderModel } from "../language-model/decoder-runtime.ts";
import type { MemoryKind } from "../language-model/memory-network.ts";
import {
  type MemoryModel,
  memorySteps,
  senderState,
  senderStateSize,
} from "../language-model/memory-steps.ts";
import { optimiseMemories } from "../language-model/oracle.ts";
import {
  DECODER,
  languageWeightsFolder,
  loadDecoder,
  loadMemory,
  memoryName,
  openSession,
} from "../language-model/weights.ts";

/** Memory vectors of the oracle, and steps to find them. */
const ORACLE_VECTORS = 8;
const ORACLE_STEPS = 600;

/**
 * Returns the committed decoder and its encoders, or those that `agent train` wrote to a folder. Throws BadInputError when a
 * file is missing, damaged or of another model; an encoder's when it is first asked for.
 */
export async function openMeasuredModel(folder: string | null = null): Promise<MeasuredModel> {
  const from = folder ?? languageWeightsFolder;
  const decoder = await loadDecoder(from);
  const measured = createMeasuredModel(decoder, (kind, seed) => loadMemory(kind, seed, decoder, from));
  return {
    ...measured,
    has: (name, seed) => name === "oracle" || existsSync(join(from, `${memoryName(name, seed)}.json`)),
  };
}

/** Returns whether a folder holds a decoder of the document language, as `agent train` writes it. */
export function isMeasuredFolder(folder: string): boolean {
  return existsSync(join(folder, `${DECODER}.json`));
}

/** Returns a decoder and its encoders; `load` returns the weights of a kind of memory and training. */
export function createMeasuredModel(
  decoder: DecoderModel,
  load: (kind: MemoryKind, trainingSeed: number) => Promise<MemoryModel>,
): MeasuredModel {
  const memories = new Map<string, Promise<MemoryModel>>();
  const encoders = new Map<string, Promise<LatentEncoder>>();
  const memory = (kind: MemoryKind, seed: number): Promise<MemoryModel> => {
    const key = `${kind}/${seed}`;
    const found = memories.get(key) ?? load(kind, seed);
    memories.set(key, found);
    return found;
  };
  return {
    model: createDecoderRuntime(decoder, openSession),
    has: () => true,
    encoder(name, size) {
      const key = JSON.stringify([name, size]);
      let found = encoders.get(key);
      if (found === undefined) {
        const { trainingSeed } = size;
        found =
          name === "oracle" || trainingSeed === null
            ? Promise.resolve(oracleEncoder(decoder))
            : memory(name, trainingSeed).then((model) => memoryEncoder(model, size));
        encoders.set(key, found);
      }
      return found;
    },
  };
}

/** Returns a trained memory's steps as a hand-off takes them. */
function memoryEncoder(
  model: MemoryModel,
  { bytes, facts }: { readonly bytes: number; readonly facts: number },
): LatentEncoder {
  const { compressor, projector, vectors } = memorySteps(model, { bytes, slots: facts }, openSession);
  const isSlots = model.shape.kind === "slots";
  return {
    compressor,
    projector,
    precision: "int8",
    memoryVectors: vectors,
    reencodes: true,
    statesOf(contexts): StateBatch {
      const size = senderStateSize(model);
      const values = new Float32Array(contexts.length * size);
      for (const [i, { states, positions, document }] of contexts.entries()) {
        // Each memory vector of a receiver that compresses again stands for a fact.
        const valueAt =
          document?.valueAt ?? (isSlots ? Array.from({ length: positions }, (_, at) => at) : []);
        values.set(senderState(model, states, valueAt), i * size);
      }
      return stateBatch(contexts.length, size, values);
    },
  };
}

/** Returns the oracle: memory vectors found for each document by gradient descent, sent as they are. */
function oracleEncoder(decoder: DecoderModel): LatentEncoder {
  const size = ORACLE_VECTORS * decoder.shape.width;
  const known = new Map<string, Float32Array>();
  const { compressor, projector } = identitySteps(`oracle-${decoder.modelId}`, size);
  return {
    compressor,
    projector,
    precision: "int8",
    memoryVectors: ORACLE_VECTORS,
    reencodes: false,
    async prepare(contexts) {
      const documents = contexts.map((context) => documentOf(context));
      const found = await optimiseMemories(decoder, documents, {
        vectors: ORACLE_VECTORS,
        steps: ORACLE_STEPS,
        seed: 1,
        open: openSession,
      });
      for (const [i, { text }] of documents.entries()) known.set(text, found[i]);
    },
    statesOf(contexts): StateBatch {
      const values = new Float32Array(contexts.length * size);
      for (const [i, context] of contexts.entries()) {
        const { text } = documentOf(context);
        const memory = known.get(text);
        if (memory === undefined) throw new RangeError(`no memory was optimised for "${text}"`);
        values.set(memory, i * size);
      }
      return stateBatch(contexts.length, size, values);
    },
  };
}

/** Throws RangeError for a context without its text: the oracle's receivers have none, and pass on what they got. */
function documentOf({ document }: ReadContext): NonNullable<ReadContext["document"]> {
  if (document === null) throw new RangeError("the oracle is found for a text");
  return document;
}
