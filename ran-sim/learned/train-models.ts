import { type KpiRow, NO_INTERVAL } from "#core";
import { type Checkpoint, createGraph, type OpenSession, type TrainingRecord, toOnnx } from "#core/model";
import { FIRST_TRAINING_SEED } from "../training.ts";
import { acrossOnnx } from "./across-vendors.ts";
import { ENTRIES, ENTRY_FEATURES } from "./cell-list-start.ts";
import { type ContextModel, declareContext } from "./context-runtime.ts";
import { contextSize, FEATURES, standardShape } from "./context-shape.ts";
import { cutEpisodes, type Episode } from "./episodes.ts";
import type { Carried } from "./objective.ts";
import type { Recording } from "./recording.ts";
import { judgeContext, type NamingAccuracy, standardEpisode, trainContext } from "./train-context.ts";
import {
  FIRST_VALIDATION_SEED,
  judgedWorlds,
  scheduleOf,
  type TrainingData,
  type TrainingPlan,
} from "./training-plan.ts";
import {
  acrossModel,
  contextModel,
  kindName,
  modelName,
  otherThan,
  SYNTHETIC,
  type TrainedAcross,
  type TrainedFor,
  type TrainedNetwork,
  type Vendor,
} from "./weights.ts";

/** Trains models of several kinds on the same worlds with the same steps, and says how each does on unseen ones. */

/** What of a trained model is kept. */
export interface TrainedModel {
  readonly name: string;
  readonly modelId: string;
  readonly onnx: Uint8Array;
  readonly parameters: Float32Array;
  readonly steps: number;
  readonly accuracy: NamingAccuracy;
  readonly metrics: readonly KpiRow<"ran">[];
  readonly log: readonly TrainingRecord[];
}

export interface TrainingListener {
  onRecord?(model: string, record: TrainingRecord, steps: number): "stop" | undefined;
  /** Called when a model is done, before the next is begun. */
  onModel?(model: TrainedModel): Promise<void>;
  checkpoint?(model: string): Checkpoint;
}

/** Every so many steps one record is kept, the mean of those since the last. */
const RECORD_EVERY = 50;

/** What the kinds of an arm carry, for the objective. */
export function carriedBy(trained: TrainedNetwork): Carried {
  switch (trained.carried) {
    case "nothing":
    case "window":
      return { what: "nothing" };
    case "history":
    case "trajectory":
      return { what: trained.carried };
    case "base":
    case "state":
      return { what: "state" };
    case "reports":
      return { what: "reports", count: Math.floor(128 / (2 * standardShape.slots)), stride: 2 };
    case "latent":
      return { what: "latent", bytes: trained.bytes, beta: 1e-6 };
  }
}

/** What a training needs besides its data: who runs a graph, and the parameters to go on from where they are not trained first. */
export interface TrainingParts {
  readonly open: OpenSession;
  /** Returns the parameters of a model that was trained on synthetic worlds with the same seed. */
  readonly read: (trained: TrainedNetwork) => Promise<Float32Array>;
}

/**
 * Returns the trained models, in the order of the plan's kinds; `recordings` are those of `recordPlan`. The kind `base` comes
 * first, or `read` returns its parameters. A window has a network of its own and no base: on synthetic worlds it takes all
 * steps, those of a base and of another kind, at once; elsewhere it goes on from the one that was trained there. A projector
 * between vendors comes last, and both of their models of latents before it, or from `read`.
 */
