import type { Experiment, Setting } from "#core";
import type { Context } from "./context.ts";
import { parseRunFlags, sweepPoints } from "./flags.ts";

/** Runs a scenario of either simulator, once for each point of a sweep, and prints the result. */
export async function runScenario<S extends { readonly name: string }>(
  context: Context,
  options: Readonly<Record<string, unknown>>,
  simulator: {
    readonly defaultSeeds: number;
    readonly load: (settings: readonly Setting[]) => S;
    readonly create: (parts: {
      readonly scenario: S;
      readonly seeds: readonly number[];
      readonly arms?: readonly string[];
    }) => Experiment & { readonly notes?: readonly string[] };
  },
): Promise<void> {
  const flags = parseRunFlags(options, simulator.defaultSeeds);
  const experiments = sweepPoints(flags.sweep).map(({ settings, suffix }) => {
    const scenario = simulator.load(settings);
    return simulator.create({
      scenario: { ...scenario, name: scenario.name + suffix },
      seeds: flags.seeds,
      ...(flags.arms === undefined ? {} : { arms: flags.arms }),
    });
  });
  const { execute, printOutcome } = await import("./execute.ts");
  const notes = new Set(experiments.flatMap(({ notes = [] }) => notes));
  for (const note of notes) context.note(`Note: ${note}.\n`);
  const outcome = await execute(context, flags, experiments);
  if (outcome !== null) printOutcome(context, flags, outcome);
}
