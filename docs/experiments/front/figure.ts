// Three panels for each kind of worlds: ping-pong, failures and lateness, each against each.
import { type ChartPanel, drawChart, type Series } from "../harness/chart.ts";
import { pointsOf, spreadOf } from "../harness/report.ts";
import type { StudyResult } from "../harness/run-study.ts";
import { laneName } from "../harness/study.ts";

const panels = [
  { x: "failuresPerHandover", y: "pingPongRate" },
  { x: "failuresPerHandover", y: "lateMsPerUeMinute" },
  { x: "lateMsPerUeMinute", y: "pingPongRate" },
] as const;

/** Shares of handovers: what fails or comes back more often is of no use, and squeezes all else into a corner; the tables have it. */
const MOST = { failuresPerHandover: 0.15, pingPongRate: 0.4 } as const;

/** What an axis says, and by how much its values are multiplied. */
const axes: Readonly<Record<string, { readonly title: string; readonly scale: number }>> = {
  failuresPerHandover: { title: "failures, % of handovers", scale: 100 },
  pingPongRate: { title: "ping-pong, % of handovers", scale: 100 },
  lateMsPerUeMinute: { title: "served over 3 dB below the best cell, s a minute", scale: 0.001 },
};

/** Returns the SVG; an arm with several points is a line through them in their order, the sets of TR 36.839 one line together. */
export function drawFronts({ study, kpis }: StudyResult): string {
  const scenarios = [...new Set(kpis.map(({ scenario }) => scenario))];
  return drawChart(
    "Ping-pong, failures and lateness of every arm: simulated, 95 % intervals",
    scenarios.flatMap((scenario) =>
      panels.map(({ x, y }): ChartPanel => {
        const of = (arm: string, metric: string) =>
          spreadOf(kpis, { scenario, arm, metric }, axes[metric].scale);
        const useful = (lane: string): boolean =>
          Object.entries(MOST).every(([metric, most]) => {
            const found = spreadOf(kpis, { scenario, arm: lane, metric });
            return found !== null && found.value <= most;
          });
        return {
          title: scenario,
          x: "linear",
          xTitle: axes[x].title,
          yTitle: axes[y].title,
          series: families(study.arms).map(
            ({ name, lanes }): Series => ({
              name,
              line: lanes.length > 1 && name !== "a3",
              points: pointsOf(lanes.filter(useful).map((lane) => ({ x: of(lane, x), y: of(lane, y) }))),
            }),
          ),
        };
      }),
    ),
    panels.length,
  );
}

function families(
  arms: StudyResult["study"]["arms"],
): readonly { readonly name: string; readonly lanes: string[] }[] {
  const lanes = new Map<string, string[]>();
  for (const { arm, points = [{ label: "" }] } of arms) {
    const name = arm.startsWith("a3-set") ? "a3-set1 to 5" : arm;
    lanes.set(name, [...(lanes.get(name) ?? []), ...points.map(({ label }) => laneName(arm, label))]);
  }
  return [...lanes].map(([name, of]) => ({ name, lanes: of }));
}
