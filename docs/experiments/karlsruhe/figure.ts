// Short stays and lateness against failures: the grid of event A3, every arm, and the clairvoyant.
import { type ChartPanel, drawChart, type Series } from "../harness/chart.ts";
import { pointsOf, spreadOf } from "../harness/report.ts";
import type { StudyResult } from "../harness/run-study.ts";

const panels = [
  { y: "shortStayRate", title: "stays under 1 s, % of handovers", scale: 100 },
  { y: "pingPongRate", title: "ping-pong, % of handovers", scale: 100 },
  { y: "lateMsPerUeMinute", title: "served over 3 dB below the best cell, s a minute", scale: 0.001 },
  { y: "handoversPerUeMinute", title: "handovers a minute", scale: 1 },
] as const;

/** A lane that fails more often is of no use, and squeezes all else into a corner; the tables have it. */
const MOST_FAILURES = 0.5;

/** Learned arms that lie on the others, whatever they carry, and too many to be told apart by colour; the tables have them. */
const NOT_DRAWN: readonly string[] = ["history", "trajectory", "pin", "transformer", "mean", "noise"];

export function drawKarlsruhe({ kpis }: StudyResult): string {
  const scenario = kpis.find(({ scenario: name }) => !name.includes("/rows="))?.scenario ?? "";
  const lanes = [...new Set(kpis.filter((row) => row.scenario === scenario).map(({ arm }) => arm))].filter(
    (arm) =>
      !NOT_DRAWN.includes(arm) &&
      (spreadOf(kpis, { scenario, arm, metric: "failuresPerHandover" })?.value ?? 1) <= MOST_FAILURES,
  );
  // A line a family: the arm alone, and the arm at other strictness of its rule.
  const families = [...new Set(lanes.map((lane) => familyOf(lane)))];
  return drawChart(
    "Karlsruhe, closed loop: simulated on recorded links, 95 % intervals by group",
    panels.map(
      ({ y, title, scale }): ChartPanel => ({
        title,
        x: "linear",
        xTitle: "failures, % of handovers",
        yTitle: "",
        series: families.map(
          (name): Series => ({
            name,
            line: false,
            points: pointsOf(
              lanes
                .filter((lane) => familyOf(lane) === name)
                .map((arm) => {
                  const point = {
                    x: spreadOf(kpis, { scenario, arm, metric: "failuresPerHandover" }, 100),
                    y: spreadOf(kpis, { scenario, arm, metric: y }, scale),
                  };
                  return arm.includes(" ") ? { x: withoutEnds(point.x), y: withoutEnds(point.y) } : point;
                }),
            ),
          }),
        ),
      }),
    ),
  );
}

function familyOf(lane: string): string {
  const [arm] = lane.split(" ");
  return arm.startsWith("a3-set") ? "a3-set1 to 5" : arm;
}

/** A grid with an interval at each of its points is a picture of intervals; the tables have them. */
function withoutEnds(of: ReturnType<typeof spreadOf>): ReturnType<typeof spreadOf> {
  return of === null ? null : { ...of, low: null, high: null };
}
