// Lists of arms and settings that several studies share.
import type { Setting } from "#core";
import { grid, learned, type Point, rule, type Study, type StudyArm } from "./study.ts";

/** What networks do, without a memory. */
export const rules: readonly StudyArm[] = [
  "a3-set1",
  "a3-set2",
  "a3-set3",
  "a3-set4",
  "a3-set5",
  "a3-tuned",
  "a5",
  "cho",
  "dwell",
].map(rule);

/** Everything with a learned memory; each has weights of its own. */
export const learnedNames = [
  "cold",
  "latent",
  "whole",
  "raw",
  "history",
  "trajectory",
  "pin",
  "transformer",
  "pca",
  "another",
  "mean",
  "noise",
] as const;

export const memories: readonly StudyArm[] = learnedNames.map((arm) => learned(arm));

/** The question and what could embarrass the answer: these run with every training seed. */
export const central: readonly string[] = ["cold", "latent", "whole", "raw", "pca", "another"];

/** Returns points that run with the first training seed only. */
export const withOneTraining = (points: readonly Point[]): readonly Point[] =>
  points.map((point) => ({ ...point, trainingSeeds: [1] }));

/** The same arms in long studies: those that stand beside the question run with the first training seed only. */
export const memoriesBriefly: readonly StudyArm[] = learnedNames.map((arm) =>
  central.includes(arm) ? learned(arm) : learned(arm, withOneTraining([{ label: "", settings: [] }])),
);

/** Those that every other arm is compared with: no transfer, and what could do as well as a latent without being one. */
export const controls = ["cold", "raw", "history", "trajectory", "pca", "another", "mean"] as const;

/** Of the next list: what training worlds chose, and what an arm does without a point. */
export const CHOSEN = 2;

/**
 * How strict the rule on expectations is, from at every chance to hardly ever. Training worlds chose the third, which runs with
 * every training seed; the others, which show where the front goes, with the first.
 */
export const strictness: readonly Point[] = [
  { urgentMargin: 0, shortStayRisk: 0.2, gainDb: 1 },
  { urgentMargin: 0.05, shortStayRisk: 0.4, gainDb: 2 },
  { urgentMargin: 0.1, shortStayRisk: 0.7, gainDb: 2 },
  { urgentMargin: 0.2, shortStayRisk: 0.85, gainDb: 4 },
  { urgentMargin: 0.4, shortStayRisk: 1, gainDb: 8 },
].map((rule, i) => ({
  label: `strictness=${i + 1}`,
  settings: Object.entries(rule).map(([name, value]) => ({ path: `network.rule.${name}`, value })),
  ...(i === CHOSEN ? {} : { trainingSeeds: [1] }),
}));

/** An arm as it is, and with the weights of worlds in which the perturbations were drawn. */
export const nominalAndRobust: readonly Point[] = [
  { label: "", settings: [] },
  { label: "robust", settings: [{ path: "network.trainedOn", value: "perturbed" }] },
];

/** Event A3 from eager to slow. */
export const a3Points: readonly Point[] = grid({
  "a3.offsetDb": [0, 1, 2, 3, 4, 6],
  "a3.timeToTriggerMs": [40, 160, 320],
});

const fading: Setting = { path: "radio.fading.kind", value: "rayleigh" };
const speed = (kmh: number): Setting => ({ path: "mobility.speedKmh", value: kmh });

/** Where the carried state is worth something, and where it was found to be worth nothing (../cold-start). */
export const walking = { name: "speed=3kmh-fading", settings: [speed(3), fading] };
export const driving = { name: "speed=60kmh", settings: [speed(60)] };

/** Seeds of training for which weights are wanted. */
export const threeTrainings = [1, 2, 3] as const;

/** What studies on synthetic worlds have in common: 20 test worlds with seeds from `first` on, three trainings. */
export const onSyntheticWorlds = (first: number): Pick<Study, "scenario" | "seeds" | "trainingSeeds"> => ({
  scenario: "hex-uma",
  seeds: Array.from({ length: 20 }, (_, i) => first + i),
  trainingSeeds: threeTrainings,
});

/** The usual size of a world. */
export const size = (users: number, durationS: number): readonly Setting[] => [
  { path: "mobility.users", value: users },
  { path: "durationS", value: durationS },
  { path: "warmUpS", value: 2 },
  { path: "tickMs", value: 20 },
];

/** One site, few phones, fitted arms on one short training world. */
const tiny: readonly Setting[] = [
  ...size(8, 5),
  { path: "layout.sites", value: 1 },
  { path: "training.worlds", value: 1 },
  { path: "training.durationS", value: 4 },
];

/** Returns a study of a few seconds: two tiny worlds, but for `settings` of its own, one training, and what `less` says. */
export const shortOf = (study: Study, { settings = [], ...less }: Partial<Study>): Study => ({
  ...study,
  ...less,
  settings: [...tiny, ...settings],
  seeds: study.seeds.slice(0, 2),
  trainingSeeds: study.trainingSeeds.slice(0, 1),
});

/** Never one of them without the others: who never hands back has no ping-pong either. */
export const closedLoop = [
  "handoverAttempts",
  "handoversPerUeMinute",
  "pingPongRate",
  "shortStayRate",
  "failuresPerHandover",
  "lateMsPerUeMinute",
] as const;

export const openLoop = [
  "postHandoverAccuracy.0-50ms",
  "postHandoverAccuracy.50-250ms",
  "postHandoverAccuracy.250-500ms",
  "postHandoverAccuracy.500-1000ms",
  "postHandoverRegretDb.50-250ms",
  "gapClosed",
] as const;
