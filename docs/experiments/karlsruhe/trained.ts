// The same with weights that were trained on the traces, on groups that were held out; see README.md.
import { existsSync, readFileSync } from "node:fs";
import { readTraces, splitTraces } from "#ran-sim";
import { TRACE_SPLIT_SEED } from "../../../ran-sim/learned/recorded-traces.ts";
import { central, controls } from "../harness/arms.ts";
import { experimentCommand } from "../harness/command.ts";
import { learned, type Point, rule, type Study } from "../harness/study.ts";
import { addedGrid, files, folder, replay, untrained, study as zeroShot } from "./experiment.ts";

const onTraces: Point = {
  label: "trained",
  settings: [{ path: "network.trainedOn", value: "karlsruhe" }],
};

/** The best rule for these models on the validation groups: `ran tune --rule --traces`. */
const chosen: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(
    new URL("../../../ran-sim/policy/weights/context-rule-karlsruhe.json", import.meta.url),
    "utf8",
  ),
).chosen;

const withRule: Point = {
  label: "trained rule=validation",
  settings: [
    ...onTraces.settings,
    ...Object.entries(chosen).map(([name, value]) => ({ path: `network.rule.${name}`, value })),
  ],
};

/** The groups that are held out, about a quarter of the time. */
function heldOut(): readonly string[] {
  const input = readTraces(folder);
  if (input.kind !== "multi-cell") throw new RangeError(`${folder} holds no multi-cell traces`);
  const { test } = splitTraces(input.traces, { seed: TRACE_SPLIT_SEED });
  return [...new Set(test.map(({ name, group }) => group ?? name))];
}

export const study: Study = {
  ...zeroShot,
  slug: "karlsruhe-trained",
  arms: [...untrained, ...central.map((arm) => learned(arm, [onTraces, withRule], "closed"))],
  references: ["a3-tuned", ...controls, "cold trained", "raw trained"],
};

if (existsSync(folder)) {
  await experimentCommand(import.meta.url, {
    full: study,
    short: study,
    added: [{ ...rule("a3"), points: addedGrid }],
    replay: { ...replay, groups: heldOut() },
    files: {
      ...files,
      figures: (result) => ({ "trained.svg": files.figures(result)["karlsruhe.svg"] }),
    },
    prefix: "trained-",
  });
}
