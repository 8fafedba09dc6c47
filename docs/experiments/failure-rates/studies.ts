// What is changed, one thing at a time: hex-uma at 60 km/h, and the macro network of TR 36.839.
import { type Condition, rule, type Study } from "../harness/study.ts";

/** The factor, the value it takes, and the settings that make it so. */
export interface Factor {
  readonly factor: string;
  readonly value: string;
  readonly settings: Condition["settings"];
}

const set = (path: string, value: unknown): Condition["settings"][number] => ({ path, value }) as never;
const one = (factor: string, path: string, values: readonly (string | number | boolean)[]): Factor[] =>
  values.map((value) => ({ factor, value: `${value}`, settings: [set(path, value)] }));

const sets = [3, 30, 120].map(
  (speed): Factor => ({
    factor: "speed, km/h",
    value: `${speed}`,
    // A walker crosses few borders in half a minute.
    settings: [set("mobility.speedKmh", speed), ...(speed === 3 ? [set("durationS", 60)] : [])],
  }),
);

/** Shadowing of one sigma and one distance in both states of line of sight, in place of the table's two. */
const otherShadowing = [13, 50, 150].map(
  (decorrelationM): Factor => ({
    factor: "shadowing of 6 dB, another after, m",
    value: `${decorrelationM}`,
    settings: [set("radio.shadowing", false), set("radio.extraShadowing", { sigmaDb: 6, decorrelationM })],
  }),
);

export const AS_IT_IS = "as it is";

/** Where nothing is said hex-uma has: LOS that comes and goes over 15 m, load 0.5, N310 10, T310 1 s, error 1.216 dB, 50 ms, 7 sites. */
export const factors: readonly Factor[] = [
  { factor: AS_IT_IS, value: "", settings: [] },
  ...one("line of sight", "radio.lineOfSight", ["always", "never"]),
  ...one("line of sight comes and goes over, m", "radio.losTransitionM", [0, 9, 30, 100]),
  { factor: "shadowing", value: "none", settings: [set("radio.shadowing", false)] },
  {
    factor: "shadowing",
    value: "none, and always line of sight",
    settings: [set("radio.shadowing", false), set("radio.lineOfSight", "always")],
  },
  ...otherShadowing,
  ...one("load of the other cells", "radio.load", [0, 0.2, 1]),
  ...one("N310", "handover.n310", [1]),
  ...one("T310, ms", "handover.t310Ms", [0, 2000]),
  ...one("command due while T310 runs", "handover.commandDuringT310", ["received"]),
  ...one("measurement error, dB", "measurement.errorSigmaDb", [0, 1, 2]),
  ...[10, 100].map(
    (ms): Factor => ({
      factor: "preparation, ms",
      value: `${ms}`,
      settings: [set("handover.preparationMs", ms), set("handover.answerMs", Math.min(ms, 30))],
    }),
  ),
  ...sets,
  ...one("sites", "layout.sites", [19]),
  {
    factor: "fast fading",
    value: "Rayleigh, one branch",
    settings: [set("radio.fading", { kind: "rayleigh" })],
  },
];

/** Slashes and equals signs part the names of scenarios in rows. */
export const conditionOf = ({ factor, value, settings }: Factor): Condition => ({
  name: [factor, value].filter((part) => part !== "").join(": "),
  settings,
});

const reported = [
  "handoverAttempts",
  "handovers",
  "handoverFailures",
  "handoversPerUeMinute",
  "handoverFailureRate",
  "failuresPerHandover",
  "pingPongRate",
  "shortStayRate",
];

const size = (users: number): Study["settings"] => [
  set("mobility.users", users),
  set("durationS", 30),
  set("warmUpS", 5),
];

const seedsFrom = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => first + i);

const common = { slug: "failure-rates", references: [], reported, trainingSeeds: [] } as const;
const closed = (arm: string) => ({ ...rule(arm), loops: "closed" as const });

export const ablation: Study = {
  ...common,
  scenario: "hex-uma",
  settings: size(40),
  conditions: factors.map(conditionOf),
  arms: [closed("a3-set1"), closed("a3-set3")],
  seeds: seedsFrom(601, 6),
};

export const FILTERS = [0, 4, 11, 13] as const;
/** Event A3 of a set with another k; the sets have 4 and 1. */
const filtered = (name: string, offsetDb: number, timeToTriggerMs: number) =>
  FILTERS.map((k) => ({
    label: `${name}, k ${k}`,
    settings: [
      set("a3.offsetDb", offsetDb),
      set("a3.timeToTriggerMs", timeToTriggerMs),
      set("a3.filterCoefficient", k),
    ],
  }));

export const filters: Study = {
  ...ablation,
  conditions: [{ name: "filter", settings: [] }],
  arms: [
    {
      ...closed("a3"),
      points: [...filtered("set 1", 3, 480), ...filtered("set 3", 2, 160)],
    },
  ],
};

/** The settings of the reference kernel: 3 dB, 256 ms, k = 4, full load, no measurement error, noise figure 9 dB. */
export const kernel: Study = {
  ...ablation,
  conditions: [
    {
      name: "kernel",
      settings: [set("radio.load", 1), set("measurement.errorSigmaDb", 0), set("radio.noiseFigureDb", 9)],
    },
  ],
  arms: [
    {
      ...closed("a3"),
      points: [
        {
          label: "3 dB, 256 ms, k 4",
          settings: [set("a3.offsetDb", 3), set("a3.timeToTriggerMs", 256), set("a3.filterCoefficient", 4)],
        },
      ],
    },
  ],
};

export const SPEEDS_KMH = [3, 30, 60, 120] as const;

export const macro: Study = {
  ...common,
  scenario: "tr36839-macro",
  settings: size(30),
  conditions: [
    ...SPEEDS_KMH.map((speed) => ({
      name: `${speed} km per hour`,
      settings: [set("mobility.speedKmh", speed), ...(speed === 3 ? [set("durationS", 60)] : [])],
    })),
    {
      name: "60 km per hour, shadowing over 50 m",
      settings: [set("mobility.speedKmh", 60), set("radio.distanceLaw.shadowing.correlationDistanceM", 50)],
    },
    {
      name: "60 km per hour, load 0.5",
      settings: [set("mobility.speedKmh", 60), set("radio.load", 0.5)],
    },
  ],
  arms: [1, 2, 3, 4, 5].map((number) => closed(`a3-set${number}`)),
  seeds: seedsFrom(621, 6),
};

/** One site, few phones, two worlds: in seconds. */
const shortOf = (study: Study, conditions: readonly Condition[]): Study => ({
  ...study,
  settings: [
    ...study.settings,
    set("layout.sites", 1),
    set("mobility.users", 20),
    set("durationS", 10),
    set("warmUpS", 2),
  ],
  conditions,
  seeds: study.seeds.slice(0, 2),
});

export const shortStudies: readonly Study[] = [
  shortOf(ablation, [ablation.conditions[0], ablation.conditions[1], ablation.conditions[7]]),
  shortOf(filters, filters.conditions),
  shortOf(kernel, kernel.conditions),
  shortOf(macro, [macro.conditions[1], macro.conditions[2]]),
];
