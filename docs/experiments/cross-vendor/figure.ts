// Right cells named by time since the handover, one panel for each direction between the vendors.
import { type ChartPanel, drawChart, type Series } from "../harness/chart.ts";
import { exactly, pointsOf, spreadOf } from "../harness/report.ts";
import type { StudyResult } from "../harness/run-study.ts";

const windows = ["0-50ms", "50-250ms", "250-500ms", "500-1000ms"] as const;
const directions = [
  { way: "a-to-b", title: "from vendor a to vendor b" },
  { way: "b-to-a", title: "from vendor b to vendor a" },
] as const;

/** Names in the picture; all but the last two are of the receiver alone. */
const shown = ["cold", "latent", "whole", "raw", "vendors", "vendors-shuffled"] as const;

export function drawVendors({ kpis }: StudyResult): string {
  return drawChart(
    "What a foreign latent is worth to its receiver: simulated, 95 % intervals",
    directions.map(({ way, title }): ChartPanel => {
      const rows = kpis.filter(({ scenario }) => scenario.endsWith(`/way=${way}`));
      const scenario = rows[0]?.scenario ?? "";
      return {
        title: `right cell named after a handover ${title}`,
        x: windows.map((window) => window.replace("ms", "")),
        xTitle: "ms since the completion",
        yTitle: "% of handovers",
        yFrom: 50,
        series: shown.map(
          (arm): Series => ({
            name: arm,
            line: true,
            points: pointsOf(
              windows.map((window, place) => ({
                x: exactly(place),
                y: spreadOf(rows, { scenario, arm, metric: `postHandoverAccuracy.${window}` }, 100),
              })),
            ),
          }),
        ),
      };
    }),
  );
}
