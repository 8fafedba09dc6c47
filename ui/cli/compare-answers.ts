import type { Experiment, Setting } from "#core";
import type { Context } from "./context.ts";

/** The run of a comparison in which agents really answer: the committed decoder on documents of facts. */

/** Where the committed decoder answers: the learned latent, with nothing, with a stranger's, and what a latent competes with. */
const measuredArms = ["cold", "another", "latent", "slots", "text", "prefix-cache", "kv"] as const;
const measuredScenario = "facts";

/** Documents of the measured run in all, enough for a claim and seconds to run; one for each seed where there are more seeds. */
const MEASURED_DOCUMENTS = 24;

/** Settings of agents that a measured run reads. */
const measuredPaths = /^(measured|relay|kv|text|cache)\b/;

/** Returns those of the agents' settings that a measured run reads. */
export function measuredSettings(settings: readonly Setting[]): readonly Setting[] {
  return settings.filter(({ path }) => measuredPaths.test(path));
}

/** Returns whether a measured run stands beside the formulas of an agents' scenario: one of another sort was named on purpose. */
export function isAnswered(agentScenario: string): boolean {
  return agentScenario === "default" || agentScenario === measuredScenario;
}

/**
 * Returns the measured run that stands beside the agents' formulas, and what closes its model; null where none of its
 * arms was asked for. Throws BadInputError for a setting that no measured run takes.
 */
export async function openAnswered(
  context: Context,
  { arms: asked, seeds }: { readonly arms: readonly string[] | undefined; readonly seeds: readonly number[] },
  settings: readonly Setting[],
): Promise<{ readonly experiment: Experiment<"agent">; close(): Promise<void> } | null> {
  const agents = await import("#agent-sim");
  const known = agents.measuredArms.map(({ name }) => name);
  const arms = asked?.filter((arm) => known.includes(arm)) ?? measuredArms;
  if (arms.length === 0) return null;
  const documents = Math.max(1, Math.round(MEASURED_DOCUMENTS / seeds.length));
  const scenario = agents.loadAgentScenario(
    measuredScenario,
    [{ path: "measured.documents", value: documents }, ...measuredSettings(settings)],
    { folder: context.cwd },
  );
  const measured = await agents.openMeasuredModel();
  const experiment = agents.createMeasuredExperiment({ scenario, arms, seeds, measured, nowS: context.nowS });
  return {
    // One number of facts: its breakdown would say everything twice.
    experiment: {
      ...experiment,
      runShard: async (shard, options) => {
        const { units, ...rest } = await experiment.runShard(shard, options);
        return { ...rest, units: units.filter((unit) => unit.scenario === scenario.name) };
      },
    },
    close: () => measured.model.close(),
  };
}
