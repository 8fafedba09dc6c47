// What each picture shows: its arms in order, what of the scenario each changes, and the orderings that are expected.
import type { Setting } from "#core";

/** One arm under one setting, on the same worlds as every other of its speed. */
export interface Point {
  /** Unique over the experiment: the name of the arm in results. */
  readonly name: string;
  /** What stands below it in a picture. */
  readonly label: string;
  /** An arm of the simulator. */
  readonly arm: string;
  readonly speedKmh: number;
  readonly settings: readonly Setting[];
}

export type PanelName = "ttt" | "speed" | "cho" | "daps" | "sets";

export interface Panel {
  readonly name: PanelName;
  readonly question: string;
  readonly points: readonly Point[];
  /** Each: from every point of `along` to the next, the metric rises or falls. */
  readonly expected: readonly Expectation[];
}

export interface Expectation {
  readonly metric: string;
  readonly direction: "rises" | "falls";
  /** Names of points, in order. */
  readonly along: readonly string[];
}

const SPEEDS_KMH = [3, 30, 60, 120] as const;
/** The speed of the scenario. */
const USUAL_KMH = 60;
/** Of TS 38.331, from none to half a second. */
const TIMES_TO_TRIGGER_MS = [0, 40, 80, 160, 320, 480] as const;

const timed = TIMES_TO_TRIGGER_MS.map(
  (ms): Point => ({
    name: `a3, ${ms} ms`,
    label: `${ms}`,
    arm: "a3",
    speedKmh: USUAL_KMH,
    settings: [{ path: "a3.timeToTriggerMs", value: ms }],
  }),
);
const at = (arm: string, speedKmh: number): Point => ({
  name: `${arm}, ${speedKmh} km/h`,
  label: `${speedKmh}`,
  arm,
  speedKmh,
  settings: [],
});
const basic = SPEEDS_KMH.map((speed) => at("a3", speed));
const conditional = SPEEDS_KMH.map((speed) => at("cho", speed));
const procedures = ["a3", "cho", "daps", "ltm"].map((arm): Point => ({ ...at(arm, USUAL_KMH), label: arm }));
const sets = [1, 2, 3, 4, 5].map((set): Point => ({ ...at(`a3-set${set}`, USUAL_KMH), label: `set ${set}` }));
const references = ["a3-tuned", "dwell"].map((arm): Point => ({ ...at(arm, USUAL_KMH), label: arm }));
const namesOf = (points: readonly Point[]): readonly string[] => points.map((point) => point.name);

export const panels: readonly Panel[] = [
  {
    name: "ttt",
    question: "With a longer time-to-trigger ping-pong falls and failures rise",
    points: timed,
    expected: [
      { metric: "pingPongRate", direction: "falls", along: namesOf(timed) },
      { metric: "shortStayRate", direction: "falls", along: namesOf(timed) },
      { metric: "failuresPerHandover", direction: "rises", along: namesOf(timed) },
    ],
  },
  {
    name: "speed",
    question: "Failures rise with speed",
    points: basic,
    expected: [{ metric: "failuresPerHandover", direction: "rises", along: namesOf(basic) }],
  },
  {
    name: "cho",
    question: "Conditional handover lowers failures",
    points: [...basic, ...conditional],
    expected: SPEEDS_KMH.map((_, i) => ({
      metric: "failuresPerHandover",
      direction: "falls",
      along: [basic[i].name, conditional[i].name],
    })),
  },
  {
    name: "daps",
    question: "DAPS lowers interruption",
    points: procedures,
    expected: [
      {
        metric: "interruptionPerCompletionMs",
        direction: "falls",
        along: namesOf([procedures[0], procedures[2]]),
      },
      { metric: "outageMsPerUeMinute", direction: "falls", along: namesOf([procedures[0], procedures[2]]) },
      { metric: "failuresPerHandover", direction: "falls", along: namesOf([procedures[0], procedures[2]]) },
    ],
  },
  {
    name: "sets",
    question: "Sets 1 to 5 of TR 36.839 trace a front of failures against short stays",
    points: [...sets, ...references],
    expected: [
      { metric: "failuresPerHandover", direction: "falls", along: namesOf(sets) },
      { metric: "shortStayRate", direction: "rises", along: namesOf(sets) },
      { metric: "pingPongRate", direction: "rises", along: namesOf(sets) },
    ],
  },
];

/** Every point once, whatever panels show it. */
export const allPoints: readonly Point[] = [
  ...new Map(panels.flatMap((panel) => panel.points).map((point) => [point.name, point])).values(),
];
