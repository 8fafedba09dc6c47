// What an import reports; a format that cannot tell a metric has no row of it.
import type { MetricDefinition } from "#core";
import { boundsOf } from "./bounds.ts";

const total = (metric: string): MetricDefinition => ({
  metric,
  unit: "count",
  pooling: { by: "total" },
  exact: true,
});
const ratio = (metric: string, unit: string): MetricDefinition => ({
  metric,
  unit,
  pooling: { by: "ratio" },
});
const quantiles = (metric: string): readonly MetricDefinition[] => [
  { metric: `${metric}.p50`, unit: "ms", pooling: { by: "quantile", q: 0.5 } },
  { metric: `${metric}.p95`, unit: "ms", pooling: { by: "quantile", q: 0.95 } },
];

const formula: readonly MetricDefinition[] = [
  ratio("prefillTokensPerHop", "tokens"),
  ratio("flopsPerHop", "FLOP"),
  ratio("wireBytesPerHop", "B"),
  ...quantiles("timeToFirstTokenMs"),
];

/** Of transcripts and requests. */
export const requestMetrics: readonly MetricDefinition[] = [
  total("runs"),
  total("handOffs"),
  total("requests"),
  ratio("rereadFactor", "1"),
  ratio("inputTokensPerRequest", "tokens"),
  ratio("outputTokensPerRequest", "tokens"),
  // Nothing in these traces says what a cache did: these two are what an unbounded one would give.
  { ...ratio("rereadTokensPerRequest", "tokens"), kind: "simulated" },
  { ...ratio("cacheReadShare", "1"), kind: "simulated" },
  ...formula,
];

/** Of spans, what depends on whether input tokens hold those of the cache. */
const byTokens: readonly MetricDefinition[] = [
  ratio("inputTokensPerRequest", "tokens"),
  ratio("inputTokensPerHandOff", "tokens"),
  ratio("cacheReadShare", "1"),
  ratio("handOffCacheReadShare", "1"),
  ...formula,
];

/**
 * Of spans: cache and time to first token are the trace's own. What was read again is bounded by the counts, and so is what
 * depends on how an instrumentation counts the cache where nothing decides it: `.atLeast` and `.atMost` then stand for the
 * metric, which has no row of its own.
 */
export const callMetrics: readonly MetricDefinition[] = [
  total("runs"),
  total("requests"),
  total("requests.noTokens"),
  total("requests.noOutputTokens"),
  total("requests.noCacheRead"),
  total("requests.noAgent"),
  total("requests.wholeAgent"),
  total("requests.cacheApart"),
  total("requests.cacheUndecided"),
  total("handOffs"),
  ratio("outputTokensPerRequest", "tokens"),
  ...[ratio("rereadTokensPerHandOff", "tokens"), ratio("rereadFactor", "1")].flatMap((definition) =>
    boundsOf({ ...definition, kind: "simulated" }),
  ),
  ...byTokens.flatMap((definition) => [definition, ...boundsOf(definition)]),
  ...quantiles("handOffTimeToFirstTokenMs"),
];

/** Of every file: what its reader left out, by sort. */
export const setAsideMetrics: readonly MetricDefinition[] = [
  total("setAside.records"),
  total("setAside.values"),
  total("setAside.other"),
];

/** All of them, each name once. */
export const importMetrics: readonly MetricDefinition[] = [
  ...requestMetrics,
  ...setAsideMetrics,
  ...callMetrics.filter(({ metric }) => requestMetrics.every((other) => other.metric !== metric)),
];
