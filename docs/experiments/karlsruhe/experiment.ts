// The recorded map, closed loop: zero-shot, with the grid of event A3 and the clairvoyant in the same mode; see README.md.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CHOSEN,
  closedLoop,
  controls,
  memoriesBriefly,
  rules,
  strictness,
  threeTrainings,
} from "../harness/arms.ts";
import { experimentCommand } from "../harness/command.ts";
import type { Replay } from "../harness/replay.ts";
import type { StudyResult } from "../harness/run-study.ts";
import { grid, learned, rule, type Study, type StudyArm } from "../harness/study.ts";
import { shareOfKnownRows } from "../harness/unseen-handovers.ts";
import { drawKarlsruhe } from "./figure.ts";

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** Where the traces lie: beside the clone, or in `BATON_SHARED`. */
export const folder = resolve(projectRoot, process.env.BATON_SHARED ?? "../shared", "data", "karlsruhe");

export const replay: Replay = { folder, name: "karlsruhe", unseen: true };

/** 64 points in the enumerations of TS 38.331, around the sets of TR 36.839 and the best of the published baseline's grid. */
export const a3Grid = grid({
  "a3.timeToTriggerMs": [40, 80, 160, 320],
  "a3.offsetDb": [0, 2, 4, 6],
  "a3.hysteresisDb": [0, 1],
  "a3.filterCoefficient": [4, 15],
});

/** The same offsets and hystereses without a filter and with a fast one, also without time-to-trigger: see README.md, "Added". */
export const addedGrid = grid({
  "a3.timeToTriggerMs": [0, 40, 80, 160],
  "a3.offsetDb": [0, 2, 4, 6],
  "a3.hysteresisDb": [0, 1],
  "a3.filterCoefficient": [0, 1],
});

/** What an arm does without a point is one of the points. */
const others = strictness.filter((_, i) => i !== CHOSEN);

/** Arms that need no weights of these traces. What the states say of common handovers is in the replay that README.md names. */
export const untrained: readonly StudyArm[] = [
  { ...rule("a3"), points: a3Grid },
  ...rules,
  rule("lookup"),
  rule("clairvoyant"),
  ...memoriesBriefly.map((one): StudyArm => ({ ...one, loops: "closed" })),
];

export const study: Study = {
  slug: "karlsruhe",
  scenario: "karlsruhe",
  settings: [],
  conditions: [{ name: "", settings: [] }],
  arms: [
    ...untrained,
    // The rest of the front.
    ...["cold", "latent"].map((arm) => learned(arm, others, "closed")),
  ],
  references: ["a3-tuned", ...controls],
  reported: [...closedLoop, "radioLinkFailures", "shortStays", "pingPongs", "xnPayloadBytesPerHandover"],
  seeds: [],
  trainingSeeds: threeTrainings,
};

export const short: Study = {
  ...study,
  arms: [
    { ...rule("a3"), points: a3Grid.slice(0, 2) },
    rule("a3-tuned"),
    rule("clairvoyant"),
    learned("cold", undefined, "closed"),
  ],
  references: ["a3-tuned"],
  trainingSeeds: [1],
};

/** Two small groups. */
export const shortReplay: Replay = { ...replay, groups: ["50kmh_27", "90kmh_10"] };

export const files = {
  figures: (result: StudyResult) => ({ "karlsruhe.svg": drawKarlsruhe(result) }),
  preface: () =>
    `Of the rows of all traces ${(100 * (shareOfKnownRows(folder) ?? 0)).toFixed(1)} % occur in traces of other groups too. ` +
    "`/rows=unseen` counts what began farther than a second from any of them.\n\n",
};

if (existsSync(folder)) {
  await experimentCommand(import.meta.url, {
    full: study,
    short,
    added: [{ ...rule("a3"), points: addedGrid }],
    replay,
    shortReplay,
    files,
  });
}
