import { type Domain, requireDomain } from "../provenance.ts";
import { bootstrapSums } from "../statistics/bootstrap-sums.ts";
import { holmAdjust } from "../statistics/holm.ts";
import { type Interval, NO_INTERVAL } from "../statistics/interval.ts";
import { signFlipTest } from "../statistics/sign-flip.ts";
import { type MatchedUnits, matchUnits } from "./match-units.ts";
import type { MetricDefinition, UnitResult } from "./metric.ts";

/** One arm against another on one metric, over the same worlds or traces. */
export interface Comparison<D extends Domain = Domain> {
  readonly experiment: string;
  readonly domain: D;
  readonly scenario: string;
  readonly metric: string;
  readonly unit: string;
  readonly arm: string;
  readonly reference: string;
  /** Pooled value of the arm minus that of the reference; null where either is undefined. */
  readonly difference: number | null;
  readonly ci95: Interval;
  /** Two-sided sign-flip test over the groups; null without a group in which both have a value. */
  readonly pValue: number | null;
  /** Holm's correction over the arms that are compared on this scenario and metric. */
  readonly pHolm: number | null;
  /** Groups that the test pairs. */
  readonly n: number;
}

/** One seed for all comparisons: equal units give equal rows. */
const OPTIONS = { seed: 1 };

/**
 * Returns every other arm against `reference`, for each scenario and metric that both tallied as sums, in the order of
 * the units and metrics. Quantiles are left out: their samples are not paired.
 *
 * Pairs are groups: within one, both arms met the same worlds or traces. The interval is the bootstrap of the
 * difference, by training seed and group, and paired; the test takes the models of all training seeds together and flips the sign of each group's difference. Where every resample says the
 * same there is no interval, because a point would claim certainty; a difference of ratios that is not 0 may be such a
 * constant (bytes by design) and keeps it.
 */
export function compareArms<D extends Domain>(
  experiment: { readonly name: string; readonly domain: D; readonly metrics: readonly MetricDefinition[] },
  units: readonly UnitResult<NoInfer<D>>[],
  reference: string,
): readonly Comparison<D>[] {
  requireDomain(experiment.domain, units, ({ arm, unit }) => `unit ${unit} of arm ${arm}`);
  const scenarios = [...new Set(units.map(({ scenario }) => scenario))];
  return scenarios.flatMap((scenario) => {
    const here = units.filter((unit) => unit.scenario === scenario);
    const others = [...new Set(here.map(({ arm }) => arm))].filter((arm) => arm !== reference);
    const of = (arm: string): readonly UnitResult[] => here.filter((unit) => unit.arm === arm);
    const baseline = of(reference);
    return experiment.metrics.flatMap(({ metric, unit, pooling }) => {
      if (pooling.by === "quantile") return [];
      const rows = others.flatMap((arm) => {
        const pairs = matchUnits(metric, [of(arm), baseline]);
        if (pairs.groups.length === 0) return [];
        const tested = comparePairs(pairs, pooling.by);
        return [
          {
            experiment: experiment.name,
            domain: experiment.domain,
            scenario,
            metric,
            unit,
            arm,
            reference,
            ...tested,
          },
        ];
      });
      return correct(rows);
    });
  });
}

function comparePairs(
  { sums: [sum, referenceSum], weights: [weight, referenceWeight], groups, rows }: MatchedUnits,
  by: MetricDefinition["pooling"]["by"],
): Pick<Comparison, "difference" | "ci95" | "pValue" | "n"> {
  const columns = { sum, weight, referenceSum, referenceWeight };
  const rowCount = new Set(rows).size;
  const value = (of: number, per: number): number | null =>
    by === "total" ? of / rowCount : per === 0 ? null : of / per;
  const difference = (sums: Record<keyof typeof columns, number>): number | null => {
    const own = value(sums.sum, sums.weight);
    const other = value(sums.referenceSum, sums.referenceWeight);
    return own === null || other === null ? null : own - other;
  };
  const { estimate, lo, hi } = bootstrapSums({ columns, groups, rows }, difference, OPTIONS);
  const constant = by === "ratio" && [...sum, ...referenceSum].some((one) => one !== 0);
  const differences = [...new Set(groups)].sort().flatMap((group) => {
    const total = (column: readonly number[]): number =>
      column.reduce((added, entry, i) => (groups[i] === group ? added + entry : added), 0);
    const one = difference({
      sum: total(sum),
      weight: total(weight),
      referenceSum: total(referenceSum),
      referenceWeight: total(referenceWeight),
    });
    return one === null ? [] : [one];
  });
  return {
    difference: estimate,
    ci95: lo === null || hi === null || (lo === hi && !(constant && estimate !== 0)) ? NO_INTERVAL : [lo, hi],
    pValue: signFlipTest(differences, OPTIONS).pValue,
    n: differences.length,
  };
}

/** Returns the rows of one metric with Holm's correction over those that have a p-value. */
function correct<T extends { readonly pValue: number | null }>(
  rows: readonly T[],
): (T & { pHolm: number | null })[] {
  const adjusted = holmAdjust(rows.flatMap(({ pValue }) => (pValue === null ? [] : [pValue])));
  let next = 0;
  return rows.map((row) => ({ ...row, pHolm: row.pValue === null ? null : adjusted[next++] }));
}
