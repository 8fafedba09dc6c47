// Figures of others, each from a place that was opened.
import type { KpiRow } from "#core";

/** Executions and radio link failures on 97 recorded drives at 30 to 90 km/h: counted in the shared vectors (karlsruhe_3gpp_events). */
const karlsruhe = [
  [292, 295],
  [614, 537],
  [738, 542],
  [1068, 573],
  [1475, 147],
] as const;
/** The ticks of those drives, of 10 ms, in minutes. */
const KARLSRUHE_MINUTES = 84.725;

const row = (
  more: Pick<KpiRow, "source" | "scenario" | "arm" | "metric" | "unit" | "value" | "n">,
): KpiRow<"ran"> => ({
  experiment: "failure-rates",
  domain: "ran",
  kind: "cited",
  ci95: [null, null],
  seeds: 0,
  ...more,
});

const KARLSRUHE =
  "github.com/kit-cel/HandoverOptimDRL @40353f7b, its 3GPP baseline on its recorded drives (arXiv 2503.21601), run as it is; counts of the shared vectors";

/** Every row has a source. A failure there is a radio link failure; executions and failures together are its attempts. */
export const cited: readonly KpiRow<"ran">[] = karlsruhe.flatMap(([executions, failures], i) => {
  const about = { source: KARLSRUHE, scenario: "karlsruhe, published baseline", arm: `a3-set${i + 1}` };
  return [
    row({
      ...about,
      metric: "failuresPerHandover",
      unit: "1",
      value: failures / (executions + failures),
      n: executions + failures,
    }),
    row({
      ...about,
      metric: "handoversPerUeMinute",
      unit: "1/min",
      value: executions / KARLSRUHE_MINUTES,
      n: executions,
    }),
  ];
});
