// What an import reports; a format that cannot tell a metric has no row of it.
import type { MetricDefinition } from "#core";

const total = (metric: string): MetricDefinition => ({ metric, unit: "count", pooling: { by: "total" } });
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

/** Of spans: cache and time to first token are the trace's own, what was read again is an upper bound by the counts. */
export const callMetrics: readonly MetricDefinition[] = [
  total("runs"),
  total("requests"),
  total("requests.noTokens"),
  total("requests.noOutputTokens"),
  total("requests.noCacheRead"),
  total("requests.noAgent"),
  total("requests.wholeAgent"),
  total("requests.cacheApart"),
  total("handOffs"),
  ratio("inputTokensPerRequest", "tokens"),
  ratio("outputTokensPerRequest", "tokens"),
  ratio("inputTokensPerHandOff", "tokens"),
  { ...ratio("rereadTokensPerHandOff", "tokens"), kind: "simulated" },
  { ...ratio("rereadFactor", "1"), kind: "simulated" },
  ratio("cacheReadShare", "1"),
  ratio("handOffCacheReadShare", "1"),
  ...formula,
  ...quantiles("handOffTimeToFirstTokenMs"),
];

/** All of them, each name once. */
export const importMetrics: readonly MetricDefinition[] = [
  ...requestMetrics,
  ...callMetrics.filter(({ metric }) => requestMetrics.every((other) => other.metric !== metric)),
];
