// Payloads that come late or never: Xn packets lost from 0 to 50 %, and delays from 1 to 200 ms; see README.md.
import { coldReasons } from "#core";
import { closedLoop, onSyntheticWorlds, openLoop, shortOf, size, walking } from "../harness/arms.ts";
import { experimentCommand } from "../harness/command.ts";
import { type Condition, learned, type Study } from "../harness/study.ts";
import { drawLossAndDelay } from "./figure.ts";

const loss = (share: number): Condition => ({
  name: `xn.lossProbability=${share}`,
  settings: [{ path: "xn.lossProbability", value: share }],
});
const delay = (ms: number): Condition => ({
  name: `xn.delayMs=${ms}`,
  settings: [{ path: "xn.delayMs", value: ms }],
});

/** The wire perfect, then one thing at a time. */
export const conditions: readonly Condition[] = [...[0, 0.1, 0.5].map(loss), ...[1, 50, 200].map(delay)];

export const study: Study = {
  slug: "loss-and-delay",
  ...onSyntheticWorlds(601),
  settings: [...size(24, 15), ...walking.settings],
  conditions,
  arms: ["cold", "latent", "whole", "raw", "history", "pin", "another"].map((arm) => learned(arm)),
  references: ["cold"],
  reported: [
    ...closedLoop,
    ...openLoop,
    "latentColdShare",
    ...coldReasons.map((reason) => `latentCold.${reason}`),
    "xnPayloadBytesPerHandover",
  ],
};

export const short = shortOf(study, {
  settings: size(16, 8),
  conditions: [conditions[0], conditions[2], conditions[5]],
  arms: [learned("cold"), learned("latent")],
});

await experimentCommand(import.meta.url, {
  full: study,
  short,
  files: { figures: (result) => ({ "loss-and-delay.svg": drawLossAndDelay(result) }) },
});
