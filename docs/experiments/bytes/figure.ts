// Accuracy and the share of the gap that is closed, by bytes of values.
import { type ChartPanel, drawChart, type Series } from "../harness/chart.ts";
import { exactly, pointsOf, spreadOf } from "../harness/report.ts";
import type { StudyResult } from "../harness/run-study.ts";

const panels = [
  {
    metric: "postHandoverAccuracy.50-250ms",
    title: "right cell named 50 to 250 ms after, % of handovers",
    scale: 100,
    yFrom: 60,
  },
  { metric: "gapClosed", title: "of the gap between cold and whole, closed", scale: 1, yFrom: -0.5 },
] as const;

export function drawBytes({ kpis }: StudyResult): string {
  const scenario = kpis[0]?.scenario ?? "";
  const lanes = [...new Set(kpis.map(({ arm }) => arm))].flatMap((lane) => {
    const found = /^(\S+) bytes=(\d+) (\S+)$/.exec(lane);
    if (found === null) return [];
    const [, arm, bytes, precision] = found;
    return [{ lane, name: precision === "int8" ? arm : `${arm} ${precision}`, bytes: Number(bytes) }];
  });
  const sizes = [...new Set(lanes.map(({ bytes }) => bytes))];
  return drawChart(
    "What a payload of so many bytes is worth: simulated, 95 % intervals",
    panels.map(({ metric, title, scale, yFrom }): ChartPanel => {
      const at = (arm: string) => spreadOf(kpis, { scenario, arm, metric }, scale);
      const swept = [...new Set(lanes.map(({ name }) => name))].map(
        (name): Series => ({
          name,
          line: true,
          points: pointsOf(
            lanes
              .filter((lane) => lane.name === name)
              .sort((a, b) => a.bytes - b.bytes)
              .map(({ lane, bytes }) => ({ x: exactly(bytes), y: at(lane) })),
          ),
        }),
      );
      // Without a size of their own: lines across all of them.
      const ends = ["cold", "whole"].map(
        (name): Series => ({
          name,
          line: true,
          points: pointsOf(
            [Math.min(...sizes), Math.max(...sizes)].map((bytes) => ({ x: exactly(bytes), y: at(name) })),
          ),
        }),
      );
      return {
        title,
        x: "log",
        xTitle: "bytes of values, without the header of 24",
        yTitle: scale === 100 ? "%" : "share",
        yFrom,
        series: [...swept, ...ends],
      };
    }),
  );
}
