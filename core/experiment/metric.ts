import type { Domain, Kind, OfDomain } from "../provenance.ts";
import type { RowMark } from "./kpi-row.ts";

/**
 * How one metric is pooled over units. A unit is what one arm did in one world or trace; its tally keeps the sums (or
 * the samples) from which the pooled value is made, so that a mean of ratios is never taken by accident.
 */
export interface MetricDefinition {
  readonly metric: string;
  readonly unit: string;
  /**
   * - `total`: sum over units; `n` is the number of units; a sum of 0 has no interval
   * - `ratio`: sum / weight over all units; `n` is the weight; a sum of 0 has no interval
   * - `share`: a ratio whose sum counts events among `weight` trials: at zero events its upper bound is Wilson's
   * - `events`: the same where a trial may have more than one event, so that the ratio may pass 1
   * - `quantile`: quantile `q` of all samples; `n` is their number
   */
  readonly pooling:
    | { readonly by: "total" | "ratio" | "share" | "events" }
    | { readonly by: "quantile"; readonly q: number };
  /** A count of what was given, as the records of a file: what is not there is known not to be, so that 0 has no bound. */
  readonly exact?: boolean;
  /** Read from a clock: goes to `timings` and outside what determinism covers. */
  readonly timed?: boolean;
  /** When it is not the experiment's: bytes that are counted are `measured` even where the world is simulated. */
  readonly kind?: Kind;
}

/** What one unit adds to one metric. */
export type Tally =
  | { readonly sum: number; readonly weight: number }
  | { readonly samples: readonly number[] };

/** What one arm did in one world or trace. */
export interface UnitResult<D extends Domain = Domain> extends OfDomain<D> {
  readonly scenario: string;
  readonly arm: string;
  /** Null for a replayed trace. */
  readonly seed: number | null;
  /**
   * Of the models of a learned arm, where several were trained alike: intervals resample it beside the groups. Absent for an arm
   * that nothing trained, which counts once for all of them.
   */
  readonly trainingSeed?: number;
  /** Names the world, task or trace; with `seed` and `trainingSeed` unique within its scenario and arm. */
  readonly unit: string;
  /** Units of one group are not independent (traces that share rows); intervals resample whole groups. */
  readonly group: string;
  /** When it is neither the metric's nor the experiment's: what an arm would change in a measured trace is `simulated`. */
  readonly kind?: Kind;
  /** What remembers, where arms of one name can differ by it: `learned` or `trend` of phones. */
  readonly memory?: string;
  /** What its rows are marked with. */
  readonly mark?: RowMark;
  /** By metric name; a metric that the arm does not have is absent. */
  readonly tallies: Readonly<Record<string, Tally>>;
}
