// What each perturbation does to the two failure figures, to ping-pong and to lateness.
import { type ChartPanel, drawChart } from "../harness/chart.ts";
import { byCategory } from "../harness/report.ts";
import type { StudyResult } from "../harness/run-study.ts";

const panels = [
  { metric: "failuresPerHandover", title: "failures of the simulator", yTitle: "% of handovers", scale: 100 },
  { metric: "labelDisagreement", title: "not the label from clean measurements", yTitle: "%", scale: 100 },
  { metric: "pingPongRate", title: "ping-pong", yTitle: "% of handovers", scale: 100 },
  { metric: "lateMsPerUeMinute", title: "on a cell 3 dB below the best", yTitle: "s a minute", scale: 1e-3 },
] as const;

/** Not all arms: those that the question is about. */
const shown = [
  "a3-tuned",
  "a3-set3",
  "a5",
  "cold",
  "latent",
  "whole",
  "raw",
  "another",
  "latent robust",
  "cold robust",
];

export function drawPerturbations({ kpis }: StudyResult): string {
  const scenarios = [...new Set(kpis.map(({ scenario }) => scenario))];
  const arms = shown.filter((arm) => kpis.some((row) => row.arm === arm));
  return drawChart(
    "What perturbations do: simulated, 95 % intervals",
    panels.map(
      ({ metric, title, yTitle, scale }): ChartPanel => ({
        title,
        x: scenarios.map((scenario) => scenario.slice(scenario.indexOf("=") + 1)),
        xTitle: "perturbation",
        yTitle,
        series: byCategory(kpis, { scenarios, arms, metric, scale }),
      }),
    ),
  );
}
