import { createStream } from "#core";
import {
  type Checkpoint,
  createGraph,
  defaultOptimizer,
  type Feeds,
  startTraining,
  type TrainingGraph,
  type TrainingRecord,
  type TrainingState,
  toOnnx,
  trainStages,
} from "#core/model";
import { FEATURES, feature, OUTPUTS, output } from "./context-shape.ts";
import { createEpisodeBatch, fillBatch } from "./episodes.ts";
import {
  type Carried,
  type EpisodeShape,
  episodeObjective,
  judgedBefore,
  judgedInstants,
  runEpisode,
  VALID,
  valid,
} from "./objective.ts";
import { type TransferTraining, transferStart } from "./transfer-start.ts";
import { historyFeeds } from "./visited-cells.ts";

/** One arm's training: the same worlds, steps and settings for every arm; only what crosses the boundary differs. */
export interface ContextTraining extends TransferTraining {
  readonly steps: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Parameters to start from, of a model without a transfer or of one like it; what they lack starts from the seed. */
  readonly start?: Float32Array;
  readonly onRecord?: (record: TrainingRecord) => "stop" | undefined;
  readonly checkpoint?: Checkpoint;
}

/** Reports at the source and at the target: two seconds and a third of one, at 40 ms. */
export const standardEpisode: EpisodeShape = { batch: 48, before: 50, after: 8, judgeEvery: 10 };

/** Returns the trained parameters, or null when it was stopped; equal settings give equal ones, bit for bit. */
export async function trainContext(training: ContextTraining): Promise<Float32Array | null> {
  const { shape, episode, carried, episodes, steps, learningRate, seed, open, onRecord, checkpoint } =
    training;
  const batch = createEpisodeBatch(shape, episode);
  const draws = createStream(seed, "training-batch");
  return trainStages({
    stages: [
      {
        objective: episodeObjective(shape, episode, carried),
        steps,
        batch(step) {
          const chosen = Array.from(
            { length: episode.batch },
            (_, i) => episodes[draws.integer(episodes.length, step, i)],
          );
          return {
            ...fillBatch(batch, chosen, shape, episode),
            ...noiseOf(carried, episode, draws, step),
            ...(carried.what === "history" ? historyFeeds(chosen, shape, episode) : {}),
          };
        },
      },
    ],
    optimizer: { ...defaultOptimizer, learningRate },
    seed,
    open,
    begin: (graph) => begin(graph, training),
    ...(onRecord === undefined ? {} : { onRecord }),
    ...(checkpoint === undefined ? {} : { checkpoint: () => checkpoint }),
  });
}

/** The network's parameters are declared before those of a transfer. */
async function begin(graph: TrainingGraph, training: ContextTraining): Promise<TrainingState> {
  const state = startTraining(graph, training.seed);
  if (training.start !== undefined) state.parameters.set(training.start);
  const { parameters } = state;
  return {
    ...state,
    parameters: graph.withParameters(parameters, await transferStart(training, parameters)),
  };
}

/** How often the cell that a model names is a right one, at the source and at each instant after the hand-off. */
export interface NamingAccuracy {
  /** At the request, before anything is lost. */
  readonly atRequest: number;
  /** [after + 1]: at the completion, and at each report after it. */
  readonly afterHandOff: readonly number[];
  /** The same for naming the cell of the strongest report, without a model; NaN at the completion, when there is none. */
  readonly strongestReport: readonly number[];
  readonly episodes: number;
}

/** Returns how a model does on episodes it has not seen. The last incomplete batch is left out. */
export async function judgeContext(
  parameters: Float32Array,
  { shape, episode, carried, episodes, open }: TransferTraining,
): Promise<NamingAccuracy> {
  const graph = createGraph();
  graph.output("expected", runEpisode(graph, shape, episode, carried).expected);
  const session = await open(toOnnx(graph, parameters));
  const { batch, after } = episode;
  const { slots } = shape;
  const feeds = createEpisodeBatch(shape, episode);
  const quiet = carried.what === "latent" ? { noise: new Float32Array(batch * carried.bytes) } : {};
  const instants = judgedInstants(episode);
  const firstAfter = judgedBefore(episode).length;
  const right = new Float64Array(instants);
  const strongest = new Float64Array(after + 1);
  let judged = 0;
  for (let from = 0; from + batch <= episodes.length; from += batch) {
    const chosen = episodes.slice(from, from + batch);
    const { before, after: reports, xn, listed } = fillBatch(feeds, chosen, shape, episode);
    const lists = carried.what === "history" ? historyFeeds(chosen, shape, episode) : {};
    const { expected } = await session.run({ before, after: reports, xn, listed, ...quiet, ...lists });
    for (let row = 0; row < batch; row++) {
      for (let instant = 0; instant < instants; instant++) {
        const at = (instant * batch + row) * slots;
        // With nothing carried, nothing is known at the completion: the serving cell is named.
        const blind = carried.what === "nothing" && instant === firstAfter;
        const named = blind
          ? TARGET_SLOT
          : bestSlot(slots, (slot) =>
              feeds.valid[(at + slot) * VALID + valid.cell] === 1
                ? Number(expected[(at + slot) * OUTPUTS + output.right])
                : Number.NEGATIVE_INFINITY,
            );
        right[instant] += feeds.targets[(at + named) * OUTPUTS + output.right];
        if (instant <= firstAfter) continue;
        const report = ((instant - firstAfter - 1) * batch + row) * slots;
        const loudest = bestSlot(slots, (slot) => reportedLevel(feeds.after, report + slot));
        strongest[instant - firstAfter] += feeds.targets[(at + loudest) * OUTPUTS + output.right];
      }
    }
    judged += batch;
  }
  await session.close();
  const share = (count: number): number => count / judged;
  return {
    atRequest: share(right[firstAfter - 1]),
    afterHandOff: Array.from(right.subarray(firstAfter), share),
    strongestReport: Array.from(strongest, (count, i) => (i === 0 ? Number.NaN : share(count))),
    episodes: judged,
  };
}

/** An episode's target is its second cell. */
const TARGET_SLOT = 1;

function reportedLevel(features: Float32Array, entry: number): number {
  const at = entry * FEATURES;
  return features[at + feature.present] === 1 ? features[at + feature.rsrp] : Number.NEGATIVE_INFINITY;
}

function bestSlot(slots: number, score: (slot: number) => number): number {
  let best = 0;
  for (let slot = 1; slot < slots; slot++) if (score(slot) > score(best)) best = slot;
  return best;
}

/** Standard normal, keyed by (step, value): what a latent's draw needs in training. */
function noiseOf(
  carried: Carried,
  { batch }: EpisodeShape,
  draws: ReturnType<typeof createStream>,
  step: number,
): Feeds {
  if (carried.what !== "latent") return {};
  const count = batch * carried.bytes;
  const noise = new Float32Array(count);
  for (let i = 0; i < count; i++) noise[i] = draws.normal(step, i, 1);
  return { noise };
}
