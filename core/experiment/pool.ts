import { type Domain, requireDomain } from "../provenance.ts";
import { bootstrapRatio, bootstrapSum } from "../statistics/bootstrap-sums.ts";
import type { IntervalEstimate } from "../statistics/interval.ts";
import {
  bootstrapProportion,
  type CertaintyBound,
  certaintyBound,
  countBound,
} from "../statistics/proportion.ts";
import { bootstrapQuantile } from "../statistics/quantile.ts";
import type { Experiment } from "./experiment.ts";
import type { KpiRow } from "./kpi-row.ts";
import type { MetricDefinition, Tally, UnitResult } from "./metric.ts";

/** The one seed of every interval: equal tallies give equal rows, and arms of one scenario are resampled alike. */
const OPTIONS = { seed: 1 };

/**
 * Returns one row for each (scenario, arm, metric) that a unit tallied, with its 95 % bootstrap interval by group, and by training
 * seed where units have one. A total is then the mean over the training seeds; `n` counts what all of them made.
 *
 * A row of which one unit is marked is marked.
 *
 * Order: scenarios and arms as they first occur in `units`, metrics as the experiment lists them; breakdowns
 * (`default/hop=2`) follow all pooled rows. Throws RangeError when a tally is not of its metric's sort, or
 * units of one row are of different kinds or memories: the row could say only one.
 */
export function poolUnits<D extends Domain>(
  experiment: Pick<Experiment<D>, "name" | "domain" | "kind" | "source" | "metrics">,
  units: readonly UnitResult<NoInfer<D>>[],
): readonly KpiRow<D>[] {
  requireDomain(experiment.domain, units, ({ arm, unit }) => `unit ${unit} of arm ${arm}`);
  const cells = new Map<string, UnitResult[]>();
  for (const unit of units) {
    const key = JSON.stringify([unit.scenario, unit.arm]);
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [unit]);
    else cell.push(unit);
  }
  const rows = [...cells.values()].flatMap((cell) =>
    experiment.metrics.flatMap((definition) => poolMetric(experiment, definition, cell)),
  );
  const isBreakdown = (row: KpiRow): boolean => /\/[^/=]+=/.test(row.scenario);
  return [...rows.filter((row) => !isBreakdown(row)), ...rows.filter(isBreakdown)];
}

/** Returns the row of one metric over the units of one scenario and arm, or none when no unit tallied it. */
function poolMetric<D extends Domain>(
  experiment: Pick<Experiment<D>, "name" | "domain" | "kind" | "source">,
  definition: MetricDefinition,
  cell: readonly UnitResult[],
): KpiRow<D>[] {
  const units = cell.filter((unit) => unit.tallies[definition.metric] !== undefined);
  if (units.length === 0) return [];
  const { estimate, n, bound } = pool(definition, units);
  const { scenario, arm, kind } = units[0];
  const mark = units.find((unit) => unit.mark !== undefined)?.mark;
  const other = units.find((unit) => unit.kind !== kind);
  if (other !== undefined) {
    throw new RangeError(
      `metric "${definition.metric}" of ${scenario}, ${arm}: ${other.unit} is ${other.kind} and ${units[0].unit} is ${kind}`,
    );
  }
  // Shards of a run that an earlier version began name none.
  const memory = units.find((unit) => unit.memory !== undefined)?.memory;
  if (units.some((unit) => unit.memory !== undefined && unit.memory !== memory)) {
    throw new RangeError(
      `metric "${definition.metric}" of ${scenario}, ${arm}: units of two memories in one row`,
    );
  }
  return [
    {
      experiment: experiment.name,
      domain: experiment.domain,
      kind: kind ?? definition.kind ?? experiment.kind,
      ...(experiment.source === undefined ? {} : { source: experiment.source }),
      scenario,
      arm,
      metric: definition.metric,
      unit: definition.unit,
      value: estimate.estimate,
      ci95: estimate.lo === null || estimate.hi === null ? [null, null] : [estimate.lo, estimate.hi],
      n,
      seeds: new Set(units.map((unit) => unit.seed).filter((seed) => seed !== null)).size,
      ...(bound == null ? {} : estimate.estimate === 0 ? { atMost: bound } : { atLeast: bound }),
      ...(memory === undefined ? {} : { memory }),
      ...(mark === undefined ? {} : { mark }),
    },
  ];
}

