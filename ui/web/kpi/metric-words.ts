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
  postHandoverAccuracy: "Right cell after handover",
  postHandoverRegretDb: "Regret after handover",
  xnPayloadBytesPerHandover: "Xn bytes, all headers",
  exactMatch: "Exact answers",
  wrongDocumentExactMatch: "Exact, stranger's latent",
  prefillTokensPerHop: "Tokens read per hop",
  rereadFactor: "Re-read factor",
  flopsPerHop: "FLOPs per hop",
  wireBytesPerHop: "Wire bytes per hop",
  cacheReadShare: "Cache read share",
  costPerTask: "Cost per task",
  timeToFirstTokenMs: "Time to first token",
  gapClosed: "Gap closed",
};

/** Titles that say their part in words of their own. */
const whole: Readonly<Record<string, string>> = {
  "postHandoverAccuracy.50-250ms": "Right cell, 50-250 ms",
  "timeToFirstTokenMs.p50": "First token, median",
  "postHandoverRegretDb.50-250ms": "Regret, 50-250 ms",
};

/** Returns the title of a metric; the part after the dot follows: `Interruption, p95`. Unknown names stay as they are. */
export function metricWords(metric: string): string {
  if (whole[metric] !== undefined) return whole[metric];
  const dot = metric.indexOf(".");
  const title = words[dot < 0 ? metric : metric.slice(0, dot)];
  if (title === undefined) return metric;
  return dot < 0 ? title : `${title}, ${metric.slice(dot + 1)}`;
}
