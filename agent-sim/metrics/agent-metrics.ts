// What is reported of agent hand-offs, and how it is pooled. Definitions: README.md of this simulator.
import type { Kind, MetricDefinition } from "#core";
import { type AgentArm, armRules } from "../hand-off/arms.ts";

/**
 * The metrics of a run by formula. `wireBytesPerHop` is measured, for the bytes of really encoded messages are counted
 * (but see {@link armKind}); the rest follows from formulas and is simulated. `exactMatch` is absent: no model has
 * answered yet.
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

/** Of a queue: every fleet has one, and a pipeline whose tasks arrive on their own. */
export const queueMetrics: readonly MetricDefinition[] = [
  { metric: "entryTimeToFirstTokenMs.p50", unit: "ms", pooling: { by: "quantile", q: 0.5 } },
  { metric: "entryTimeToFirstTokenMs.p95", unit: "ms", pooling: { by: "quantile", q: 0.95 } },
  { metric: "overloadedShare", unit: "1", pooling: { by: "share" } },
  { metric: "drainTasksPerS", unit: "1/s", pooling: { by: "ratio" } },
];

/**
 * Returns of which kind all numbers of an arm are, as part of its units: nothing where {@link agentMetrics} says it.
 * Bytes are not measured where not all of them were made. Of a cache one frame of each size is encoded, and the length of
 * the stream follows from it; a generated summary has the bytes of an extractive stand-in of the same budget.
 */
export function armKind(
  arm: AgentArm,
  scenario: { readonly summary: { readonly method: "extractive" | "generated" } },
): { readonly kind?: Kind } {
  const { carries } = armRules[arm];
  const follows = carries === "kv" || (carries === "summary" && scenario.summary.method === "generated");
  return follows ? { kind: "simulated" } : {};
}
