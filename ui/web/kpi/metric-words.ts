/** Metric names as people read them; what each means stands in `docs/glossary.md`. */

const words: Readonly<Record<string, string>> = {
  handoverAttempts: "Handover attempts",
  handovers: "Handovers",
  radioLinkFailures: "Radio link failures",
  handoverFailures: "Handover failures",
  pingPongs: "Ping-pongs",
  shortStays: "Short stays",
  handoversPerUeMinute: "Handovers per user",
  pingPongRate: "Ping-pong rate",
  shortStayRate: "Short-stay rate",
  failuresPerHandover: "Failures per handover",
  handoverFailureRate: "Handover failure rate",
  tooEarly: "Too early",
  tooLate: "Too late",
  wrongCell: "Wrong cell",
  interruptionMs: "Interruption",
  timeOfStayS: "Time of stay",
  lateMsPerUeMinute: "Late, per user",
  postHandoverAccuracy: "Accuracy after handover",
  postHandoverRegretDb: "Regret after handover",
  xnBytesPerHandover: "Xn bytes per handover",
  exactMatch: "Exact match",
  wrongDocumentExactMatch: "Exact match, wrong document",
  prefillTokensPerHop: "Tokens prefilled per hop",
  rereadFactor: "Re-read factor",
  flopsPerHop: "FLOPs per hop",
  wireBytesPerHop: "Wire bytes per hop",
  cacheReadShare: "Cache read share",
  costPerTask: "Cost per task",
  timeToFirstTokenMs: "Time to first token",
  gapClosed: "Gap closed",
};

/** Returns the title of a metric; the part after the dot follows: `Interruption, p95`. Unknown names stay as they are. */
export function metricWords(metric: string): string {
  const dot = metric.indexOf(".");
  const title = words[dot < 0 ? metric : metric.slice(0, dot)];
  if (title === undefined) return metric;
  return dot < 0 ? title : `${title}, ${metric.slice(dot + 1)}`;
}
