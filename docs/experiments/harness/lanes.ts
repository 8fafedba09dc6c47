// The lanes of a study: its arms at their points, with the weights of each training seed, as far as there are any.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { applySettings, BadInputError, bytesPerValue, type Setting } from "#core";
import {
  type ArmVariant,
  loadRanScenario,
  modelName,
  parseRanScenario,
  type RanScenario,
  ranArmNames,
  type TrainedFor,
  weightsFolder,
} from "#ran-sim";
import { type Condition, laneName, type Study } from "./study.ts";

export interface Lanes {
  readonly variants: readonly ArmVariant[];
  /** What was asked for and is not there, in words. */
  readonly missing: readonly string[];
}

/** Between the name of a lane in rows and its training seed, in the name of its variant. */
const SEED = " #";

/** Returns the scenario of a condition; `name` stands for the traces of a replay, which has no scenario file. */
export function scenarioOf(
  study: Study,
  condition: Condition,
  name?: string,
  more: readonly Setting[] = [],
): RanScenario {
  const settings = [...study.settings, ...condition.settings, ...more];
  return name === undefined
    ? loadRanScenario(study.scenario, settings)
    : parseRanScenario(applySettings({ name }, settings), study.slug);
}

/** Returns the lanes of one condition that can run: the arm is known, its settings are legal and its weights are there. */
export function lanesOf(study: Study, condition: Condition, name?: string): Lanes {
  const variants: ArmVariant[] = [];
  const missing: string[] = [];
  for (const { arm, points = [{ label: "", settings: [] }], learned, loops = "both" } of study.arms) {
    if (!ranArmNames.includes(arm)) {
      missing.push(`arm ${arm}`);
      continue;
    }
    for (const { label, settings, trainingSeeds = study.trainingSeeds, loops: own = loops } of points) {
      for (const seed of learned ? trainingSeeds : [null]) {
        const lane = laneName(arm, label);
        const all = seed === null ? settings : [...settings, { path: "network.trainingSeed", value: seed }];
        const scenario = legal(() => scenarioOf(study, condition, name, all));
        if (scenario === null || (learned && !hasWeights(arm, scenario))) {
          missing.push(seed === null ? lane : `${lane} of training seed ${seed}`);
        } else {
          variants.push({ name: seed === null ? lane : `${lane}${SEED}${seed}`, arm, loops: own, scenario });
        }
      }
    }
  }
  return { variants, missing };
}

/** Returns the name of a lane in rows and its training seed, of the name of a variant. */
export function partsOf(variant: string): { readonly lane: string; readonly trainingSeed?: number } {
  const [lane, seed] = variant.split(SEED);
  return seed === undefined ? { lane } : { lane, trainingSeed: Number(seed) };
}

/** Null for a value that this version does not know: weights that come with it are missing then. */
function legal(make: () => RanScenario): RanScenario | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof BadInputError) return null;
    throw error;
  }
}

/** What the model of an arm was trained to carry; of one that is not here a latent of the payload's size. */
const carried = {
  cold: "nothing",
  whole: "state",
  pca: "state",
  pin: "state",
  raw: "reports",
  transformer: "window",
  history: "history",
  trajectory: "trajectory",
} as const;

const latents = [
  { carried: "latent", bytes: 128, vendor: "a" },
  { carried: "latent", bytes: 128, vendor: "b" },
] as const;
const projected = [
  ...latents,
  { carried: "across", bytes: 128, from: "a" },
  { carried: "across", bytes: 128, from: "b" },
] as const;

/** The models of arms of two vendors. */
const ofTwoVendors: Readonly<Record<string, readonly TrainedFor[]>> = {
  "vendors-cold": [
    { carried: "nothing", vendor: "a" },
    { carried: "nothing", vendor: "b" },
  ],
  "vendors-within": latents,
  vendors: projected,
  "vendors-shuffled": projected,
};

/** Whether the weights of an arm are committed. */
function hasWeights(arm: string, { network, payload }: RanScenario): boolean {
  const { trainedOn: on, trainingSeed: seed, vendor } = network;
  const own: TrainedFor =
    arm in carried
      ? { carried: carried[arm as keyof typeof carried], vendor }
      : { carried: "latent", bytes: payload.bytes / bytesPerValue[payload.precision], vendor };
  return (ofTwoVendors[arm] ?? [own]).every((trained) =>
    existsSync(join(weightsFolder, `${modelName(trained, { seed, on })}.onnx`)),
  );
}
