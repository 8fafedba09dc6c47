// Three perturbations, each alone and all together, against clean worlds, with nominal and with robust weights; see README.md.
import {
  central,
  closedLoop,
  memories,
  nominalAndRobust,
  onSyntheticWorlds,
  rules,
  shortOf,
  size,
  withOneTraining,
} from "../harness/arms.ts";
import { experimentCommand } from "../harness/command.ts";
import { type Condition, learned, rule, type Study } from "../harness/study.ts";
import { drawPerturbations } from "./figure.ts";

const shadowing = { path: "radio.extraShadowing", value: { sigmaDb: 6, decorrelationM: 20 } };
const blockage = { path: "radio.blockage", value: { episodesPerMinute: 12, meanDurationS: 0.5, lossDb: 20 } };
const sparse = { path: "measurement.ssb", value: { periodMs: 20, everyKth: 8 } };

export const conditions: readonly Condition[] = [
  { name: "perturbation=none", settings: [] },
  { name: "perturbation=shadowing", settings: [shadowing] },
  { name: "perturbation=blockage", settings: [blockage] },
  { name: "perturbation=sparse-ssb", settings: [sparse] },
  { name: "perturbation=all", settings: [shadowing, blockage, sparse] },
];

export const study: Study = {
  slug: "perturbations",
  ...onSyntheticWorlds(501),
  settings: [...size(24, 15), { path: "mobility.speedKmh", value: 30 }],
  conditions,
  arms: [
    ...rules,
    rule("clairvoyant"),
    // As the arms beside the question run in every long study: with one training.
    ...memories
      .slice(0, 8)
      .map(({ arm }) =>
        learned(arm, central.includes(arm) ? nominalAndRobust : withOneTraining(nominalAndRobust), "closed"),
      ),
    learned("another", undefined, "closed"),
  ],
  references: ["cold", "raw", "another", "a3-tuned"],
  reported: [...closedLoop, "handoverFailureRate", "labelDisagreement"],
  labels: true,
};

export const short = shortOf(study, {
  conditions: [conditions[0], conditions[4]],
  arms: [
    rule("a3-set3"),
    rule("a3-tuned"),
    ...memories.slice(0, 2).map(({ arm }) => learned(arm, undefined, "closed")),
  ],
});

await experimentCommand(import.meta.url, {
  full: study,
  short,
  files: { figures: (result) => ({ "perturbations.svg": drawPerturbations(result) }) },
});
