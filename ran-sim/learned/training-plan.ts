import { createSyntheticWorld } from "../synthetic-world.ts";
import { FIRST_TRAINING_SEED } from "../training.ts";
import { perturbedScenario } from "./perturbed-worlds.ts";
import { type Recording, recordWorld } from "./recording.ts";
import { trainingScenario } from "./training-worlds.ts";
import { PERTURBED, SYNTHETIC, type TrainedFor, type Training } from "./weights.ts";

/** How much is trained, for how many steps and on which worlds; and the recordings of those worlds. */

/** Worlds of validation: their seeds are neither trained nor tested on. */
export const FIRST_VALIDATION_SEED = 2_000_000;

export interface TrainingPlan extends Training {
  readonly kinds: readonly TrainedFor[];
  /** Of the base, which loses nothing and from which every other kind goes on. */
  readonly base: Schedule;
  /** Of each other kind: the same for all. */
  readonly tuning: Schedule;
  readonly worlds: number;
  readonly validationWorlds: number;
  readonly users: number;
  readonly durationS: number;
  readonly episodes: number;
  readonly validationEpisodes: number;
}

interface Schedule {
  readonly steps: number;
  readonly learningRate: number;
}

export const standardPlan: Omit<TrainingPlan, "kinds" | keyof Training> = {
  base: { steps: 3000, learningRate: 3e-3 },
  tuning: { steps: 1000, learningRate: 1.5e-3 },
  worlds: 24,
  validationWorlds: 8,
  users: 30,
  durationS: 30,
  episodes: 60_000,
  validationEpisodes: 4096,
};

/** Enough to see that training works, in a minute or two. */
export const smokePlan: typeof standardPlan = {
  base: { steps: 100, learningRate: 3e-3 },
  tuning: { steps: 60, learningRate: 3e-3 },
  worlds: 2,
  validationWorlds: 2,
  users: 20,
  durationS: 9,
  episodes: 4000,
  validationEpisodes: 512,
};

/** What models are trained on, and what they are judged on. */
export interface TrainingData {
  readonly training: readonly Recording[];
  readonly validation: readonly Recording[];
}

/**
 * Returns the recordings of both sets of worlds: the data of a plan. Worlds with perturbations have the seeds, and but for those
 * the substance, of the clean ones.
 */
export function recordPlan(
  plan: Omit<TrainingPlan, "seed">,
  onWorld?: (done: number, of: number) => void,
): TrainingData {
  const of = plan.worlds + plan.validationWorlds;
  let done = 0;
  const record = (seed: number): Recording => {
    const clean = trainingScenario(seed, plan);
    const scenario = plan.on === PERTURBED ? perturbedScenario(clean, seed) : clean;
    const recording = recordWorld(createSyntheticWorld(scenario, seed), scenario, seed);
    onWorld?.(++done, of);
    return recording;
  };
  const worlds = (first: number, count: number): readonly Recording[] =>
    Array.from({ length: count }, (_, i) => record(first + i));
  return {
    training: worlds(FIRST_TRAINING_SEED, plan.worlds),
    validation: worlds(FIRST_VALIDATION_SEED, plan.validationWorlds),
  };
}

/** Returns on how many worlds the models of a plan are judged; none where it is traces. */
export function judgedWorlds({ on, validationWorlds }: TrainingPlan): number {
  return on === SYNTHETIC || on === PERTURBED ? validationWorlds : 0;
}

/**
 * Of the learning rate of other kinds, where a transfer is trained: it starts at the best linear one, and larger steps lose more
 * of that than they gain (docs/decisions/0015).
 */
const TRANSFER_RATE = 0.2;

/** Returns the schedule of a kind. A window has no base to go on from on synthetic worlds, and takes the steps of both. */
export function scheduleOf({ carried }: TrainedFor, { base, tuning, on }: TrainingPlan): Schedule {
  if (carried === "base") return base;
  if (carried === "latent" || carried === "across") {
    return { ...tuning, learningRate: TRANSFER_RATE * tuning.learningRate };
  }
  if (carried !== "window" || on !== SYNTHETIC) return tuning;
  return { steps: base.steps + tuning.steps, learningRate: base.learningRate };
}
