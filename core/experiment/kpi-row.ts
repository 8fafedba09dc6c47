import { z } from "zod";
import type { Domain, Kind } from "../provenance.ts";
import type { Interval } from "../statistics/interval.ts";
import type { CertaintyBound } from "../statistics/proportion.ts";

/**
 * The tidy record that every run, report, dashboard and export shares. Rates and shares are fractions; undefined is
 * `value: null`; `ci95` is `[null, null]` where no interval exists; `n` is the count behind the value and `seeds` how
 * many seeds (0 for replay).
 */
export interface KpiRow<D extends Domain = Domain> {
  readonly experiment: string;
  readonly domain: D;
  readonly kind: Kind;
  /** Whose number it is: always present for `cited`. */
  readonly source?: string;
  readonly scenario: string;
  readonly arm: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: number | null;
  readonly ci95: Interval;
  readonly n: number;
  readonly seeds: number;
  /**
   * Present where none of the `n` trials was an event (`value` 0): how high the value may be nevertheless, by each of two
   * assumptions. Of a count that is 0 only `independent` is known. Rows of earlier versions have none.
   */
  readonly atMost?: CertaintyBound;
  /** Present where all of the `n` trials were (`value` 1): how low it may be. */
  readonly atLeast?: CertaintyBound;
  /**
   * What remembers, where arms of one name can differ by it: `learned` or `trend` of phones. Absent for an arm that keeps nothing, and
   * in rows of earlier versions.
   */
  readonly memory?: string;
  /** What must be known before the value is read. Absent where there is nothing of the kind. */
  readonly mark?: RowMark;
}

/**
 * - `overloaded`: in one of the row's runs at least the queue grew for as long as work came. Times are then those of this run's length, and
 *   rates those of the machines
 */
export const rowMarks = ["overloaded"] as const;
export type RowMark = (typeof rowMarks)[number];

const finite = z.number();
const bound = z.strictObject({
  independent: finite.nonnegative(),
  byGroup: finite.nonnegative().nullable(),
  groups: z.int().nonnegative(),
});

/** Checks rows that arrive from outside: a stored run, a socket. */
export const kpiRowSchema = z
  .strictObject({
    experiment: z.string().min(1),
    domain: z.enum(["ran", "agent"]),
    kind: z.enum(["measured", "simulated", "cited", "assumed"]),
    source: z.string().min(1).optional(),
    scenario: z.string().min(1),
    arm: z.string().min(1),
    metric: z.string().min(1),
    unit: z.string().min(1),
    value: finite.nullable(),
    ci95: z.union([
      z.tuple([finite, finite]).refine(([lo, hi]) => lo <= hi, "an interval ends after it begins"),
      z.tuple([z.null(), z.null()]),
    ]),
    n: finite.nonnegative(),
    seeds: z.int().nonnegative(),
    atMost: bound.optional(),
    atLeast: bound.optional(),
    memory: z.string().min(1).optional(),
    mark: z.enum(rowMarks).optional(),
  })
  .refine((row) => row.kind !== "cited" || row.source !== undefined, "a cited row names its source");

/**
 * Returns `rows` unchanged when each passes the schema and no (experiment, domain, scenario, arm, metric) occurs twice;
 * throws RangeError otherwise. Every run passes through here before a row leaves it.
 */
export function checkKpiRows<D extends Domain>(rows: readonly KpiRow<D>[]): readonly KpiRow<D>[] {
  const seen = new Set<string>();
  for (const row of rows) {
    const parsed = kpiRowSchema.safeParse(row);
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0];
      throw new RangeError(`KPI row ${JSON.stringify(row)}: ${[...path, message].join(": ")}`);
    }
    const key = JSON.stringify([row.experiment, row.domain, row.scenario, row.arm, row.metric]);
    if (seen.has(key)) throw new RangeError(`KPI row occurs twice: ${key}`);
    seen.add(key);
  }
  return rows;
}
