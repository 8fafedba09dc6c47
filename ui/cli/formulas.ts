import { BadInputError, type Experiment, formulaTexts, type KpiFormula, parseFormulas } from "#core";

/** The user's own KPIs of a command: those of `--kpi`, and of each scenario. */

/**
 * Returns the formulas of each experiment. One of `texts` (`--kpi`) belongs to every experiment that has all of its metrics. Throws
 * BadInputError for a formula of a scenario that cannot be used, and for one of `texts` that fits no experiment.
 */
export async function formulasOf(
  experiments: readonly Pick<Experiment, "metrics" | "kpis">[],
  texts: readonly string[],
): Promise<readonly (readonly KpiFormula[])[]> {
  /** [text] why the first experiment refused it; null once one has taken it. */
  const refusals: (BadInputError | null | undefined)[] = texts.map(() => undefined);
  const formulas: (readonly KpiFormula[])[] = [];
  for (const { metrics, kpis } of experiments) {
    let taken = formulaTexts(kpis);
    let parsed = await parseFormulas(taken, metrics);
    for (const [i, text] of texts.entries()) {
      try {
        parsed = await parseFormulas([...taken, text], metrics);
        taken = [...taken, text];
        refusals[i] = null;
      } catch (error) {
        if (!(error instanceof BadInputError)) throw error;
        if (refusals[i] === undefined) refusals[i] = error;
      }
    }
    formulas.push(parsed);
  }
  const refused = refusals.find((refusal) => refusal instanceof BadInputError);
  if (refused !== undefined) throw refused;
  return formulas;
}

/** Returns the names of all formulas, which tables show beside the headline. */
export function formulaNames(formulas: readonly (readonly KpiFormula[])[]): ReadonlySet<string> {
  return new Set(formulas.flatMap((own) => own.map(({ name }) => name)));
}
