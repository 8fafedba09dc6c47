import type { Compressor, Projector } from "#core";
import { createGraph, type OpenSession, type Session, toOnnx } from "#core/model";
import { MASKED } from "./decoder.ts";
import { chunked, declareMemory, interleaved, type MemoryShape } from "./memory-network.ts";
import { senderInputs } from "./memory-objective.ts";

/** A trained compressor and projector as the two steps of core's hand-off. */
export interface MemoryModel {
  /** Names the weights, and with them the decoder whose states they read. */
  readonly modelId: string;
  readonly shape: MemoryShape;
  readonly parameters: Float32Array;
  /** Root mean square of the decoder's table of tokens, to which memory vectors are scaled. */
  readonly tokenRms: number;
  /** Tokens that a sender's state has room for. */
  readonly contextTokens: number;
}

/** Returns the size of a sender's state: for each token its hidden state and a mark. */
export function senderStateSize({
  shape,
  contextTokens,
}: Pick<MemoryModel, "shape" | "contextTokens">): number {
  return contextTokens * (shape.width + 1);
}

/**
 * Returns what a compressor reads, [contextTokens, width + 1]: hidden states `hidden` [tokens, width] of a document's tokens,
 * each with a mark: 1, or 2 where a value stands (`valueAt`), or 0 behind the document. Throws RangeError for a document
 * longer than the context.
 */
export function senderState(
  model: Pick<MemoryModel, "shape" | "contextTokens">,
  hidden: Float32Array,
  valueAt: ArrayLike<number>,
): Float32Array {
  const { width } = model.shape;
  const tokens = hidden.length / width;
  if (!Number.isInteger(tokens) || tokens > model.contextTokens) {
    throw new RangeError(`senderState: ${tokens} states, expected at most ${model.contextTokens}`);
  }
  const state = new Float32Array(senderStateSize(model));
  for (let token = 0; token < tokens; token++) {
    state.set(hidden.subarray(token * width, (token + 1) * width), token * (width + 1));
    state[token * (width + 1) + width] = 1;
  }
  for (let i = 0; i < valueAt.length; i++) state[valueAt[i] * (width + 1) + width] = 2;
  return state;
}

/**
 * Returns the steps for payloads of `bytes` values: the prefix of one nested latent. `slots`, of the kind of that name, is the
 * number of facts, and with it of memory vectors; other kinds have their own number. Payloads never have more values than
 * `chunks * valuesPerChunk`. The receiver holds nothing where a memory goes, so a gate would be 1: `project` takes the
 * whole of what arrived and leaves `receiver` [chunks * width] aside.
 */
export function memorySteps(
  model: MemoryModel,
  { bytes, slots }: { readonly bytes: number; readonly slots: number },
  open: OpenSession,
): { readonly compressor: Compressor; readonly projector: Projector; readonly vectors: number } {
  const { modelId, parameters, tokenRms, contextTokens } = model;
  const { kind, width, valuesPerChunk } = model.shape;
  const vectors = kind === "slots" ? slots : model.shape.chunks;
  const shape: MemoryShape = { ...model.shape, chunks: vectors };
  const latentSize = Math.min(bytes, vectors * valuesPerChunk);
  const compressors = new Map<number, Promise<Session>>();
  let projecting: Promise<Session> | null = null;

  const compressing = (tokens: number): Promise<Session> => {
    let session = compressors.get(tokens);
    if (session === undefined) {
      const graph = createGraph();
      const network = declareMemory(graph, shape, tokenRms);
      const { latent } = network.encode(senderInputs(graph, 1, tokens, width));
      graph.output("latent", interleaved(latent));
      session = open(toOnnx(graph, parameters));
      compressors.set(tokens, session);
    }
    return session;
  };
  const project = (): Promise<Session> => {
    if (projecting === null) {
      const graph = createGraph();
      const network = declareMemory(graph, shape, tokenRms);
      const payload = graph.input("payload", [1, vectors * valuesPerChunk]);
      graph.output("memory", network.project(chunked(payload, vectors)).memory);
      projecting = open(toOnnx(graph, parameters));
    }
    return projecting;
  };

  const stateSize = senderStateSize(model);
  return {
    vectors,
    compressor: {
      modelId,
      label: `${kind}, ${latentSize} values`,
      stateSize,
      latentSize,
      async compress(states) {
        requireSize("compress", states.size, stateSize);
        const values = new Float32Array(states.count * latentSize);
        for (let row = 0; row < states.count; row++) {
          const state = states.values.subarray(row * stateSize, (row + 1) * stateSize);
          const places = placesOf(state, width, kind === "slots" ? 2 : 1);
          if (kind === "slots" && places.length !== slots) {
            throw new RangeError(`compress: a state of ${places.length} facts, expected ${slots}`);
          }
          const tokens = kind === "slots" ? slots : roomFor(places.length, contextTokens);
          const { latent } = await (await compressing(tokens)).run(stateFeeds(state, places, tokens, width));
          values.set((latent as Float32Array).subarray(0, latentSize), row * latentSize);
        }
        return { modelId, count: states.count, size: latentSize, values };
      },
    },
    projector: {
      modelId,
      label: `${vectors} memory vectors`,
      latentSize,
      stateSize: vectors * width,
      async project(latents, receiver) {
        requireSize("project", latents.size, latentSize);
        requireSize("project", receiver.size, vectors * width);
        if (latents.modelId !== modelId) {
          throw new RangeError(`project: latents of ${latents.modelId}, expected ${modelId}`);
        }
        const values = new Float32Array(latents.count * vectors * width);
        for (let row = 0; row < latents.count; row++) {
          const payload = new Float32Array(vectors * valuesPerChunk);
          payload.set(latents.values.subarray(row * latentSize, (row + 1) * latentSize));
          const { memory } = await (await project()).run({ payload });
          values.set(memory as Float32Array, row * vectors * width);
        }
        return { count: latents.count, size: vectors * width, values };
      },
    },
  };
}

/** Tokens of the compressing graphs: a quarter more than needed, at most. */
function roomFor(tokens: number, most: number): number {
  return Math.min(most, Math.max(16, Math.ceil(tokens / 32) * 32));
}

/** Returns where a state's marks are at least `mark`. */
function placesOf(state: Float32Array, width: number, mark: number): readonly number[] {
  const places: number[] = [];
  for (let token = 0; (token + 1) * (width + 1) <= state.length; token++) {
    if (state[token * (width + 1) + width] >= mark) places.push(token);
  }
  return places;
}

function stateFeeds(state: Float32Array, places: readonly number[], tokens: number, width: number) {
  const states = new Float32Array(tokens * width);
  const statePositions = new BigInt64Array(tokens);
  const stateMask = new Float32Array(tokens).fill(MASKED);
  const stateShares = new Float32Array(tokens);
  for (const [i, place] of places.entries()) {
    const at = place * (width + 1);
    states.set(state.subarray(at, at + width), i * width);
    statePositions[i] = BigInt(place);
    stateMask[i] = 0;
    stateShares[i] = 1 / places.length;
  }
  return { states, statePositions, stateMask, stateShares };
}

function requireSize(what: string, got: number, expected: number): void {
  if (got !== expected) throw new RangeError(`${what}: rows of ${got} values, expected ${expected}`);
}
