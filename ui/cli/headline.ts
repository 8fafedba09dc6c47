/**
 * What a table for people shows unless `--all` asks for the rest: a rate beside those that it is bought with. JSON, the
 * run store and exports always hold every row.
 */
const headlineMetrics: ReadonlySet<string> = new Set([
  "handovers",
  "handoversPerUeMinute",
  "pingPongRate",
  "shortStayRate",
  "failuresPerHandover",
  "interruptionMs.p50",
  "lateMsPerUeMinute",
  "postHandoverAccuracy.50-250ms",
  "xnPayloadBytesPerHandover",
  "triggers",
  "operatorHandoversMatched",
  "runs",
  "handOffs",
  "requests",
  "inputTokensPerRequest",
  "inputTokensPerHandOff",
  "inputTokensPerRequest.atLeast",
  "inputTokensPerRequest.atMost",
  "rereadTokensPerHandOff",
  "rereadTokensPerHandOff.atMost",
  "rereadFactor.atMost",
  "cacheReadShare.atLeast",
  "cacheReadShare.atMost",
  "setAside.records",
  "setAside.values",
  "workload.setAside",
  "handOffCacheReadShare",
  "exactMatch",
  "wrongDocumentExactMatch",
  "prefillTokensPerHop",
  "rereadFactor",
  "wireBytesPerHop",
  "cacheReadShare",
  "costPerTask",
  "timeToFirstTokenMs.p50",
  "taskLatencyMs.p50",
  "entryTimeToFirstTokenMs.p50",
  "drainTasksPerS",
  "tasksPerS",
  "serverUtilisation",
  "gapClosed",
]);

/** Returns the rows to show first, those of the metrics `also` among them, and how many were left out. Breakdowns and calibration inputs are left out. */
export function headline<T extends { readonly metric: string; readonly scenario: string }>(
  rows: readonly T[],
  also: ReadonlySet<string> = new Set(),
): { readonly shown: readonly T[]; readonly leftOut: number } {
  const shown = rows.filter(
    ({ metric, scenario }) =>
      (headlineMetrics.has(metric) || also.has(metric)) && !/\/(hop|role)=/.test(scenario),
  );
  return { shown, leftOut: rows.length - shown.length };
}
