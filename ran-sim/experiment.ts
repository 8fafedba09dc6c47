import {
  type Awaitable,
  BadInputError,
  type Experiment,
  forgetFailed,
  type Pause,
  type Shard,
  type ShardResult,
  type StateBatch,
  type UnitResult,
  whenReady,
} from "#core";
import { type ArmVariant, checkRowNames, readyVariants } from "./hand-off/arms/variant.ts";
import {
  checkSyntheticArms,
  defaultRanArms,
  inCurrentNames,
  ofTwoVendors,
  statesNeeded,
} from "./hand-off/arms.ts";
import { ranGap, ranMetrics } from "./metrics/ran-metrics.ts";
import { type RunWorldOptions, runWorld } from "./run-world.ts";
import type { RanScenario } from "./scenario.ts";
import { scenarioFiles } from "./scenario-file.ts";
import { scenarioNotes } from "./scenario-notes.ts";
import { createSyntheticWorld } from "./synthetic-world.ts";
import { collectStates, FIRST_TRAINING_SEED, joinStates } from "./training.ts";
import { collectEach, type TrainingStates } from "./training-states.ts";
import { encodeXnap, type XnCapture } from "./xn/index.ts";

/** The experiment on synthetic worlds: arms x seeds, one shard a seed, all arms of it in step on one world. */

export interface RanExperimentOptions {
  readonly scenario: RanScenario;
  /** Seeds of the test worlds, all below {@link FIRST_TRAINING_SEED}. */
  readonly seeds: readonly number[];
  readonly arms?: readonly string[];
  /** Points of a sweep that share the worlds: more arms, after those of `arms`. */
  readonly variants?: readonly ArmVariant[];
  /** Break the open-loop measures down by the vendors of a handover's cells. Default: when an arm is of two vendors. */
  readonly byVendor?: boolean;
  /** Gets every message over Xn. One arm and one seed make one network; of several it would be a jumble. */
  readonly capture?: XnCapture;
}

/**
 * Returns the experiment. Throws a BadInputError for an unknown arm (with the nearest), a repeated one, one that needs
 * recorded journeys, and for seeds that are kept for training.
 */
export function createRanExperiment(
  options: RanExperimentOptions,
): Experiment<"ran"> & { readonly notes: readonly string[] } {
  const { scenario, seeds, capture } = options;
  const variants = inCurrentNames(options.variants ?? []);
  if (capture !== undefined && (seeds.length !== 1 || options.arms?.length !== 1)) {
    throw new RangeError("createRanExperiment: a capture is of one arm and one seed");
  }
  const arms = checkSyntheticArms(options.arms ?? defaultRanArms(scenario.network.memory));
  for (const seed of seeds) {
    if (seed >= FIRST_TRAINING_SEED) {
      throw new BadInputError("training-seed", {
        subject: "--first-seed",
        expected: `seeds below ${FIRST_TRAINING_SEED}, which begin the training worlds`,
        got: `${seed}`,
      });
    }
  }
  const variantArms = checkSyntheticArms([...new Set(variants.map(({ arm }) => arm))]);
  const { byVendor = ofTwoVendors([...arms, ...variantArms]) } = options;
  checkRowNames(arms, variants);
  const train = createTraining(scenario, arms);
  const trainVariants = createVariantTraining(variants, scenario.mobility.users);
  const names = [...arms, ...variants.map(({ name }) => name)];
  const notes = scenarioNotes(scenario);
  return {
    notes,
    name: "ran",
    domain: "ran",
    kind: "simulated",
    arms: names,
    metrics: ranMetrics,
    gap: ranGap,
    kpis: scenario.kpis,
    shards: seeds.map((seed) => ({ key: `${scenario.name}/seed=${seed}`, scenario: scenario.name, seed })),
    inputs: [],
    config: {
      scenario,
      arms,
      seeds,
      ...(variants.length === 0 ? {} : { variants }),
      ...(byVendor ? { byVendor } : {}),
      ...(notes.length === 0 ? {} : { notes }),
    },
    inputFiles: scenarioFiles(scenario),
    // A capture is of one shard and belongs to this thread.
    ...(capture === undefined
      ? { recipe: { module: import.meta.url, make: "createRanExperiment", options } }
      : {}),
    runShard: ({ seed }: Shard, pauses = {}) =>
      whenReady(train(pauses.pause), (states) =>
        whenReady(trainVariants(pauses.pause), (ready) =>
          runSeed(seed ?? 0, {
            ...{ scenario, arms, states, variants: ready, byVendor },
            ...pauses,
            ...(capture === undefined
              ? {}
              : { onXnMessage: ({ message, ...sending }) => capture.add(encodeXnap(message), sending) }),
          }),
        ),
      ),
  };
}

