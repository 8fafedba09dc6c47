// What is reported of agent hand-offs, and how it is pooled. Definitions: README.md of this simulator.
import type { MetricDefinition } from "#core";

/**
 * The metrics of a run by formula. `wireBytesPerHop` is measured, for the bytes of really encoded messages are counted;
 * the rest follows from formulas and is simulated. `exactMatch` is absent: no model has answered yet.
 */
export const agentMetrics: readonly MetricDefinition[] = [
  { metric: "prefillTokensPerHop", unit: "tokens", pooling: { by: "ratio" } },
  { metric: "rereadFactor", unit: "1", pooling: { by: "ratio" } },
  { metric: "flopsPerHop", unit: "FLOP", pooling: { by: "ratio" } },
  { metric: "wireBytesPerHop", unit: "B", pooling: { by: "ratio" }, kind: "measured" },
  { metric: "cacheReadShare", unit: "1", pooling: { by: "ratio" } },
  { metric: "costPerTask", unit: "USD", pooling: { by: "ratio" } },
  { metric: "timeToFirstTokenMs.p50", unit: "ms", pooling: { by: "quantile", q: 0.5 } },
  { metric: "timeToFirstTokenMs.p95", unit: "ms", pooling: { by: "quantile", q: 0.95 } },
];

/**
 * Returns {@link agentMetrics} as they hold for a scenario: the bytes of a generated summary are those of an extractive
 * stand-in of the same budget, so that they are simulated.
 */
export function agentMetricsOf(scenario: {
  readonly summary: { readonly method: "extractive" | "generated" };
}): readonly MetricDefinition[] {
  if (scenario.summary.method === "extractive") return agentMetrics;
  return agentMetrics.map((definition) =>
    definition.metric === "wireBytesPerHop" ? { ...definition, kind: "simulated" } : definition,
  );
}
