import type { Awaitable } from "../awaitable.ts";
import type { HandOffEnd } from "../hand-off/end.ts";
import type { Domain, Kind } from "../provenance.ts";
import type { KpiRow } from "./kpi-row.ts";
import type { MetricDefinition, UnitResult } from "./metric.ts";

/**
 * An experiment is arms x scenarios x seeds, cut into shards: one world or trace each, in which all arms run in step.
 * A simulator makes one; the runner, the run store and the command line know nothing else of it.
 */
export interface Experiment<D extends Domain = Domain> {
  readonly name: string;
  readonly domain: D;
  /** What the pooled numbers are: `simulated`, or `measured` where the traces were. */
  readonly kind: Kind;
  /** Where the worlds come from, when someone else made them. */
  readonly source?: string;
  readonly arms: readonly string[];
  readonly metrics: readonly MetricDefinition[];
  /** Which gap `gapClosed` is about; absent where no arm marks its ends. */
  readonly gap?: GapDefinition;
  /** The user's own KPIs, from the scenario: expressions by name ({@link KpiFormula}). */
  readonly kpis?: Readonly<Record<string, string>> | undefined;
  readonly shards: readonly Shard[];
  /** Rows that no unit makes: calibration inputs (`cited`, `assumed`) and cited results. They precede the results. */
  readonly inputs: readonly KpiRow<D>[];
  /** Everything that decides the result, for the manifest: parsed parameters, not file names. */
  readonly config: unknown;
  /** Absolute paths of the files that the shards read, for the manifest: resuming with other contents is refused. */
  readonly inputFiles?: readonly string[];
  /** How another thread makes the same experiment; absent where it cannot, and the shards run one after another. */
  readonly recipe?: Recipe;
  /**
   * How many shards one thread does well to run side by side, because they share the calls of a model; absent: one after the
   * other. Results are the same.
   */
  readonly together?: number;
  /**
   * Returns what every arm did in one shard. Equal shards give equal results, in any order. A long shard awaits `pause`
   * now and then, so that the caller's event loop turns; `pause` may throw to stop it.
   */
  runShard(shard: Shard, options?: { readonly pause?: Pause }): Awaitable<ShardResult<D>>;
}

/** Between which arms the gap lies, and on which metric (a ratio) it is measured. */
export interface GapDefinition {
  readonly metric: string;
  /** The receiver that starts from nothing. */
  readonly floor: string;
  /** The receiver that gets everything. */
  readonly ceiling: string;
}

/** What makes an experiment: a function that a module exports, and its argument, which can be cloned. */
export interface Recipe {
  /** URL of the module (`import.meta.url`). */
  readonly module: string;
  readonly make: string;
  readonly options: unknown;
}

/** Lets other work of the process run. */
export type Pause = () => Promise<void>;

export interface Shard {
  /** Unique in the experiment and stable from run to run: `hex-uma/seed=3`. */
  readonly key: string;
  readonly scenario: string;
  readonly seed: number | null;
}

export interface ShardResult<D extends Domain = Domain> {
  readonly units: readonly UnitResult<D>[];
  /** Rows for the run store's views `events` and `handovers`; columns by name. */
  readonly tables: Readonly<Partial<Record<TableName, readonly TableRow[]>>>;
}

export type TableName = "events" | "handovers";

/** A number is stored as DOUBLE, a string as VARCHAR, a boolean as BOOLEAN; a column keeps one type. */
export type TableRow = Readonly<Record<string, string | number | boolean | null>>;

/** What the lists of arms show; `bytes` is what the arm puts on the wire per hand-off, in words. */
export interface ArmDescription<D extends Domain = Domain> {
  readonly domain: D;
  readonly name: string;
  readonly summary: string;
  readonly bytes: string;
  /** How its hand-offs end when all goes well; null where nothing tells, as of a latent of which only the cost is a formula. */
  readonly end: HandOffEnd | null;
  /**
   * Of agents: whether a model answers in it (`measured`), so that runs have `exactMatch`, or its cost is a formula and nothing
   * answers. The latter has no row of an answer's quality: a list shows "not answered", never a number. Absent where nobody asks.
   */
  readonly answers?: "measured" | "by formula" | undefined;
}
