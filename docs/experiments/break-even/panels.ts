// What is varied: the length of the document, the link, the number of hops, the room of the prefix cache, the load.
import type { Setting } from "#core";

export type PanelName = "document" | "link" | "hops" | "hits" | "load";

/** One quantity that is varied, everything else being that of the scenario `fleet` and of the panel. */
export interface Panel {
  readonly name: PanelName;
  /** What stands on the axis of the pictures and in the tables. */
  readonly axis: string;
  /** How values between two points are found: along the logarithm of x, or of x itself. */
  readonly between: "logarithm" | "value";
  readonly settings: readonly Setting[];
  readonly points: readonly Point[];
  /** Quantile of the time to first token that is compared. */
  readonly quantile: 0.5 | 0.95;
  /** Metrics that change along the axis, for the tables. */
  readonly told: readonly (
    | "timeToFirstTokenMs"
    | "entryTimeToFirstTokenMs"
    | "costPerTask"
    | "taskLatencyMs.p50"
    | "drainTasksPerS"
  )[];
}

export interface Point {
  readonly x: number;
  readonly settings: readonly Setting[];
}

const set = (settings: Readonly<Record<string, unknown>>): readonly Setting[] =>
  Object.entries(settings).map(([path, value]) => ({ path, value }));

const vary = (
  values: readonly number[],
  settings: (x: number) => Record<string, unknown>,
): readonly Point[] => values.map((x) => ({ x, settings: set(settings(x)) }));

/** So few tasks that hardly two meet: what a hand-off takes by itself. */
const alone = { tasksPerSeed: 40, "fleet.warmUpTasks": 0, "fleet.arrivals.tasksPerS": 0.01 };
/** Enough that tasks share batches, links and caches. */
const shared = { tasksPerSeed: 120, "fleet.warmUpTasks": 20 };

/** A chain of `hops` + 1 stages that say 96 tokens each. */
const chain = (hops: number): unknown =>
  Array.from({ length: hops + 1 }, (_, i) => ({
    name: `stage-${i}`,
    role: "Go on.",
    roleTokens: 48,
    outputTokens: 96,
    ...(i === 0 ? {} : { after: [`stage-${i - 1}`] }),
  }));

export const panels: readonly Panel[] = [
  {
    name: "document",
    axis: "document, tokens",
    between: "logarithm",
    settings: set(alone),
    points: vary([64, 256, 1024, 4096, 16_384, 65_536], (tokens) => ({ "document.tokens": tokens })),
    quantile: 0.5,
    told: ["timeToFirstTokenMs", "costPerTask"],
  },
  {
    name: "link",
    axis: "link, bytes/s",
    between: "logarithm",
    settings: set(alone),
    points: vary([1e4, 1e5, 1e6, 1e7, 1e8, 3e8, 1e9, 3e9, 1e10, 5.4e10], (rate) => ({
      "calibration.linkBytesPerS": rate,
    })),
    quantile: 0.5,
    told: ["timeToFirstTokenMs"],
  },
  {
    name: "hops",
    axis: "hops of a task",
    between: "value",
    settings: set(alone),
    points: vary([1, 2, 3, 5, 8, 15], (hops) => ({ stages: chain(hops) })),
    quantile: 0.5,
    told: ["timeToFirstTokenMs", "costPerTask", "taskLatencyMs.p50"],
  },
  {
    name: "hits",
    axis: "share of tokens that prefix-cache finds",
    between: "value",
    settings: set({ ...shared, "fleet.arrivals.tasksPerS": 0.75 }),
    points: vary([0, 2000, 4000, 6000, 8000, 12_000, 20_000, 200_000], (tokens) => ({
      "fleet.cache.capacityTokens": tokens,
    })),
    quantile: 0.5,
    told: ["timeToFirstTokenMs", "costPerTask"],
  },
  {
    name: "load",
    axis: "arrivals, tasks/s on four servers",
    between: "logarithm",
    settings: set(shared),
    // 80 s of arrivals at least, a quarter of them to fill the fleet: a task takes some 12 s of them.
    points: vary([0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8, 16], (rate) => ({
      "fleet.arrivals.tasksPerS": rate,
      "fleet.warmUpTasks": Math.max(20, 20 * rate),
      tasksPerSeed: Math.max(120, 80 * rate),
    })),
    quantile: 0.95,
    told: [
      "timeToFirstTokenMs",
      "entryTimeToFirstTokenMs",
      "costPerTask",
      "taskLatencyMs.p50",
      "drainTasksPerS",
    ],
  },
];