/**
 * Returns a function that makes the training states that `arms` need on its first call and remembers them. Equal
 * scenarios give equal states, so that every process that runs a shard fits the same model.
 */
export function createTraining(
  scenario: RanScenario,
  arms: readonly string[],
): (pause?: Pause) => Awaitable<TrainingStates> {
  let states: Awaitable<TrainingStates> | null = null;
  return (pause) => {
    states ??= collectEach(statesNeeded(arms, scenario.network.memory, scenario.mobility.users), (of) =>
      collectTraining(scenario, of, pause),
    );
    return forgetFailed(states, () => {
      states = null;
    });
  };
}

/** Returns a function that makes the variants' training states on its first call and remembers them. */
function createVariantTraining(
  variants: readonly ArmVariant[],
  ueCount: number,
): (pause?: Pause) => ReturnType<typeof readyVariants> {
  let ready: ReturnType<typeof readyVariants> | null = null;
  return (pause) => {
    ready ??= readyVariants(
      variants,
      ({ arm, scenario }) => statesNeeded([arm], scenario.network.memory, ueCount),
      (scenario, needed) => collectEach(needed, (of) => collectTraining(scenario, of, pause)),
    );
    return forgetFailed(ready, () => {
      ready = null;
    });
  };
}

function collectTraining(scenario: RanScenario, of: string, pause?: Pause): Awaitable<StateBatch> {
  const { worlds, durationS } = scenario.training;
  const short = { ...scenario, durationS };
  const batches: StateBatch[] = [];
  const goOn = (index: number): Awaitable<StateBatch> => {
    if (index === worlds) return joinStates(batches, batches[0].size);
    const seed = FIRST_TRAINING_SEED + index;
    return whenReady(collectStates(createSyntheticWorld(short, seed), short, seed, of, pause), (batch) => {
      batches.push(batch);
      return goOn(index + 1);
    });
  };
  return whenReady(goOn(0), (states) => {
    if (states.count >= 2) return states;
    throw new BadInputError("bad-parameter", {
      subject: `scenario ${scenario.name}, training`,
      expected: "at least two states of phones near a cell edge",
      got: `${states.count}`,
      remedy: "give the training more worlds, users or time",
    });
  });
}

function runSeed(
  seed: number,
  options: Omit<RunWorldOptions, "world" | "seed">,
): Awaitable<ShardResult<"ran">> {
  const { scenario } = options;
  const world = createSyntheticWorld(scenario, seed);
  return whenReady(runWorld({ ...options, world, seed }), (results) => {
    const about = { scenario: scenario.name, seed, unit: `seed=${seed}` };
    return {
      units: results.flatMap(({ arm, memory, tallies, ways }): UnitResult<"ran">[] => {
        const kept = memory === undefined ? {} : { memory };
        const unit = { ...about, domain: "ran", arm, ...kept, group: `seed=${seed}`, tallies } as const;
        const ofWays = Object.entries(ways).map(([way, of]) => ({
          ...unit,
          scenario: `${scenario.name}/way=${way}`,
          tallies: of,
        }));
        return [unit, ...ofWays];
      }),
      tables: {
        handovers: results.flatMap((result) => result.handoverRows(about)),
        events: results.flatMap((result) => result.eventRows(about)),
      },
    };
  });
}
