import { BadInputError, type Experiment, formulaTexts, type KpiFormula, tryFormulas } from "#core";

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
    const own = formulaTexts(kpis);
    const results = await tryFormulas([...own, ...texts], metrics);
    const broken = results.slice(0, own.length).find((result) => result instanceof BadInputError);
    if (broken !== undefined) throw broken;
    for (const [i, result] of results.slice(own.length).entries()) {
      if (!(result instanceof BadInputError)) refusals[i] = null;
      else if (refusals[i] === undefined) refusals[i] = result;
    }
    formulas.push(results.filter((result) => !(result instanceof BadInputError)) as readonly KpiFormula[]);
  }
  const refused = refusals.find((refusal) => refusal instanceof BadInputError);
  if (refused !== undefined) throw refused;
  return formulas;
}

/** Returns the names of all formulas, which tables show beside the headline. */
export function formulaNames(formulas: readonly (readonly KpiFormula[])[]): ReadonlySet<string> {
  return new Set(formulas.flatMap((own) => own.map(({ name }) => name)));
}
