import { fileURLToPath } from "node:url";
import { BadInputError } from "#core";
import { createGraph, type OpenSession, parameterCount, readParameters, toOnnx } from "#core/model";
import { type DecoderShape, declareDecoder, STATE_LAYER, standardShape } from "./decoder.ts";
import { createDecoderRuntime, type DecoderModel, decodingGraph } from "./decoder-runtime.ts";
import { END } from "./language.ts";
import type { LanguageModel } from "./language-model.ts";
import { chunked, declareMemory, interleaved, type MemoryKind, type MemoryShape } from "./memory-network.ts";
import { senderInputs } from "./memory-objective.ts";
import type { MemoryModel } from "./memory-steps.ts";
import { frozenDecoder } from "./train-memory.ts";
import { trainingData } from "./training-data.ts";

/** The committed models, by name; `baton agent train` writes them. */

export const languageWeightsFolder = fileURLToPath(new URL("./weights", import.meta.url));

/** The one decoder through which all memories are trained. */
export const DECODER = "decoder-s1";

/** Returns the name of a memory's weights. */
export function memoryName(kind: MemoryKind, seed: number): string {
  return `memory-${kind}-s${seed}`;
}

/** Returns the sizes of a kind of memory: 16 vectors from 512 values at most. */
export function memoryShape(
  kind: MemoryKind,
  { width }: Pick<DecoderShape, "width"> = standardShape,
): MemoryShape {
  return { kind, width, chunks: 16, valuesPerChunk: 32 };
}

/** Returns a trained decoder. */
export function decoderModel(
  modelId: string,
  parameters: Float32Array,
  shape: DecoderShape = standardShape,
): DecoderModel {
  return { modelId, shape, parameters, layer: STATE_LAYER, endToken: END };
}

/** Returns a trained memory that reads a decoder's states. */
export function memoryModel(
  modelId: string,
  shape: MemoryShape,
  parameters: Float32Array,
  decoder: DecoderModel,
): MemoryModel {
  const { tokenRms } = frozenDecoder(decoder);
  return { modelId, shape, parameters, tokenRms, contextTokens: decoder.shape.contextTokens };
}

/**
 * Returns the committed decoder, or that of a `folder`. Throws BadInputError when a file is missing, damaged or of another
 * model.
 */
export async function loadDecoder(folder = languageWeightsFolder): Promise<DecoderModel> {
  const { loadModel } = await import("#core/node");
  const { onnx } = await loadModel(folder, DECODER, { modelId: DECODER });
  const graph = createGraph();
  declareDecoder(graph, standardShape);
  return decoderModel(DECODER, readParameters(graph, onnx, `${DECODER}.onnx`));
}

/**
 * Returns the committed memory of a kind and training seed, or that of a `folder`; throws as `loadDecoder` does, and for a memory
 * that was trained through another decoder: it would answer at chance, and nothing else would tell.
 */
export async function loadMemory(
  kind: MemoryKind,
  seed: number,
  decoder: DecoderModel,
  folder = languageWeightsFolder,
): Promise<MemoryModel> {
  const { loadModel, sha256 } = await import("#core/node");
  const name = memoryName(kind, seed);
  const { onnx, manifest } = await loadModel(folder, name, { modelId: name });
  if (manifest.training.dataSha256 !== sha256(trainingData(decoder, seed))) {
    throw new BadInputError("model-mismatch", {
      subject: `${name}.json, training.dataSha256`,
      expected: `a memory trained through the decoder ${decoder.modelId} that lies beside it`,
      got: "one trained through other weights",
      remedy: `baton agent train --kinds ${kind} --seed ${seed}${folder === languageWeightsFolder ? "" : ` --out ${folder}`}`,
    });
  }
  const graph = createGraph();
  const shape = memoryShape(kind);
  declareMemory(graph, shape, 1);
  return memoryModel(name, shape, readParameters(graph, onnx, `${name}.onnx`), decoder);
}

/** Returns the committed decoder ready to run; throws as `loadDecoder` does. */
export async function openDocumentModel(folder = languageWeightsFolder): Promise<LanguageModel> {
  return createDecoderRuntime(await loadDecoder(folder), openSession);
}

/** onnxruntime takes a moment to load: only a run with a model waits for it. */
export const openSession: OpenSession = async (onnx) => {
  const { openOnnxSession } = await import("#core/node");
  return openOnnxSession(onnx);
};

/** Tokens of the graphs that are written; any other size has the same parameters. */
const WRITTEN = { fresh: 16, past: 32 };

/** Returns the ONNX file of a decoder: a prefill behind a cache. */
export function decoderOnnx(model: DecoderModel): Uint8Array {
  return toOnnx(decodingGraph(model, WRITTEN.fresh, WRITTEN.past), model.parameters);
}

/** Returns the ONNX file of a memory: states to values, values to vectors. */
export function memoryOnnx({ shape, parameters, tokenRms }: MemoryModel): Uint8Array {
  const graph = createGraph();
  const network = declareMemory(graph, shape, tokenRms);
  const { latent } = network.encode(senderInputs(graph, 1, WRITTEN.fresh, shape.width));
  graph.output("latent", interleaved(latent));
  const payload = graph.input("payload", [1, shape.chunks * shape.valuesPerChunk]);
  graph.output("memory", network.project(chunked(payload, shape.chunks)).memory);
  return toOnnx(graph, parameters);
}

/** Returns how many parameters a decoder has. */
export function decoderParameterCount(shape: DecoderShape): number {
  const graph = createGraph();
  declareDecoder(graph, shape);
  return parameterCount(graph);
}
