// Ping-pong against failures and lateness, the whole front of every rule and of every learned arm; see README.md.
import {
  a3Points,
  closedLoop,
  driving,
  memoriesBriefly,
  onSyntheticWorlds,
  rules,
  shortOf,
  size,
  strictness,
  walking,
} from "../harness/arms.ts";
import { experimentCommand } from "../harness/command.ts";
import { grid, learned, type Point, rule, type Study, type StudyArm } from "../harness/study.ts";
import { drawFronts } from "./figure.ts";

const holds: readonly Point[] = grid({ "handover.minimumTimeOfStayMs": [500, 1000, 2000, 5000] });

/** Of these the whole front; of the other memories the point that training worlds chose. */
const swept = ["cold", "latent", "whole", "raw"];

/** Judged closed loop only: what a memory expects does not depend on the rule. */
const onFront: readonly StudyArm[] = memoriesBriefly
  .filter(({ arm }) => arm !== "mean" && arm !== "noise" && arm !== "pca")
  .map((one) =>
    swept.includes(one.arm) ? learned(one.arm, strictness, "closed") : { ...one, loops: "closed" },
  );

export const study: Study = {
  slug: "front",
  ...onSyntheticWorlds(401),
  settings: size(24, 15),
  conditions: [walking, driving],
  arms: [
    { ...rule("a3"), points: a3Points },
    ...rules.filter(({ arm }) => arm !== "dwell"),
    { ...rule("dwell"), points: holds },
    rule("clairvoyant"),
    ...onFront,
  ],
  references: ["a3-tuned"],
  reported: closedLoop,
};

export const short = shortOf(study, {
  conditions: [driving],
  arms: [
    { ...rule("a3"), points: a3Points.slice(0, 2) },
    rule("a3-tuned"),
    { ...rule("dwell"), points: holds.slice(1, 2) },
    rule("clairvoyant"),
    learned("cold", undefined, "closed"),
  ],
});

await experimentCommand(import.meta.url, {
  full: study,
  short,
  files: { figures: (result) => ({ "front.svg": drawFronts(result) }) },
});