interface Pooled {
  readonly estimate: IntervalEstimate;
  readonly n: number;
  /** Where every trial came out alike. */
  readonly bound?: CertaintyBound | null;
}

function pool({ metric, unit, pooling, exact }: MetricDefinition, units: readonly UnitResult[]): Pooled {
  return pooling.by === "quantile"
    ? poolSamples(metric, pooling.q, units)
    : poolSums(metric, pooling.by, units, unit === "count" && exact !== true);
}

function poolSamples(metric: string, q: number, units: readonly UnitResult[]): Pooled {
  const samples = units.map((unit) => samplesOf(unit, metric));
  const groups = units.flatMap((unit, i) => samples[i].map(() => unit.group));
  const values = samples.flat();
  return { estimate: bootstrapQuantile({ values, groups }, q, OPTIONS), n: values.length };
}

type SumPooling = Exclude<MetricDefinition["pooling"]["by"], "quantile">;

/** `counts`: a total is of things that happen, so that what a total of 0 may hide is known. */
function poolSums(metric: string, by: SumPooling, units: readonly UnitResult[], counts: boolean): Pooled {
  const groups = units.map((unit) => unit.group);
  const rows = units.map((unit) => unit.trainingSeed ?? 0);
  const grouped = { groups, rows };
  const rowCount = new Set(rows).size;
  const tallies = units.map((unit) => sumsOf(unit, metric));
  const numerators = tallies.map((tally) => tally.sum);
  const denominators = tallies.map((tally) => tally.weight);
  // Sorted, so that the last bit of the sum does not depend on the order in which units arrive.
  const weight = Math.round(
    Float64Array.from(denominators)
      .sort()
      .reduce((sum, value) => sum + value, 0),
  );
  const nothing = numerators.every((value) => value === 0);
  switch (by) {
    case "total":
      return {
        estimate: withoutCertainty(
          nothing,
          bootstrapSum({ values: numerators.map((value) => value / rowCount), ...grouped }, OPTIONS),
        ),
        n: units.length,
        bound: nothing && counts ? countBound(groups, rowCount) : null,
      };
    case "ratio":
      return {
        estimate: withoutCertainty(
          nothing,
          bootstrapRatio({ numerators, denominators, ...grouped }, OPTIONS),
        ),
        n: weight,
      };
    case "events":
      // Without a single event it is a share, whose upper bound is known; with one, trials may have several.
      return nothing
        ? share()
        : { estimate: bootstrapRatio({ numerators, denominators, ...grouped }, OPTIONS), n: weight };
    case "share":
      return share();
  }

  function share(): Pooled {
    const estimate = bootstrapProportion({ numerators, denominators, ...grouped }, OPTIONS);
    const value = estimate.estimate;
    const alike = value === 0 || value === 1;
    return {
      estimate,
      n: weight,
      bound: alike ? certaintyBound({ trials: denominators, groups }, value) : null,
    };
  }
}

/**
 * Returns the estimate without its interval when nothing was seen: every resample of zeros is zero, and [0, 0] would
 * claim that it never happens.
 */
function withoutCertainty(nothing: boolean, estimate: IntervalEstimate): IntervalEstimate {
  return nothing ? { ...estimate, lo: null, hi: null } : estimate;
}

function sumsOf(unit: UnitResult, metric: string): Extract<Tally, { sum: number }> {
  const tally = unit.tallies[metric];
  if (!("sum" in tally))
    throw new RangeError(`metric "${metric}" of ${unit.unit}: expected a sum, got samples`);
  return tally;
}

function samplesOf(unit: UnitResult, metric: string): readonly number[] {
  const tally = unit.tallies[metric];
  if (!("samples" in tally)) {
    throw new RangeError(`metric "${metric}" of ${unit.unit}: expected samples, got a sum`);
  }
  return tally.samples;
}
