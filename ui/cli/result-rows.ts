/** The rows that units make: results, and what a clock read. */
import {
  type Experiment,
  formulaRows,
  gapClosedRows,
  type KpiFormula,
  type KpiRow,
  poolUnits,
  type UnitResult,
} from "#core";

/** Rows of one experiment, over the worlds that have finished. */
export interface ResultRows {
  /** Inputs first, then results, then the user's own. */
  readonly kpis: readonly KpiRow[];
  /** What depends on the machine and the moment. */
  readonly timings: readonly KpiRow[];
}

/** Returns the rows of `units`, which may be those of all worlds or of some. */
export function resultRows(
  experiment: Experiment,
  units: readonly UnitResult[],
  formulas: readonly KpiFormula[],
): ResultRows {
  const ofUnits = poolUnits(experiment, units);
  const pooled = [
    ...ofUnits,
    ...(experiment.gap === undefined ? [] : gapClosedRows(experiment, experiment.gap, units)),
  ];
  const timed = new Set(experiment.metrics.filter(({ timed }) => timed).map(({ metric }) => metric));
  const kpis = [...experiment.inputs, ...pooled.filter(({ metric }) => !timed.has(metric))];
  const timings = pooled.filter(({ metric }) => timed.has(metric));
  for (const formula of formulas) {
    // What comes of a clock's reading is one.
    const to = formula.metrics.some((metric) => timed.has(metric)) ? timings : kpis;
    to.push(...formulaRows(experiment, [formula], units, ofUnits));
  }
  return { kpis, timings };
}
