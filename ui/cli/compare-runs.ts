import {
  BadInputError,
  type Comparison,
  compareArms,
  type Domain,
  type KpiFormula,
  type MetricDefinition,
  type UnitResult,
} from "#core";
import { openRun, queryRuns, type RunManifest } from "#core/node";
import { comparisonTable } from "./comparison-table.ts";
import { type Context, runsFolder } from "./context.ts";
import type { RunFlags } from "./flags.ts";
import { formulasOf } from "./formulas.ts";
import { type InCurrentNames, rowsInCurrentNames } from "./rows-in-current-names.ts";
import { type RunDifference, runDifference } from "./run-difference.ts";

/** Prints two stored runs side by side: what differs between them, then every arm. Throws as {@link compareRuns}. */
export async function printRunComparison(
  context: Context,
  flags: RunFlags,
  reference: string,
  other: string,
): Promise<void> {
  const root = runsFolder(context, flags.out);
  const { comparisons, runs } = await compareRuns(root, reference, other, flags.kpis);
  if (flags.json) {
    context.out(JSON.stringify({ runs, comparisons }));
    return;
  }
  context.out(runs.lines.join("\n"));
  const names = new Set(flags.kpis.map((text) => text.split("=")[0].trim()));
  context.out(`\n${comparisonTable(flags, comparisons, names)}`);
}

/** Two stored runs side by side. */
export interface ComparedRuns {
  readonly runs: RunDifference & { readonly reference: string; readonly other: string };
  readonly comparisons: readonly Comparison[];
}

/**
 * Returns every arm of run `other` against the same arm of run `reference`, over the scenarios, worlds and metrics that
 * both have; of two runs of one arm each the one against the other, whatever they are called. An arm's label says what differs
 * between the runs. Throws a BadInputError when a run is missing or not complete, and when they have nothing to compare: runs
 * of different domains never do.
 */
export async function compareRuns(
  root: string,
  reference: string,
  other: string,
  kpis: readonly string[] = [],
): Promise<ComparedRuns> {
  if (reference === other) {
    throw new BadInputError("nothing-to-compare", {
      subject: "compare",
      expected: "two runs",
      got: `"${reference}" twice`,
    });
  }
  const [first, second] = [await completeRun(root, reference), await completeRun(root, other)];
  // A run of before has arms, alone or with a point of a sweep behind them, under their names of then: they are the same arms.
  const currentRow = await rowsInCurrentNames();
  const [before, after] = [
    await readUnits(root, first, currentRow),
    await readUnits(root, second, currentRow),
  ];
  const difference = runDifference(first, second);
  const domains = [...new Set(before.map(({ domain }) => domain))].filter((domain) =>
    after.some((row) => row.domain === domain),
  );
  const of = (domain: Domain, rows: readonly StoredUnit[]): StoredUnit[] =>
    rows.filter((row) => row.domain === domain);
  const metrics = domains.map((domain) => metricsOf(of(domain, before)));
  const formulas = await formulasOf(
    metrics.map((own) => ({ metrics: own })),
    kpis,
  );
  const comparisons = domains.flatMap((domain, i) =>
    compareDomain(domain, [of(domain, before), of(domain, after)], difference, {
      metrics: metrics[i],
      formulas: formulas[i],
    }),
  );
  if (comparisons.length === 0) {
    const domainsOf = (rows: readonly StoredUnit[]): string =>
      [...new Set(rows.map(({ domain }) => domain))].join(" and ");
    throw new BadInputError("nothing-to-compare", {
      subject: `runs ${reference} (${domainsOf(before)}) and ${other} (${domainsOf(after)})`,
      expected: "a scenario, an arm and worlds that both have, in one domain",
      got: `none; ${difference.lines.at(-1)?.replace(/\.$/, "") ?? ""}`,
    });
  }
  return { runs: { reference, other, ...difference }, comparisons };
}

/** One row of the view `units`. */
interface StoredUnit {
  readonly experiment: string;
  readonly domain: Domain;
  readonly scenario: string;
  readonly arm: string;
  readonly seed: number | null;
  /** Absent in runs of earlier versions. */
  readonly training_seed?: number | null;
  readonly unit: string;
  readonly group: string;
  readonly metric: string;
  readonly metric_unit: string;
  readonly pooling: "total" | "ratio" | "share" | "events";
  readonly sum: number;
  readonly weight: number;
}

