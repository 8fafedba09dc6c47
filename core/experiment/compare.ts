import { type Domain, requireDomain } from "../provenance.ts";
import { bootstrapSums } from "../statistics/bootstrap-sums.ts";
import { holmAdjust } from "../statistics/holm.ts";
import { type Interval, NO_INTERVAL } from "../statistics/interval.ts";
import { signFlipTest } from "../statistics/sign-flip.ts";
import type { KpiFormula } from "./kpi-formula.ts";
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
 * the units and metrics, formulas last. Quantiles are left out: their samples are not paired.
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
  formulas: readonly KpiFormula[] = [],
): readonly Comparison<D>[] {
  requireDomain(experiment.domain, units, ({ arm, unit }) => `unit ${unit} of arm ${arm}`);
  const scenarios = [...new Set(units.map(({ scenario }) => scenario))];
  return scenarios.flatMap((scenario) => {
    const here = units.filter((unit) => unit.scenario === scenario);
    const others = [...new Set(here.map(({ arm }) => arm))].filter((arm) => arm !== reference);
    const of = (arm: string): readonly UnitResult[] => here.filter((unit) => unit.arm === arm);
    const baseline = of(reference);
    const compareEach = (
      metric: string,
      unit: string,
      compare: (pair: readonly [readonly UnitResult[], readonly UnitResult[]]) => Tested | null,
    ) => {
      const rows = others.flatMap((arm) => {
        const tested = compare([of(arm), baseline]);
        if (tested === null) return [];
        const { name, domain } = experiment;
        return [{ experiment: name, domain, scenario, metric, unit, arm, reference, ...tested }];
      });
      return correct(rows);
    };
    return [
      ...experiment.metrics.flatMap(({ metric, unit, pooling }) =>
        pooling.by === "quantile"
          ? []
          : compareEach(metric, unit, (pair) =>
              comparePairs([matchUnits(metric, pair)], [pooling.by], identity),
            ),
      ),
      ...formulas.flatMap(({ name, metrics, evaluate }) => {
        const by = metrics.map(
          (metric) => experiment.metrics.find((one) => one.metric === metric)?.pooling.by ?? "quantile",
        );
        if (by.includes("quantile")) return [];
        return compareEach(name, "formula", (pair) =>
          comparePairs(
            metrics.map((metric) => matchUnits(metric, pair)),
            by,
            evaluate,
          ),
        );
      }),
    ];
  });
}

type Tested = Pick<Comparison, "difference" | "ci95" | "pValue" | "n">;

const identity = ([value]: readonly (number | null)[]): number | null => value;

/**
 * Returns the difference of a statistic of pooled metrics between two arms, or null where there is nothing to pair: no unit in common, or
 * metrics that not all of the same units have.
 */
function comparePairs(
  pairs: readonly MatchedUnits[],
  by: readonly MetricDefinition["pooling"]["by"][],
  statistic: (values: readonly (number | null)[]) => number | null,
): Tested | null {
  const [{ groups, rows }] = pairs;
  if (groups.length === 0 || pairs.some((pair) => pair.groups.length !== groups.length)) return null;
  const rowCount = new Set(rows).size;
  /** [arm of the pair][metric][sum, weight], each a column of units. */
  const columns: Record<string, readonly number[]> = {};
  for (const [m, { sums, weights }] of pairs.entries()) {
    for (const side of [0, 1]) {
      columns[`sum ${side} ${m}`] = sums[side];
      columns[`weight ${side} ${m}`] = weights[side];
    }
  }
  const sideValue = (side: number, sums: Readonly<Record<string, number>>): number | null =>
    statistic(
      pairs.map((_, m) => {
        const [sum, weight] = [sums[`sum ${side} ${m}`], sums[`weight ${side} ${m}`]];
        return by[m] === "total" ? sum / rowCount : weight === 0 ? null : sum / weight;
      }),
    );
  const difference = (sums: Readonly<Record<string, number>>): number | null => {
    const own = sideValue(0, sums);
    const other = sideValue(1, sums);
    return own === null || other === null ? null : own - other;
  };
  const { estimate, lo, hi } = bootstrapSums({ columns, groups, rows }, difference, OPTIONS);
  const constant =
    by.every((one) => one === "ratio") && pairs.some(({ sums }) => sums.flat().some((one) => one !== 0));
  const differences = [...new Set(groups)].sort().flatMap((group) => {
    const totals = Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [
        name,
        column.reduce((added, entry, i) => (groups[i] === group ? added + entry : added), 0),
      ]),
    );
    const one = difference(totals);
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
