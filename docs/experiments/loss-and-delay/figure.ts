// Cold starts, accuracy and failures by loss and by delay.
import { type ChartPanel, drawChart } from "../harness/chart.ts";
import { byCategory } from "../harness/report.ts";
import type { StudyResult } from "../harness/run-study.ts";

const rows = [
  { metric: "latentColdShare", title: "targets that started cold", yFrom: 0 },
  { metric: "postHandoverAccuracy.50-250ms", title: "right cell named 50 to 250 ms after", yFrom: 50 },
  { metric: "failuresPerHandover", title: "failures", yFrom: 0 },
] as const;
const columns = [
  { key: "xn.lossProbability=", title: "share of Xn packets lost" },
  { key: "xn.delayMs=", title: "one-way delay on Xn, ms" },
] as const;

export function drawLossAndDelay({ kpis, study }: StudyResult): string {
  const all = [...new Set(kpis.map(({ scenario }) => scenario))];
  const arms = study.arms.map(({ arm }) => arm);
  return drawChart(
    "What lost and late payloads cost: simulated, 95 % intervals",
    rows.flatMap(({ metric, title, yFrom }) =>
      columns.map(({ key, title: xTitle }): ChartPanel => {
        const scenarios = all.filter((scenario) => scenario.includes(key));
        return {
          title,
          x: scenarios.map((scenario) => scenario.slice(scenario.indexOf("=") + 1)),
          xTitle,
          yTitle: "% of handovers",
          yFrom,
          series: byCategory(kpis, { scenarios, arms, metric, scale: 100, line: true }),
        };
      }),
    ),
  );
}
