import { fileURLToPath } from "node:url";
import type { Projector } from "#core";
import { createGraph, type Graph, type OpenSession, readParameters } from "#core/model";
import { type AcrossModel, createAcrossProjector, declareAcross } from "./across-vendors.ts";
import {
  type ContextModel,
  type ContextRuntime,
  createContextRuntime,
  declareContext,
} from "./context-runtime.ts";
import { type ContextShape, standardShape } from "./context-shape.ts";
import { windowShape } from "./window-network.ts";

/** The committed models, by name; each is read when it is first run. `baton ran train` writes them. */

export const weightsFolder = fileURLToPath(new URL("../policy/weights", import.meta.url));

/** Who made a model: the second vendor's is narrower, and knows nothing of the first's weights. */
export type Vendor = "a" | "b";

/** What is trained. */
export type TrainedFor = TrainedNetwork | TrainedAcross;

/** What a model was trained to hand over; each has weights of its own. Of vendor a unless it says. */
export type TrainedNetwork =
  | {
      /** `window`: a transformer over the last reports, which loses them. */
      readonly carried: "base" | "nothing" | "state" | "reports" | "history" | "trajectory" | "window";
      readonly vendor?: Vendor;
    }
  | { readonly carried: "latent"; readonly bytes: number; readonly vendor?: Vendor };

/** A projector alone: of the latent of one vendor's model into the state of the other's, both as they are. */
export interface TrainedAcross {
  readonly carried: "across";
  readonly bytes: number;
  readonly from: Vendor;
}

/** A second of reports at 40 ms; tokens so wide that a report costs about as much as in the recurrent model. */
const transformerShape = windowShape(standardShape.slots, 25, 12);

const shapes: Readonly<Record<Vendor, ContextShape>> = {
  a: standardShape,
  b: { ...standardShape, slotWidth: 10, ueWidth: 40, messageWidth: 12 },
};

/** Sizes of latents for which models are committed. */
export const trainedLatentBytes: readonly number[] = [8, 16, 32, 64, 128, 256];

/** What a model was trained on: worlds of many kinds, the same perturbed, or traces by the name of their folder. */
export interface Training {
  readonly seed: number;
  readonly on: string;
}

export const SYNTHETIC = "synthetic";
export const PERTURBED = "perturbed";

/** Returns the name of the model that training of this kind gives. */
export function modelName(trained: TrainedFor, { seed, on }: Training): string {
  return `context-${kindName(trained)}${on === SYNTHETIC ? "" : `-${on}`}-s${seed}`;
}

/** Returns a kind as `--kinds` names it. */
export function kindName(trained: TrainedFor): string {
  switch (trained.carried) {
    case "across":
      return `${trained.from}-to-${otherThan(trained.from)}-${trained.bytes}`;
    default: {
      const vendor = trained.vendor === "b" ? "b-" : "";
      return vendor + (trained.carried === "latent" ? `latent-${trained.bytes}` : trained.carried);
    }
  }
}

export function otherThan(vendor: Vendor): Vendor {
  return vendor === "a" ? "b" : "a";
}

/** Returns what a model of this name is. */
export function contextModel(trained: TrainedNetwork, training: Training): ContextModel {
  return {
    modelId: modelName(trained, training),
    shape: trained.carried === "window" ? transformerShape : shapes[trained.vendor ?? "a"],
    latentBytes: trained.carried === "latent" ? trained.bytes : null,
    startsFromList: trained.carried === "history" || trained.carried === "trajectory",
  };
}

/** Returns what a projector between vendors is. */
export function acrossModel(trained: TrainedAcross, training: Training): AcrossModel {
  return {
    modelId: modelName(trained, training),
    shape: shapes[otherThan(trained.from)],
    latentBytes: trained.bytes,
  };
}

const runtimes = new Map<string, ContextRuntime>();

/**
 * Returns the runtime of a committed model for `ueCount` phones; worlds of one size share its graphs. Reading it throws a
 * BadInputError when a file is missing, damaged or of another model.
 */
export function contextRuntime(trained: TrainedNetwork, training: Training, ueCount: number): ContextRuntime {
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
  return readStored(model.modelId, folder, (graph) => declareContext(graph, model));
}

/** Returns the parameters of a stored model in the order in which `declare` makes them. */
async function readStored(
  modelId: string,
  folder: string,
  declare: (graph: Graph) => unknown,
): Promise<Float32Array> {
  const { loadModel } = await import("#core/node");
  const { onnx } = await loadModel(folder, modelId, { modelId });
  const graph = createGraph();
  declare(graph);
  return readParameters(graph, onnx, `${modelId}.onnx`);
}

/** Returns the projector of a latent of one vendor into states of the other, ready to run. */
export function acrossProjector(trained: TrainedAcross, training: Training): Projector {
  const model = acrossModel(trained, training);
  const sender = { carried: "latent", bytes: trained.bytes, vendor: trained.from } as const;
  const readWeights = () => readStored(model.modelId, weightsFolder, (graph) => declareAcross(graph, model));
  const parts = { readWeights, open: openSession };
  return createAcrossProjector(model, modelName(sender, training), parts);
}

/** onnxruntime takes a moment to load: only a run with a model waits for it. */
const openSession: OpenSession = async (onnx) => {
  const { openOnnxSession } = await import("#core/node");
  return openOnnxSession(onnx);
};
