import { type KpiRow, NO_INTERVAL } from "#core";
import { createGraph, type OpenSession, type TrainingRecord, toOnnx } from "#core/model";
import { createSyntheticWorld } from "../synthetic-world.ts";
import { FIRST_TRAINING_SEED } from "../training.ts";
import { declareContext } from "./context-runtime.ts";
import { contextSize, FEATURES, standardShape } from "./context-shape.ts";
import { cutEpisodes, type Episode } from "./episodes.ts";
import type { Carried } from "./objective.ts";
import { type Recording, recordWorld } from "./recording.ts";
import {
  type Checkpoint,
  judgeContext,
  type NamingAccuracy,
  standardEpisode,
  trainContext,
} from "./train-context.ts";
import { trainingScenario } from "./training-worlds.ts";
import { contextModel, modelName, type TrainedFor } from "./weights.ts";

/** Trains models of several kinds on the same worlds with the same steps, and says how each does on unseen ones. */

/** Worlds of validation: their seeds are neither trained nor tested on. */
export const FIRST_VALIDATION_SEED = 2_000_000;

export interface TrainingPlan {
  readonly kinds: readonly TrainedFor[];
  readonly seed: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly worlds: number;
  readonly validationWorlds: number;
  readonly users: number;
  readonly durationS: number;
  readonly episodes: number;
  readonly validationEpisodes: number;
}

export const standardPlan: Omit<TrainingPlan, "kinds" | "seed"> = {
  steps: 3000,
  learningRate: 3e-3,
  worlds: 24,
  validationWorlds: 8,
  users: 40,
  durationS: 30,
  episodes: 60_000,
  validationEpisodes: 4096,
};

/** Enough to see that training works, in a minute or two. */
export const smokePlan: typeof standardPlan = {
  steps: 150,
  learningRate: 3e-3,
  worlds: 2,
  validationWorlds: 2,
  users: 30,
  durationS: 8,
  episodes: 4000,
  validationEpisodes: 512,
};

/** What of a trained model is kept. */
export interface TrainedModel {
  readonly name: string;
  readonly modelId: string;
  readonly onnx: Uint8Array;
  readonly parameters: Float32Array;
  readonly accuracy: NamingAccuracy;
  readonly metrics: readonly KpiRow<"ran">[];
  readonly log: readonly TrainingRecord[];
}

export interface TrainingListener {
  onWorld?(done: number, of: number): void;
  onRecord?(model: string, record: TrainingRecord, steps: number): "stop" | undefined;
  /** Called when a model is done, before the next is begun. */
  onModel?(model: TrainedModel): Promise<void>;
  checkpoint?(model: string): Checkpoint;
}

/** Every so many steps one record is kept, the mean of those since the last. */
const RECORD_EVERY = 50;

/** What the kinds of an arm carry, for the objective. */
export function carriedBy(trained: TrainedFor): Carried {
  switch (trained.carried) {
    case "nothing":
      return { what: "nothing" };
    case "state":
      return { what: "state" };
    case "reports":
      return { what: "reports", count: 8, stride: 2 };
    case "latent":
      return { what: "latent", bytes: trained.bytes, beta: 1e-4 };
  }
}

/** Returns the recordings of both sets of worlds: the data of a plan. */
export function recordPlan(
  plan: TrainingPlan,
  listener: TrainingListener = {},
): { readonly training: readonly Recording[]; readonly validation: readonly Recording[] } {
  const of = plan.worlds + plan.validationWorlds;
  let done = 0;
  const record = (seed: number): Recording => {
    const scenario = trainingScenario(seed, plan);
    const recording = recordWorld(createSyntheticWorld(scenario, seed), scenario, seed);
    listener.onWorld?.(++done, of);
    return recording;
  };
  const worlds = (first: number, count: number): readonly Recording[] =>
    Array.from({ length: count }, (_, i) => record(first + i));
  return {
    training: worlds(FIRST_TRAINING_SEED, plan.worlds),
    validation: worlds(FIRST_VALIDATION_SEED, plan.validationWorlds),
  };
}

/** Returns the trained models, in the order of the plan's kinds; `recordings` are those of `recordPlan`. */
export async function trainModels(
  plan: TrainingPlan,
  recordings: ReturnType<typeof recordPlan>,
  open: OpenSession,
  listener: TrainingListener = {},
): Promise<readonly TrainedModel[]> {
  const cut = (of: readonly Recording[], count: number, seed: number): readonly Episode[] =>
    cutEpisodes(of, standardShape, standardEpisode, count, seed);
  const episodes = cut(recordings.training, plan.episodes, FIRST_TRAINING_SEED);
  const unseen = cut(recordings.validation, plan.validationEpisodes, FIRST_VALIDATION_SEED);
  const models: TrainedModel[] = [];
  for (const trained of plan.kinds) {
    const name = modelName(trained, plan.seed);
    const carried = carriedBy(trained);
    const log: TrainingRecord[] = [];
    const shared = { shape: standardShape, episode: standardEpisode, carried, open };
    const parameters = await trainContext({
      ...shared,
      episodes,
      steps: plan.steps,
      learningRate: plan.learningRate,
      seed: plan.seed,
      onRecord(record) {
        if (record.step % RECORD_EVERY === 0 || record.step === 1) log.push(record);
        return listener.onRecord?.(name, record, plan.steps);
      },
      ...(listener.checkpoint === undefined ? {} : { checkpoint: listener.checkpoint(name) }),
    });
    if (parameters === null) break;
    const accuracy = await judgeContext(parameters, { ...shared, episodes: unseen });
    const model = {
      name,
      modelId: name,
      onnx: inferenceOnnx(trained, plan.seed, parameters),
      parameters,
      accuracy,
      metrics: accuracyRows(name, plan, accuracy),
      log,
    };
    await listener.onModel?.(model);
    models.push(model);
  }
  return models;
}

/** Returns the ONNX file of a model for one phone: one report in, the next state, what is expected, and what is sent. */
function inferenceOnnx(trained: TrainedFor, seed: number, parameters: Float32Array): Uint8Array {
  const model = contextModel(trained, seed);
  const graph = createGraph();
  const { network, transfer } = declareContext(graph, model);
  const { slots } = model.shape;
  const state = graph.input("state", [1, contextSize(model.shape)]);
  const [messages] = network.read(graph.input("features", [1, 1, slots, FEATURES]));
  const next = network.step(messages, state);
  graph.output("next", next);
  graph.output("expected", network.expect(next, graph.input("xn", [1, slots, slots])));
  graph.output("initial", network.initial);
  if (transfer !== null && model.latentBytes !== null) {
    graph.output("latent", transfer.encode(next).mean);
    graph.output("projected", transfer.project(graph.input("arrived", [1, model.latentBytes]), state));
  }
  return toOnnx(graph, parameters);
}

function accuracyRows(arm: string, plan: TrainingPlan, accuracy: NamingAccuracy): readonly KpiRow<"ran">[] {
  const row = (scenario: string, value: number): KpiRow<"ran"> => ({
    experiment: "ran-train",
    domain: "ran",
    kind: "simulated",
    scenario,
    arm,
    metric: "namingAccuracy",
    unit: "1",
    value: Math.round(value * 1e4) / 1e4,
    ci95: [...NO_INTERVAL],
    n: accuracy.episodes,
    seeds: plan.validationWorlds,
  });
  return [
    row("validation/at=request", accuracy.atRequest),
    ...accuracy.afterHandOff.map((value, i) => row(`validation/reports-after=${i}`, value)),
  ];
}
