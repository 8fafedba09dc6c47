import type { Awaitable } from "../awaitable.ts";
import { BadInputError } from "../bad-input.ts";
import type { Domain } from "../provenance.ts";
import type { Experiment } from "./experiment.ts";
import { formulaRows } from "./formula-rows.ts";
import { type KpiFormula, tryFormulas } from "./kpi-formula.ts";
import type { KpiRow } from "./kpi-row.ts";
import type { MetricDefinition, UnitResult } from "./metric.ts";
import { poolUnits } from "./pool.ts";

/**
 * The user's own KPIs of a run that people watch. It is pooled anew every second: formulas that together would take long
 * are left out, and a formula that cannot be used does not stop the run.
 */
export interface LiveFormulas {
  readonly formulas: readonly KpiFormula[];
  /** Why the others are left out, in one line each. */
  readonly problems: readonly string[];
}

/** What all formulas of a live run may hold together: each metric is resampled again, and each character takes time in every resample. */
const MOST_METRICS = 30;
const MOST_CHARACTERS = 2000;
/** Lines that people read before they mend the first. */
const MOST_PROBLEMS = 5;

/** Returns those of `texts` (each `name = expression`) that a live run can show, in their order; a promise only when a text has to be parsed. */
export function liveFormulas(
  texts: readonly string[],
  metrics: readonly Pick<MetricDefinition, "metric">[],
): Awaitable<LiveFormulas> {
  return texts.length === 0 ? { formulas: [], problems: [] } : parseAffordable(texts, metrics);
}

async function parseAffordable(
  texts: readonly string[],
  metrics: readonly Pick<MetricDefinition, "metric">[],
): Promise<LiveFormulas> {
  let metricsLeft = MOST_METRICS;
  let charactersLeft = MOST_CHARACTERS;
  const formulas: KpiFormula[] = [];
  const problems = new Set<string>();
  for (const result of await tryFormulas(texts, metrics)) {
    if (result instanceof BadInputError) problems.add(result.message);
    else if (result.metrics.length > metricsLeft || result.text.length > charactersLeft) {
      problems.add(tooCostly(result).message);
    } else {
      metricsLeft -= result.metrics.length;
      charactersLeft -= result.text.length;
      formulas.push(result);
    }
  }
  const lines = [...problems];
  const more = lines.length - MOST_PROBLEMS;
  return {
    formulas,
    problems: more > 0 ? [...lines.slice(0, MOST_PROBLEMS), `And ${more} more KPI formulas.`] : lines,
  };
}

/** Returns the rows of `units`, and behind them those of the formulas, resampled alike. */
export function poolWithFormulas<D extends Domain>(
  experiment: Pick<Experiment<D>, "name" | "domain" | "kind" | "source" | "metrics">,
  { formulas }: LiveFormulas,
  units: readonly UnitResult<NoInfer<D>>[],
): readonly KpiRow<D>[] {
  const pooled = poolUnits(experiment, units);
  return [...pooled, ...formulaRows(experiment, formulas, units, pooled)];
}

function tooCostly({ name, text, metrics }: KpiFormula): BadInputError {
  return new BadInputError("bad-formula", {
    subject: `KPI formula "${name}" of a live run`,
    expected: `formulas of at most ${MOST_METRICS} metrics and ${MOST_CHARACTERS} characters in all`,
    got: `one of ${metrics.length} and ${text.length} more than the others leave room for`,
    remedy: "leave others out, or see it in a run that is stored (--kpi)",
  });
}
