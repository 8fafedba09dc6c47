// What is a carried state worth, to whom, and for how long? Accuracy and regret by time since the handover; see README.md.
import {
  controls,
  driving,
  memoriesBriefly,
  onSyntheticWorlds,
  openLoop,
  shortOf,
  size,
  walking,
} from "../harness/arms.ts";
import { experimentCommand } from "../harness/command.ts";
import { type Condition, learned, type Study } from "../harness/study.ts";
import { drawColdStart } from "./figure.ts";
import { recoveryTable, WINDOWS } from "./recovery.ts";

const rarely = { path: "network.reportPeriodMs", value: 120 };

/** That speed, fading and the period of reports decide was seen on validation worlds (seeds from 2,000,000). */
export const conditions: readonly Condition[] = [
  walking,
  { name: "speed=3kmh-fading-report=120ms", settings: [...walking.settings, rarely] },
  {
    name: "speed=30kmh-fading",
    settings: [{ path: "mobility.speedKmh", value: 30 }, ...walking.settings.slice(1)],
  },
  driving,
];

const regret = WINDOWS.map((window) => `postHandoverRegretDb.${window}`);

export const study: Study = {
  slug: "cold-start",
  ...onSyntheticWorlds(301),
  settings: size(24, 15),
  conditions,
  // What the decisions of these arms come to is the question of ../front.
  arms: memoriesBriefly.map((one) => ({ ...one, loops: "open" })),
  references: [...controls, "whole"],
  reported: [...new Set([...openLoop, ...regret])],
};

export const short = shortOf(study, {
  conditions: conditions.slice(2, 3),
  arms: ["cold", "latent", "whole", "raw", "another"].map((arm) => learned(arm, undefined, "open")),
  references: ["cold", "whole"],
});

await experimentCommand(import.meta.url, {
  full: study,
  short,
  files: {
    figures: (result) => ({ "accuracy.svg": drawColdStart(result) }),
    preface: recoveryTable,
  },
});