async function completeRun(root: string, id: string): Promise<RunManifest> {
  const { manifest } = await openRun(root, id);
  if (manifest.complete) return manifest;
  throw new BadInputError("incomplete-run", {
    subject: `run ${id}`,
    expected: "a complete run",
    got: "one that was stopped",
    remedy: `go on with: baton ${manifest.command.join(" ")} --resume ${id}`,
  });
}

async function readUnits(
  root: string,
  { id }: RunManifest,
  currentRow: InCurrentNames,
): Promise<readonly StoredUnit[]> {
  const { rows } = await queryRuns(root, "SELECT * EXCLUDE (run) FROM units WHERE sum IS NOT NULL", {
    run: id,
  });
  return (rows as unknown as readonly StoredUnit[]).map(currentRow);
}

/** Returns the metrics of stored units. */
function metricsOf(rows: readonly StoredUnit[]): readonly MetricDefinition[] {
  const metrics = new Map(
    rows.map(({ metric, metric_unit, pooling }): [string, MetricDefinition] => [
      metric,
      { metric, unit: metric_unit, pooling: { by: pooling } },
    ]),
  );
  return [...metrics.values()];
}

function compareDomain<D extends Domain>(
  domain: D,
  [before, after]: readonly [readonly StoredUnit[], readonly StoredUnit[]],
  { labels }: RunDifference,
  {
    metrics,
    formulas,
  }: { readonly metrics: readonly MetricDefinition[]; readonly formulas: readonly KpiFormula[] },
): readonly Comparison<D>[] {
  return armPairs(before, after).flatMap(([mine, theirs]) => {
    const of = (rows: readonly StoredUnit[], arm: string, label: string): readonly UnitResult<D>[] =>
      toUnits(
        domain,
        rows.filter((row) => row.arm === arm),
        `${arm}@${label}`,
      );
    const name = before.find((row) => row.arm === mine)?.experiment ?? "";
    return compareArms(
      { name, domain, metrics },
      [...of(before, mine, labels.reference), ...of(after, theirs, labels.other)],
      `${mine}@${labels.reference}`,
      formulas,
    );
  });
}

/** Returns the arms that both have; where there is none and each has one only, these two. */
function armPairs(
  before: readonly StoredUnit[],
  after: readonly StoredUnit[],
): readonly (readonly [string, string])[] {
  const arms = (rows: readonly StoredUnit[]): string[] => [...new Set(rows.map(({ arm }) => arm))];
  const [mine, theirs] = [arms(before), arms(after)];
  const shared = mine.filter((arm) => theirs.includes(arm));
  if (shared.length > 0) return shared.map((arm) => [arm, arm] as const);
  return mine.length === 1 && theirs.length === 1 ? [[mine[0], theirs[0]]] : [];
}

/**
 * Returns the rows of one arm as units, under another arm name. Throws BadInputError where two are the same: an earlier version did not
 * store which training a unit is of.
 */
function toUnits<D extends Domain>(
  domain: D,
  rows: readonly StoredUnit[],
  arm: string,
): readonly UnitResult<D>[] {
  type Sums = Record<string, { sum: number; weight: number }>;
  const units = new Map<string, UnitResult<D> & { tallies: Sums }>();
  for (const { scenario, seed, training_seed, unit, group, metric, sum, weight } of rows) {
    const key = JSON.stringify([scenario, seed, training_seed ?? null, unit]);
    let entry = units.get(key);
    if (entry === undefined) {
      const trained = training_seed == null ? {} : { trainingSeed: training_seed };
      entry = { domain, scenario, arm, seed, ...trained, unit, group, tallies: {} };
      units.set(key, entry);
    }
    if (entry.tallies[metric] !== undefined) {
      throw new BadInputError("unreadable-run", {
        subject: `a stored run, ${scenario}, arm ${arm}, ${unit}, ${metric}`,
        expected: "one value",
        got: "several: it was stored without the training that each is of",
        remedy: "run it again with this version",
      });
    }
    entry.tallies[metric] = { sum, weight };
  }
  return [...units.values()];
}
