import {
  BadInputError,
  type Comparison,
  compareArms,
  type Domain,
  type MetricDefinition,
  type UnitResult,
} from "#core";
import { openRun, queryRuns, type RunManifest } from "#core/node";
import { type RunDifference, runDifference } from "./run-difference.ts";

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
export async function compareRuns(root: string, reference: string, other: string): Promise<ComparedRuns> {
  if (reference === other) {
    throw new BadInputError("nothing-to-compare", {
      subject: "compare",
      expected: "two runs",
      got: `"${reference}" twice`,
    });
  }
  const [first, second] = [await completeRun(root, reference), await completeRun(root, other)];
  const [before, after] = [await readUnits(root, first), await readUnits(root, second)];
  const difference = runDifference(first, second);
  const domains = [...new Set(before.map(({ domain }) => domain))].filter((domain) =>
    after.some((row) => row.domain === domain),
  );
  const comparisons = domains.flatMap((domain) => {
    const mine = (rows: readonly StoredUnit[]): StoredUnit[] => rows.filter((row) => row.domain === domain);
    return compareDomain(domain, mine(before), mine(after), difference);
  });
  if (comparisons.length === 0) {
    const of = (rows: readonly StoredUnit[]): string =>
      [...new Set(rows.map(({ domain }) => domain))].join(" and ");
    throw new BadInputError("nothing-to-compare", {
      subject: `runs ${reference} (${of(before)}) and ${other} (${of(after)})`,
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

async function readUnits(root: string, { id }: RunManifest): Promise<readonly StoredUnit[]> {
  const { rows } = await queryRuns(root, "SELECT * EXCLUDE (run) FROM units WHERE sum IS NOT NULL", {
    run: id,
  });
  return rows as unknown as readonly StoredUnit[];
}

function compareDomain<D extends Domain>(
  domain: D,
  before: readonly StoredUnit[],
  after: readonly StoredUnit[],
  { labels }: RunDifference,
): readonly Comparison<D>[] {
  const metrics = new Map(
    before.map(({ metric, metric_unit, pooling }): [string, MetricDefinition] => [
      metric,
      { metric, unit: metric_unit, pooling: { by: pooling } },
    ]),
  );
  return armPairs(before, after).flatMap(([mine, theirs]) => {
    const of = (rows: readonly StoredUnit[], arm: string, label: string): readonly UnitResult<D>[] =>
      toUnits(
        domain,
        rows.filter((row) => row.arm === arm),
        `${arm}@${label}`,
      );
    const name = before.find((row) => row.arm === mine)?.experiment ?? "";
    return compareArms(
      { name, domain, metrics: [...metrics.values()] },
      [...of(before, mine, labels.reference), ...of(after, theirs, labels.other)],
      `${mine}@${labels.reference}`,
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

/** Returns the rows of one arm as units, under another arm name. */
function toUnits<D extends Domain>(
  domain: D,
  rows: readonly StoredUnit[],
  arm: string,
): readonly UnitResult<D>[] {
  type Sums = Record<string, { sum: number; weight: number }>;
  const units = new Map<string, UnitResult<D> & { tallies: Sums }>();
  for (const { scenario, seed, unit, group, metric, sum, weight } of rows) {
    const key = JSON.stringify([scenario, seed, unit]);
    let entry = units.get(key);
    if (entry === undefined) {
      entry = { domain, scenario, arm, seed, unit, group, tallies: {} };
      units.set(key, entry);
    }
    entry.tallies[metric] = { sum, weight };
  }
  return [...units.values()];
}
