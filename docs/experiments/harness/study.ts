// What an experiment on the RAN side is: arms and their points, kinds of worlds, seeds of worlds and of training.
import type { Setting } from "#core";
import type { ArmVariant } from "#ran-sim";

type Loops = ArmVariant["loops"];

/** One setting of an arm in a sweep; it changes what the arm does, and not the worlds. */
export interface Point {
  /** Follows the arm's name in rows and tables: `payload.bytes=8`; empty for the arm as it is. */
  readonly label: string;
  readonly settings: readonly Setting[];
  /** Left out: all of the study. */
  readonly trainingSeeds?: readonly number[];
  /** Left out: where the arm is. */
  readonly loops?: Loops;
}

/** One arm of a study and the points at which it runs. */
export interface StudyArm {
  readonly arm: string;
  /** Left out: the arm as it is. */
  readonly points?: readonly Point[];
  /** Whether training seeds make it differ; it then runs once for each. */
  readonly learned: boolean;
  /** Where it is judged; left out, in both loops. */
  readonly loops?: Loops;
}

/** A kind of worlds: what it changes of the scenario. */
export interface Condition {
  readonly name: string;
  readonly settings: readonly Setting[];
}

export interface Study {
  readonly slug: string;
  readonly scenario: string;
  readonly settings: readonly Setting[];
  readonly conditions: readonly Condition[];
  readonly arms: readonly StudyArm[];
  /** Arms, by name in rows, with which every other arm is compared; each is one family of Holm's correction. */
  readonly references: readonly string[];
  /** Metrics that leave the study, in the order of its tables. */
  readonly reported: readonly string[];
  /** Of the test worlds. */
  readonly seeds: readonly number[];
  readonly trainingSeeds: readonly number[];
  /** Judge handovers by labels from the worlds without their conditions too (label-disagreement.ts). */
  readonly labels?: boolean;
  /** Tell handovers apart by the vendors of their cells too, and name arms after what the receiver does (receivers.ts). */
  readonly byVendor?: boolean;
}

/** An arm as rules are: nothing trained it, one point. */
export const rule = (arm: string): StudyArm => ({ arm, learned: false });

/** A learned arm, at some points or as it is. */
export const learned = (arm: string, points?: readonly Point[], loops: Loops = "both"): StudyArm => ({
  arm,
  learned: true,
  loops,
  ...(points === undefined ? {} : { points }),
});

/** Returns the grid of points in which each path takes each of its values. */
export function grid(values: Readonly<Record<string, readonly (number | string)[]>>): readonly Point[] {
  return Object.entries(values).reduce<readonly Point[]>(
    (points, [path, list]) =>
      points.flatMap(({ label, settings }) =>
        list.map((value) => ({
          label: [label, `${path}=${value}`].filter((part) => part !== "").join(" "),
          settings: [...settings, { path, value }],
        })),
      ),
    [{ label: "", settings: [] }],
  );
}

/** Returns the name of an arm at a point in rows: `latent payload.bytes=8`. */
export function laneName(arm: string, label: string): string {
  return label === "" ? arm : `${arm} ${label}`;
}
