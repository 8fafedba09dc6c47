import type { GapDefinition, MetricDefinition } from "#core";
import { ranColdReasons } from "./cold-reasons.ts";

/** Every metric of the RAN simulator and how it is pooled; definitions in the project's glossary. */

const total = (metric: string): MetricDefinition => ({ metric, unit: "count", pooling: { by: "total" } });
const ratio = (metric: string, unit: string): MetricDefinition => ({
  metric,
  unit,
  pooling: { by: "ratio" },
});
const events = (metric: string): MetricDefinition => ({ metric, unit: "1", pooling: { by: "events" } });
const share = (metric: string): MetricDefinition => ({ metric, unit: "1", pooling: { by: "share" } });
const quantile = (metric: string, unit: string, q: number): MetricDefinition => ({
  metric,
  unit,
  pooling: { by: "quantile", q },
});

/** Windows after a completion in which the target's state is judged, open loop. */
export const postHandoverWindows = [
  { name: "0-50ms", fromMs: 0, toMs: 50 },
  { name: "50-250ms", fromMs: 50, toMs: 250 },
  { name: "250-500ms", fromMs: 250, toMs: 500 },
  { name: "500-1000ms", fromMs: 500, toMs: 1000 },
] as const;

export const ranMetrics: readonly MetricDefinition[] = [
  total("handoverAttempts"),
  total("handovers"),
  total("radioLinkFailures"),
  total("handoverFailures"),
  total("pingPongs"),
  total("shortStays"),
  ratio("handoversPerUeMinute", "1/min"),
  share("pingPongRate"),
  share("shortStayRate"),
  events("failuresPerHandover"),
  share("handoverFailureRate"),
  total("tooEarly"),
  total("tooLate"),
  total("wrongCell"),
  quantile("interruptionMs.p50", "ms", 0.5),
  quantile("interruptionMs.p95", "ms", 0.95),
  quantile("interruptionMs.p99", "ms", 0.99),
  quantile("timeOfStayS.p50", "s", 0.5),
  ratio("lateMsPerUeMinute", "ms/min"),
  ...postHandoverWindows.map(({ name }) => share(`postHandoverAccuracy.${name}`)),
  ...postHandoverWindows.map(({ name }) => ratio(`postHandoverRegretDb.${name}`, "dB")),
  ratio("xnPayloadBytesPerHandover", "B"),
  ratio("xnBytesPerUeMinute", "B/min"),
  ratio("xnSignallingBytesPerHandover", "B"),
  share("latentColdShare"),
  ...ranColdReasons.map((reason) => total(`latentCold.${reason}`)),
];

/** What `gapClosed` measures: of what a whole memory gains in the window after a handover, the share that an arm gains. */
export const ranGap: GapDefinition = {
  metric: "postHandoverAccuracy.50-250ms",
  floor: "cold",
  ceiling: "whole",
};
