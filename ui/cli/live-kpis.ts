import { type Domain, formulaText } from "#core";
import { formulasOf } from "./formulas.ts";

/** The user's own KPIs of `baton serve`: which side each belongs to. */

/**
 * Returns those of `texts` (each `name = expression`) whose metrics a domain has; of agents, in runs by formula or through the language
 * model. Loads the metrics only where there is any. Throws BadInputError (`bad-formula`) for one that fits neither domain.
 */
export async function liveKpis(
  texts: readonly string[],
): Promise<Readonly<Record<Domain, readonly string[]>>> {
  if (texts.length === 0) return { ran: [], agent: [] };
  const [{ ranMetrics }, { agentMetrics, measuredMetrics }] = await Promise.all([
    import("#ran-sim"),
    import("#agent-sim"),
  ]);
  const lists = [ranMetrics, agentMetrics, measuredMetrics].map((metrics) => ({ metrics }));
  const [ran, byFormula, measured] = await formulasOf(lists, texts);
  return {
    ran: ran.map(formulaText),
    // Many fit both.
    agent: [...new Set([...byFormula, ...measured].map(formulaText))],
  };
}
