// Ping-pong against failures and lateness, the whole front of every rule and of every learned arm; see README.md.
import {
  a3Points,
  closedLoop,
  driving,
  memories,
  rules,
  size,
  strictness,
  threeTrainings,
  tiny,
  walking,
  worlds,
} from "../harness/arms.ts";
import { experimentCommand } from "../harness/command.ts";
import { grid, learned, type Point, rule, type Study, type StudyArm } from "../harness/study.ts";
import { drawFronts } from "./figure.ts";

const holds: readonly Point[] = grid({ "handover.minimumTimeOfStayMs": [500, 1000, 2000, 5000] });

/** Learned arms are judged closed loop only here: what they expect does not depend on the rule. */
const swept = (arms: readonly StudyArm[]): readonly StudyArm[] =>
  arms.map(({ arm }) => learned(arm, strictness, false));

export const study: Study = {
  slug: "front",
  scenario: "hex-uma",
  settings: size(40, 20),
  conditions: [walking, driving],
  arms: [
    { ...rule("a3"), points: a3Points },
    ...rules.filter(({ arm }) => arm !== "dwell"),
    { ...rule("dwell"), points: holds },
    rule("clairvoyant"),
    ...swept(memories.filter(({ arm }) => arm !== "mean" && arm !== "noise" && arm !== "pca")),
  ],
  references: ["a3-tuned"],
  reported: closedLoop,
  seeds: worlds(401),
  trainingSeeds: threeTrainings,
};

export const short: Study = {
  ...study,
  settings: tiny,
  conditions: [driving],
  arms: [
    { ...rule("a3"), points: a3Points.slice(0, 2) },
    rule("a3-tuned"),
    { ...rule("dwell"), points: holds.slice(1, 2) },
    rule("clairvoyant"),
    learned("cold", strictness.slice(0, 2), false),
  ],
  seeds: [401, 402],
  trainingSeeds: [1],
};

await experimentCommand(import.meta.url, {
  full: study,
  short,
  files: { figures: (result) => ({ "front.svg": drawFronts(result) }) },
});
