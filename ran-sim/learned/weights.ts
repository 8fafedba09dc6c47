import { fileURLToPath } from "node:url";
import { createGraph, type OpenSession, readParameters } from "#core/model";
import {
  type ContextModel,
  type ContextRuntime,
  createContextRuntime,
  declareContext,
} from "./context-runtime.ts";
import { standardShape } from "./context-shape.ts";

/** The committed models, by name; each is read when it is first run. `baton ran train` writes them. */

export const weightsFolder = fileURLToPath(new URL("../policy/weights", import.meta.url));

/** What a model was trained to hand over; each has weights of its own. */
export type TrainedFor =
  | { readonly carried: "base" | "nothing" | "state" | "reports" }
  | { readonly carried: "latent"; readonly bytes: number };

/** Sizes of latents for which models are committed. */
export const trainedLatentBytes: readonly number[] = [8, 16, 32, 64, 128, 256];

/** What a model was trained on: worlds of many kinds, or traces by the name of their folder. */
export interface Training {
  readonly seed: number;
  readonly on: string;
}

export const SYNTHETIC = "synthetic";

/** Returns the name of the model that training of this kind gives. */
export function modelName(trained: TrainedFor, { seed, on }: Training): string {
  const kind = trained.carried === "latent" ? `latent-${trained.bytes}` : trained.carried;
  return `context-${kind}${on === SYNTHETIC ? "" : `-${on}`}-s${seed}`;
}

/** Returns what a model of this name is. */
export function contextModel(trained: TrainedFor, training: Training): ContextModel {
  return {
    modelId: modelName(trained, training),
    shape: standardShape,
    latentBytes: trained.carried === "latent" ? trained.bytes : null,
  };
}

const runtimes = new Map<string, ContextRuntime>();

/**
 * Returns the runtime of a committed model for `ueCount` phones; worlds of one size share its graphs. Reading it throws a
 * BadInputError when a file is missing, damaged or of another model.
 */
export function contextRuntime(trained: TrainedFor, training: Training, ueCount: number): ContextRuntime {
  const model = contextModel(trained, training);
  const key = `${model.modelId} ${ueCount}`;
  const known = runtimes.get(key);
  if (known !== undefined) return known;
  const runtime = createContextRuntime(model, ueCount, {
    readWeights: () => readWeights(model),
    open: openSession,
  });
  runtimes.set(key, runtime);
  return runtime;
}

/**
 * Returns a model's weights [parameterCount]. Throws a BadInputError when a file is missing, damaged or of another model.
 */
export async function readWeights(model: ContextModel, folder = weightsFolder): Promise<Float32Array> {
  const { loadModel } = await import("#core/node");
  const { onnx } = await loadModel(folder, model.modelId, { modelId: model.modelId });
  const graph = createGraph();
  declareContext(graph, model);
  return readParameters(graph, onnx, `${model.modelId}.onnx`);
}

/** onnxruntime takes a moment to load: only a run with a model waits for it. */
const openSession: OpenSession = async (onnx) => {
  const { openOnnxSession } = await import("#core/node");
  return openOnnxSession(onnx);
};