export async function trainModels(
  plan: TrainingPlan,
  recordings: TrainingData,
  { open, read }: TrainingParts,
  listener: TrainingListener = {},
): Promise<readonly TrainedModel[]> {
  const cut = (of: readonly Recording[], count: number, seed: number): readonly Episode[] =>
    cutEpisodes(of, standardShape, standardEpisode, count, seed);
  const episodes = cut(recordings.training, plan.episodes, FIRST_TRAINING_SEED);
  const unseen = cut(recordings.validation, plan.validationEpisodes, FIRST_VALIDATION_SEED);
  const models: TrainedModel[] = [];
  const made = new Map<string, Float32Array>();
  for (const trained of plan.kinds.toSorted((a, b) => turnOf(a) - turnOf(b))) {
    const { steps, learningRate } = scheduleOf(trained, plan);
    const name = modelName(trained, plan);
    const log: TrainingRecord[] = [];
    const carried = trained.carried === "across" ? await acrossBy(trained) : carriedBy(trained);
    const shape =
      trained.carried === "across" ? acrossModel(trained, plan).shape : contextModel(trained, plan).shape;
    const shared = { shape, episode: standardEpisode, carried, open };
    const start = await startOf(trained);
    const parameters = await trainContext({
      ...shared,
      episodes,
      steps,
      learningRate,
      seed: plan.seed,
      ...(start === undefined ? {} : { start }),
      onRecord(record) {
        if (record.step % RECORD_EVERY === 0 || record.step === 1) log.push(record);
        return listener.onRecord?.(name, record, steps);
      },
      ...(listener.checkpoint === undefined ? {} : { checkpoint: listener.checkpoint(name) }),
    });
    if (parameters === null) break;
    made.set(kindName(trained), parameters);
    const accuracy = await judgeContext(parameters, { ...shared, episodes: unseen });
    const model = {
      name,
      modelId: name,
      onnx:
        trained.carried === "across"
          ? acrossOnnx(acrossModel(trained, plan), parameters)
          : inferenceOnnx(contextModel(trained, plan), parameters),
      parameters,
      steps,
      accuracy,
      metrics: accuracyRows(name, plan, accuracy),
      log,
    };
    await listener.onModel?.(model);
    models.push(model);
  }
  return models;

  async function startOf(trained: TrainedFor): Promise<Float32Array | undefined> {
    switch (trained.carried) {
      case "base":
      case "across":
        return undefined;
      case "window":
        return plan.on === SYNTHETIC ? undefined : read(trained);
      default:
        return parametersOf({ carried: "base", vendor: trained.vendor ?? "a" });
    }
  }

  /** Of this run, or of an earlier one. */
  async function parametersOf(trained: TrainedNetwork): Promise<Float32Array> {
    const name = kindName(trained);
    const parameters = made.get(name) ?? (await read(trained));
    made.set(name, parameters);
    return parameters;
  }

  async function acrossBy({ bytes, from }: TrainedAcross): Promise<Extract<Carried, { what: "across" }>> {
    const finished = async (vendor: Vendor) => {
      const trained = { carried: "latent", bytes, vendor } as const;
      return { shape: contextModel(trained, plan).shape, parameters: await parametersOf(trained) };
    };
    return { what: "across", bytes, sender: await finished(from), receiver: await finished(otherThan(from)) };
  }
}

/** Bases before what goes on from them, projectors between vendors after both. */
function turnOf({ carried }: TrainedFor): number {
  return carried === "base" ? 0 : carried === "across" ? 2 : 1;
}

/** Returns the ONNX file of a model for one phone: one report in, the next state, what is expected, and what is sent. */
function inferenceOnnx(model: ContextModel, parameters: Float32Array): Uint8Array {
  const graph = createGraph();
  const { network, transfer, start } = declareContext(graph, model);
  const { slots } = model.shape;
  const state = graph.input("state", [1, contextSize(model.shape)]);
  const [messages] = network.read(graph.input("features", [1, 1, slots, FEATURES]));
  const next = network.step(messages, state);
  graph.output("next", next);
  graph.output("expected", network.expect(next, graph.input("xn", [1, slots, slots])));
  graph.output("initial", network.initial);
  if (transfer !== null && model.latentBytes !== null) {
    graph.output("latent", transfer.encode(next).mean);
    const listed = graph.input("listed", [1, slots]);
    graph.output(
      "projected",
      transfer.project(graph.input("arrived", [1, model.latentBytes]), state, listed),
    );
  }
  if (start !== null) {
    const entries = graph.input("entries", [1, ENTRIES, ENTRY_FEATURES]);
    const ofSlots = graph.input("ofSlots", [1, ENTRIES, slots]);
    const listed = graph.input("listed", [1, slots]);
    graph.output("started", start({ entries, ofSlots, listed }));
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
    seeds: judgedWorlds(plan),
  });
  return [
    row("validation/at=request", accuracy.atRequest),
    ...accuracy.afterHandOff.map((value, i) => row(`validation/reports-after=${i}`, value)),
  ];
}
