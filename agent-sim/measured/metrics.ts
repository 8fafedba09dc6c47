// What a measured run reports, and how it is pooled. Definitions: docs/glossary.md.
import { coldReasons, type MetricDefinition } from "#core";
import { stepNames } from "../hand-off/clock.ts";

/**
 * Answers and bytes are measured: a model gave them on this machine, or they were counted. FLOPs follow from a formula.
 * What was read from a clock goes to `timings`. `exactMatch` comes of the questions that hops share, or of the stage's own
 * in `/role=r`; `exactMatchByChance` stands beside it.
 */
export const measuredMetrics: readonly MetricDefinition[] = [
  { metric: "exactMatch", unit: "1", pooling: { by: "share" } },
  { metric: "wrongDocumentExactMatch", unit: "1", pooling: { by: "share" } },
  { metric: "exactMatchByChance", unit: "1", pooling: { by: "ratio" }, kind: "assumed" },
  { metric: "prefillTokensPerHop", unit: "tokens", pooling: { by: "ratio" } },
  { metric: "rereadFactor", unit: "1", pooling: { by: "ratio" } },
  { metric: "flopsPerHop", unit: "FLOP", pooling: { by: "ratio" }, kind: "simulated" },
  { metric: "wireBytesPerHop", unit: "B", pooling: { by: "ratio" } },
  { metric: "cacheReadShare", unit: "1", pooling: { by: "ratio" } },
  { metric: "coldStartShare", unit: "1", pooling: { by: "share" } },
  ...coldReasons.map(
    (reason): MetricDefinition => ({
      metric: `coldStarts.${reason}`,
      unit: "count",
      pooling: { by: "total" },
    }),
  ),
  ...["timeToFirstToken", "read", ...stepNames].flatMap((step) => [
    timed(`${step}Ms.p50`, 0.5),
    timed(`${step}Ms.p95`, 0.95),
  ]),
];

function timed(metric: string, q: number): MetricDefinition {
  return { metric, unit: "ms", pooling: { by: "quantile", q }, timed: true };
}
