// Accuracy by time since the handover, a panel for each kind of worlds.
import { type ChartPanel, drawChart } from "../harness/chart.ts";
import { pointsOf, spreadOf } from "../harness/report.ts";
import type { StudyResult } from "../harness/run-study.ts";
import { WINDOWS } from "./recovery.ts";

const drawn = ["cold", "latent", "whole", "raw", "history", "trajectory", "transformer", "another"];

/** Arms of one window stand side by side. */
const APART = 0.07;

export function drawColdStart({ kpis, study }: StudyResult): string {
  const arms = drawn.filter((name) => study.arms.some(({ arm }) => arm === name));
  return drawChart(
    "Right cell named, by time since the completion of the handover: simulated, 95 % intervals",
    [...new Set(kpis.map(({ scenario }) => scenario))].map(
      (scenario): ChartPanel => ({
        title: scenario.slice(scenario.indexOf("/") + 1),
        x: WINDOWS,
        xTitle: "since the completion",
        yTitle: "right cell named, % of handovers",
        yFrom: 50,
        series: arms.map((arm, i) => ({
          name: arm,
          line: true,
          points: pointsOf(
            WINDOWS.map((window, at) => ({
              x: { value: at + (i - (arms.length - 1) / 2) * APART, low: null, high: null },
              y: spreadOf(kpis, { scenario, arm, metric: `postHandoverAccuracy.${window}` }, 100),
            })),
          ),
        })),
      }),
    ),
  );
}
