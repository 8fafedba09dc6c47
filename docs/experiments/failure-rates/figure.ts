// Two pictures: what each factor does to failures in hex-uma, and the macro network beside the figures of others.
import type { KpiRow } from "#core";
import { type ChartPanel, drawChart, type Series } from "../harness/chart.ts";
import { exactly, pointsOf, spreadOf } from "../harness/report.ts";
import { AS_IT_IS, conditionOf, factors, SPEEDS_KMH } from "./studies.ts";

type Rows = readonly KpiRow<"ran">[];

const BAR = { left: 270, width: 460, right: 30, line: 22, top: 58, bottom: 46 };
const colours = { "a3-set1": ["#cf222e", "#ff7b72"], "a3-set3": ["#1f6feb", "#79b8ff"] } as const;

/** Returns the SVG of the factors: a line each, sets 1 and 3 as dots with their intervals, what is not changed as a vertical line. */
export function drawFactors(rows: Rows): string {
  const { left, width, right, line, top, bottom } = BAR;
  const arms = ["a3-set1", "a3-set3"] as const;
  const height = top + factors.length * line + bottom;
  const x = (share: number): number => Number((left + Math.min(1, Math.max(0, share)) * width).toFixed(1));
  const at = (scenario: string, arm: string) =>
    spreadOf(rows, { scenario, arm, metric: "handoverFailureRate" });
  const parts = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (share) =>
      `<path class="grid" d="M${x(share)} ${top - 8}V${height - bottom}"/><text x="${x(share)}" y="${height - bottom + 18}" text-anchor="middle">${Math.round(100 * share)}</text>`,
  );
  for (const arm of arms) {
    const usual = at(`hex-uma/${AS_IT_IS}`, arm);
    if (usual !== null) {
      parts.push(`<path class="usual c-${arm}" d="M${x(usual.value)} ${top - 8}V${height - bottom}"/>`);
    }
  }
  let last = "";
  for (const [i, factor] of factors.entries()) {
    const y = top + (i + 0.5) * line;
    const label = factor.factor === last ? "" : factor.factor;
    if (label !== "" && i > 0) {
      parts.push(`<path class="grid" d="M12 ${y - line / 2}H${left + width}"/>`);
    }
    last = factor.factor;
    const text = [label, factor.value].filter((part) => part !== "").join(": ");
    parts.push(`<text x="${left - 12}" y="${y + 4}" text-anchor="end">${escaped(text)}</text>`);
    for (const [j, arm] of arms.entries()) {
      const spread = at(`hex-uma/${conditionOf(factor).name}`, arm);
      if (spread === null) continue;
      const dotY = y + (j === 0 ? -4 : 4);
      if (spread.low !== null && spread.high !== null && spread.value > 0) {
        parts.push(`<path class="c-${arm}" d="M${x(spread.low)} ${dotY}H${x(spread.high)}"/>`);
      }
      parts.push(`<circle class="d-${arm}" cx="${x(spread.value)}" cy="${dotY}" r="3.2"/>`);
    }
  }
  if (!parts.some((part) => part.startsWith("<circle"))) throw new RangeError("drawFactors: no row to draw");
  const legend = arms.map(
    (arm, i) =>
      `<circle class="d-${arm}" cx="${left + 8 + i * 190}" cy="36" r="3.6"/><text x="${left + 18 + i * 190}" y="40">${arm === "a3-set1" ? "set 1: 3 dB, 480 ms, k 4" : "set 3: 2 dB, 160 ms, k 1"}</text>`,
  );
  const styles = (theme: 0 | 1): string =>
    arms
      .map((arm) => `.c-${arm}{stroke:${colours[arm][theme]}}.d-${arm}{fill:${colours[arm][theme]}}`)
      .join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + right} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    "<title>Failed handovers of hex-uma, one factor changed at a time: simulated, 95 % intervals by world</title>",
    `<style>text{fill:#333}.h{font-weight:600}path{fill:none;stroke-width:1.6}.grid{stroke:#8884;stroke-width:1}.usual{stroke-width:1;stroke-dasharray:3 3;opacity:.7}${styles(0)}`,
    `@media(prefers-color-scheme:dark){text{fill:#ddd}${styles(1)}}</style>`,
    `<text class="h" x="12" y="18">Failed handovers of hex-uma at 60 km/h, one factor changed at a time</text>`,
    ...legend,
    ...parts,
    `<text x="${left + width / 2}" y="${height - 8}" text-anchor="middle">failed, % of attempts (dashed: as it is)</text>`,
    "</svg>",
    "",
  ].join("\n");
}

/** Returns the SVG of the macro network: failures and handovers over speed, sets 1 to 5. */
export function drawMacro(rows: Rows): string {
  const panel = (title: string, metric: string, yTitle: string, scale: number): ChartPanel => ({
    title,
    x: SPEEDS_KMH.map(String),
    xTitle: "speed, km/h",
    yTitle,
    series: [1, 2, 3, 4, 5].map(
      (number): Series => ({
        name: `set ${number}`,
        line: true,
        points: pointsOf(
          SPEEDS_KMH.map((speed, i) => ({
            x: exactly(i + (number - 3) * 0.06),
            y: spreadOf(
              rows,
              { scenario: `tr36839-macro/${speed} km per hour`, arm: `a3-set${number}`, metric },
              scale,
            ),
          })),
        ),
      }),
    ),
  });
  return drawChart("The macro network of TR 36.839: simulated, 95 % intervals by world", [
    panel("failed handovers", "handoverFailureRate", "% of attempts", 100),
    panel("handovers", "handoversPerUeMinute", "for each phone and minute", 1),
  ]);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
