import type { Domain, Kind } from "../provenance.ts";
import { bootstrapGroups } from "../statistics/bootstrap.ts";
import { groupUnits, sumByGroup } from "../statistics/groups.ts";
import { quantileOfGroups } from "../statistics/quantile.ts";
import type { Experiment } from "./experiment.ts";
import type { KpiFormula } from "./kpi-formula.ts";
import type { KpiRow } from "./kpi-row.ts";
import type { MetricDefinition, UnitResult } from "./metric.ts";
import { poolUnits } from "./pool.ts";

/** The same seed as of every pooled row, so that a formula and its metrics are resampled alike. */
const OPTIONS = { seed: 1 };

/** From what rests on least to what rests on most that nobody measured here: a formula is of the last of its metrics. */
const kindOrder: readonly Kind[] = ["measured", "simulated", "cited", "assumed"];

/**
 * Returns one row for each (scenario, arm, formula) whose metrics were all tallied. The value is the formula of the pooled values;
 * its interval takes every metric again over the same resample of groups and training seeds, so that metrics keep what they have in
 * common: `x = failuresPerHandover` has the value, the interval and the bounds of that row.
 *
 * No interval where one of the metrics is a count without a single event, or a share of all: a resample cannot say how
 * uncertain that is. `n` and `seeds` are the smallest of the metrics'. `pooled` are the rows of `units`, where the caller has them.
 */
export function formulaRows<D extends Domain>(
  experiment: Pick<Experiment<D>, "name" | "domain" | "kind" | "source" | "metrics">,
  formulas: readonly KpiFormula[],
  units: readonly UnitResult<NoInfer<D>>[],
  pooled?: readonly KpiRow<D>[],
): readonly KpiRow<D>[] {
  if (formulas.length === 0) return [];
  const inputRows = pooled ?? poolUnits(experiment, units);
  const scenarios = [...new Set(units.map(({ scenario }) => scenario))];
  const cells = scenarios.flatMap((scenario) => {
    const here = units.filter((unit) => unit.scenario === scenario);
    return [...new Set(here.map(({ arm }) => arm))].map((arm) => here.filter((unit) => unit.arm === arm));
  });
  return cells.flatMap((cell) => {
    const [{ scenario, arm }] = cell;
    const rows = inputRows.filter((row) => row.scenario === scenario && row.arm === arm);
    return formulas.flatMap((formula) => {
      const inputs = formula.metrics.map((metric) => rows.find((row) => row.metric === metric));
      if (!inputs.every((row) => row !== undefined)) return [];
      return formulaRow(experiment.metrics, formula, inputs, cell);
    });
  });
}

function formulaRow<D extends Domain>(
  metrics: readonly MetricDefinition[],
  formula: KpiFormula,
  inputs: readonly KpiRow<D>[],
  cell: readonly UnitResult<D>[],
): KpiRow<D> {
  const [first] = inputs;
  const own = { metric: formula.name, unit: "formula", source: `formula: ${formula.text}` };
  if (formula.isAlias) return { ...first, ...own, unit: first.unit };
  const kind = kindOrder[Math.max(...inputs.map((row) => kindOrder.indexOf(row.kind)))];
  const { atMost: _, atLeast: __, ...shared } = first;
  const value = formula.evaluate(inputs.map((row) => row.value));
  return {
    ...shared,
    ...own,
    kind,
    value,
    ci95: value === null || inputs.some(isCertain) ? [null, null] : resampled(metrics, formula, cell),
    n: Math.min(...inputs.map(({ n }) => n)),
    seeds: Math.min(...inputs.map(({ seeds }) => seeds)),
  };
}

/** Whether every trial came out alike, so that resamples say nothing of the uncertainty. */
function isCertain({ atMost, atLeast, value, ci95 }: KpiRow): boolean {
  return atMost !== undefined || atLeast !== undefined || (value === 0 && ci95[0] === null);
}

function resampled(
  metrics: readonly MetricDefinition[],
  formula: KpiFormula,
  cell: readonly UnitResult[],
): readonly [number, number] | readonly [null, null] {
  const units = cell.filter(({ tallies }) => formula.metrics.some((metric) => tallies[metric] !== undefined));
  const { groupCount, groupOf } = groupUnits(units.map(({ group }) => group));
  const rowing = groupUnits(units.map(({ trainingSeed }) => trainingSeed ?? 0));
  const rowCount = rowing.groupCount;
  const columns = formula.metrics.map((metric) => {
    const definition = metrics.find((one) => one.metric === metric) as MetricDefinition;
    return columnOf(definition, units, {
      groupCount,
      rowCount,
      cellOf: (i) => rowing.groupOf[i] * groupCount + groupOf[i],
    });
  });
  const { lo, hi } = bootstrapGroups(
    groupCount,
    (drawn, rows) => formula.evaluate(columns.map((column) => column(drawn, rows))),
    { ...OPTIONS, rowCount },
  );
  // A resample that always says the same claims a certainty that nobody has.
  return lo === null || hi === null || lo === hi ? [null, null] : [lo, hi];
}

/** A metric over drawn groups and training seeds. */
type Column = (drawn: Uint32Array, rows: Uint32Array) => number | null;

/** Units by (training seed, group), the cells of a resample. */
interface Cells {
  readonly groupCount: number;
  readonly rowCount: number;
  readonly cellOf: (unit: number) => number;
}

function columnOf(
  { metric, pooling }: MetricDefinition,
  units: readonly UnitResult[],
  { groupCount, rowCount, cellOf }: Cells,
): Column {
  const cellCount = groupCount * rowCount;
  const cellsOf = (drawn: Uint32Array, rows: Uint32Array): Uint32Array | readonly number[] =>
    rowCount === 1
      ? drawn
      : Array.from(rows, (row) => Array.from(drawn, (group) => row * groupCount + group)).flat();
  if (pooling.by === "quantile") {
    const samples = units.map(({ tallies: { [metric]: tally } }) =>
      tally !== undefined && "samples" in tally ? tally.samples : [],
    );
    const groupOf = Uint32Array.from(samples.flatMap((own, unit) => own.map(() => cellOf(unit))));
    const of = quantileOfGroups(samples.flat(), { groupCount: cellCount, groupOf }, pooling.q);
    return (drawn, rows) => of(cellsOf(drawn, rows));
  }
  const sums = units.map(({ tallies: { [metric]: tally } }) =>
    tally !== undefined && "sum" in tally ? tally : { sum: 0, weight: 0 },
  );
  const grouping = { groupCount: cellCount, groupOf: Uint32Array.from(units, (_, unit) => cellOf(unit)) };
  const columns = (["sum", "weight"] as const).map((part) =>
    sumByGroup(
      sums.map((tally) => tally[part]),
      grouping,
      metric,
    ),
  );
  const total = (column: Float64Array, cells: Uint32Array | readonly number[]): number => {
    let sum = 0;
    for (let i = 0; i < cells.length; i++) sum += column[cells[i]];
    return sum;
  };
  return (drawn, rows) => {
    const cells = cellsOf(drawn, rows);
    const [sum, weight] = columns.map((column) => total(column, cells));
    if (pooling.by === "total") return sum / rowCount;
    return weight === 0 ? null : sum / weight;
  };
}
