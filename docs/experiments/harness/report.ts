// The results of a study as Markdown, and rows as chart points.
import type { KpiRow } from "#core";
import { armsReport } from "../arms-report.ts";
import type { ChartPoint, Series, Spread } from "./chart.ts";
import type { StudyResult } from "./run-study.ts";

/** Returns, for each kind of worlds, a table of values and one of differences from each reference. */
export function studyReport({ study, missing, units, kpis, comparisons }: StudyResult): string {
  const scenarios = [...new Set(kpis.map(({ scenario }) => scenario))];
  const trained = units.flatMap(({ trainingSeed }) => trainingSeed ?? []);
  const seeds = [...new Set(trained)].sort();
  return [
    `Training seeds: ${seeds.length === 0 ? "none" : seeds.join(", ")}. ${
      missing.length === 0 ? "" : `Asked for and not there: ${missing.join(", ")}.`
    }`.trimEnd(),
    ...scenarios.map((scenario) => {
      const rows = kpis.filter((row) => row.scenario === scenario);
      const arms = [...new Set(rows.map(({ arm }) => arm))];
      return `## ${scenario}\n\n${armsReport(
        {
          arms,
          seeds: study.seeds,
          references: study.references.filter((name) => arms.includes(name)),
          reported: study.reported,
        },
        { kpis: rows, comparisons: comparisons.filter((row) => row.scenario === scenario) },
      )}`;
    }),
  ].join("\n\n");
}

/** Returns a row's value and interval, times `scale`; null where the value is undefined or there is no such row. */
export function spreadOf(
  kpis: readonly KpiRow[],
  of: { readonly scenario: string; readonly arm: string; readonly metric: string },
  scale = 1,
): Spread | null {
  const row = kpis.find(
    (one) => one.scenario === of.scenario && one.arm === of.arm && one.metric === of.metric,
  );
  if (row === undefined || row.value === null) return null;
  const [low, high] = row.ci95;
  return {
    value: scale * row.value,
    low: low === null ? null : scale * low,
    high: high === null ? null : scale * high,
  };
}

/** Returns a number that is known exactly, for an axis of settings. */
export function exactly(value: number): Spread {
  return { value, low: null, high: null };
}

/**
 * Returns the points at which both are defined. Where nothing happened there is no interval: its upper bound is Wilson's over the
 * worlds, true and off the picture; the tables have it.
 */
export function pointsOf(
  pairs: readonly { readonly x: Spread | null; readonly y: Spread | null; readonly label?: string }[],
): readonly ChartPoint[] {
  return pairs.flatMap(({ x, y, label }) =>
    x === null || y === null ? [] : [{ x: drawn(x), y: drawn(y), ...(label === undefined ? {} : { label }) }],
  );
}

/** Returns a series for each arm with a point for each scenario; arms of one scenario stand side by side. */
export function byCategory(
  kpis: readonly KpiRow[],
  of: {
    readonly scenarios: readonly string[];
    readonly arms: readonly string[];
    readonly metric: string;
    readonly scale: number;
    readonly line?: boolean;
  },
): readonly Series[] {
  const { scenarios, arms, metric, scale, line = false } = of;
  return arms.map((arm, i) => ({
    name: arm,
    line,
    points: pointsOf(
      scenarios.map((scenario, place) => ({
        x: exactly(place + ((i + 0.5) / arms.length - 0.5) * 0.7),
        y: spreadOf(kpis, { scenario, arm, metric }, scale),
      })),
    ),
  }));
}

function drawn(spread: Spread): Spread {
  return spread.value === 0 ? exactly(0) : spread;
}
