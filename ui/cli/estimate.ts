import { isDeepStrictEqual } from "node:util";
import type { Experiment } from "#core";
import { listRuns, type RunManifest } from "#core/node";
import type { Context } from "./context.ts";
import type { RunFlags } from "./flags.ts";
import { duration } from "./progress.ts";

/** Prints how much there is to do, and how long it takes judging by earlier complete runs of the same experiment. */
export async function printEstimate(
  context: Context,
  flags: Pick<RunFlags, "json">,
  experiments: readonly Experiment[],
  root: string,
): Promise<void> {
  const earlier = (await listRuns(root)).filter(({ complete }) => complete);
  const estimates = experiments.map((experiment) => {
    // Only runs of the same parameters say how long a world takes; arms and seeds may differ.
    const perShardArmS = earlier
      .filter((run) => run.experiments.length === 1 && isSameSetUp(run.experiments[0], experiment))
      .map((run) => run.wallTimeS / (run.experiments[0].shards * run.experiments[0].arms.length))
      .sort((a, b) => a - b);
    const median = perShardArmS[Math.floor(perShardArmS.length / 2)];
    const { name, arms, shards } = experiment;
    const seconds = median === undefined ? null : median * shards.length * arms.length;
    return { experiment: name, arms: arms.length, shards: shards.length, seconds };
  });
  if (flags.json) {
    context.out(JSON.stringify({ dryRun: estimates }));
    return;
  }
  for (const { experiment, arms, shards, seconds } of estimates) {
    const time =
      seconds === null ? "no estimate: no run of this set-up is stored yet" : `about ${duration(seconds)}`;
    context.out(`${experiment}: ${arms} arms x ${shards} worlds or traces; ${time}`);
  }
}

/** Whether a stored experiment, the only one of its run, has the parameters of this one; arms and seeds may differ. */
function isSameSetUp(stored: RunManifest["experiments"][number], { name, config }: Experiment): boolean {
  const setUp = (value: unknown): unknown => {
    const { arms: _arms, seeds: _seeds, ...rest } = JSON.parse(JSON.stringify(value ?? {}));
    return rest;
  };
  return stored.name === name && isDeepStrictEqual(setUp(stored.config), setUp(config));
}
