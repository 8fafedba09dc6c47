import {
  BadInputError,
  type Comparison,
  compareArms,
  type Domain,
  type MetricDefinition,
  type UnitResult,
} from "#core";
import { openRun, queryRuns } from "#core/node";

/**
 * Returns every arm of run `other` against the same arm of run `reference`, over the scenarios, worlds and metrics that
 * both have. Throws a BadInputError when a run is missing or not complete, and when they have nothing to compare: runs
 * of different domains never do.
 */
export async function compareRuns(
  root: string,
  reference: string,
  other: string,
): Promise<readonly Comparison[]> {
  if (reference === other) {
    throw new BadInputError("nothing-to-compare", {
      subject: "compare",
      expected: "two runs",
      got: `"${reference}" twice`,
    });
  }
  const before = await readUnits(root, reference);
  const after = await readUnits(root, other);
  const domains = [...new Set(before.map(({ domain }) => domain))].filter((domain) =>
    after.some((row) => row.domain === domain),
  );
  const comparisons = domains.flatMap((domain) => {
    const mine = (rows: readonly StoredUnit[]): StoredUnit[] => rows.filter((row) => row.domain === domain);
    return compareDomain(domain, mine(before), mine(after), reference, other);
  });
  if (comparisons.length === 0) {
    const of = (rows: readonly StoredUnit[]): string =>
      [...new Set(rows.map(({ domain }) => domain))].join(" and ");
    throw new BadInputError("nothing-to-compare", {
      subject: `runs ${reference} (${of(before)}) and ${other} (${of(after)})`,
      expected: "a scenario, an arm and worlds that both have, in one domain",
      got: "none",
    });
  }
  return comparisons;
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

async function readUnits(root: string, id: string): Promise<readonly StoredUnit[]> {
  const { manifest } = await openRun(root, id);
  if (!manifest.complete) {
    throw new BadInputError("incomplete-run", {
      subject: `run ${id}`,
      expected: "a complete run",
      got: "one that was stopped",
      remedy: `go on with: baton ${manifest.command.join(" ")} --resume ${id}`,
    });
  }
  const { rows } = await queryRuns(root, "SELECT * EXCLUDE (run) FROM units WHERE sum IS NOT NULL", {
    run: manifest.id,
  });
  return rows as unknown as readonly StoredUnit[];
}

function compareDomain<D extends Domain>(
  domain: D,
  before: readonly StoredUnit[],
  after: readonly StoredUnit[],
  reference: string,
  other: string,
): readonly Comparison<D>[] {
  const metrics = new Map(
    before.map(({ metric, metric_unit, pooling }): [string, MetricDefinition] => [
      metric,
      { metric, unit: metric_unit, pooling: { by: pooling } },
    ]),
  );
  const arms = [...new Set(before.map(({ arm }) => arm))];
  return arms.flatMap((arm) => {
    const of = (rows: readonly StoredUnit[], run: string): readonly UnitResult<D>[] =>
      toUnits(
        domain,
        rows.filter((row) => row.arm === arm),
        `${arm}@${run}`,
      );
    const name = before.find((row) => row.arm === arm)?.experiment ?? "";
    return compareArms(
      { name, domain, metrics: [...metrics.values()] },
      [...of(before, reference), ...of(after, other)],
      `${arm}@${reference}`,
    );
  });
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
