// Draws exact match by hop, a panel for each relay and number of facts, readable on light and on dark.
import type { KpiRow } from "#core";
import { hops, type Protocol, relays, rowAt } from "./points.ts";

const PANEL = { width: 330, height: 210 };
const MARGIN = { left: 44, right: 14, top: 28, bottom: 36 };

const drawn = [
  { arm: "cold", light: "#57606a", dark: "#9aa4ae" },
  { arm: "summary", light: "#9a6700", dark: "#e3b341" },
  { arm: "kv", light: "#8250df", dark: "#d2a8ff" },
  { arm: "pooled", light: "#b35900", dark: "#ffa657" },
  { arm: "latent", light: "#1f6feb", dark: "#79b8ff" },
  { arm: "slots", light: "#1a7f37", dark: "#56d364" },
] as const;

/** Returns the SVG. Throws RangeError when a value that it shows is missing; an arm that was not run is left out. */
export function drawFigure({ facts, arms }: Protocol, rows: readonly KpiRow[]): string {
  const shown = drawn.filter(({ arm }) => arms.includes(arm));
  const width = relays.length * PANEL.width;
  const height = facts.length * PANEL.height;
  const style = (theme: "light" | "dark"): string =>
    shown.map(({ arm, ...of }) => `.c-${arm}{stroke:${of[theme]}}.d-${arm}{fill:${of[theme]}}`).join("");
  const legend = shown.map(({ arm }, i) => {
    const left = MARGIN.left + i * 92;
    return `<circle class="d-${arm}" cx="${left}" cy="0" r="3.4"/><text x="${left + 8}" y="4">${arm}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + 24}" font-family="system-ui, sans-serif" font-size="11">`,
    "<title>Exact match by hop, passed on as it came or compressed again: measured, 95 % intervals by document</title>",
    `<style>text{fill:#333}.h{font-weight:600}.grid{stroke:#8884;fill:none}path,polyline{fill:none;stroke-width:1.6}${style("light")}`,
    `@media(prefers-color-scheme:dark){text{fill:#ddd}${style("dark")}}</style>`,
    ...facts.flatMap((count, row) =>
      relays.map((relay, column) => {
        const panel = drawPanel(rows, shown, { relay, facts: count });
        return `<g transform="translate(${column * PANEL.width} ${row * PANEL.height})">${panel}</g>`;
      }),
    ),
    `<g transform="translate(0 ${height + 8})">${legend.join("")}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel(
  rows: readonly KpiRow[],
  shown: readonly { readonly arm: string }[],
  place: { readonly relay: string; readonly facts: number },
): string {
  const [right, bottom] = [PANEL.width - MARGIN.right, PANEL.height - MARGIN.bottom];
  const y = (share: number): number => round(bottom - share * (bottom - MARGIN.top));
  const parts = [0, 0.25, 0.5, 0.75, 1].map(
    (tick) =>
      `<path class="grid" d="M${MARGIN.left} ${y(tick)}H${right}"/><text x="${MARGIN.left - 6}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
  );
  const x = (hop: number, arm: number): number =>
    round(MARGIN.left + 24 + ((hop - 1) / (hops.length - 1)) * (right - MARGIN.left - 48) + (arm - 2.5) * 3);
  parts.push(
    `<text class="h" x="${MARGIN.left}" y="16">${place.relay}, ${place.facts} facts</text>`,
    ...hops.map((hop) => `<text x="${x(hop, 2.5)}" y="${bottom + 15}" text-anchor="middle">${hop}</text>`),
    `<text x="${(MARGIN.left + right) / 2}" y="${bottom + 30}" text-anchor="middle">hop</text>`,
  );
  for (const [i, { arm }] of shown.entries()) {
    const points = hops.map((hop) => {
      const row = rowAt(rows, arm, "exactMatch", { ...place, hop });
      if (row === undefined || row.value === null)
        throw new RangeError(`no exactMatch of ${arm} at hop ${hop}`);
      return { hop, value: row.value, ci95: row.ci95 };
    });
    parts.push(
      `<polyline class="c-${arm}" points="${points.map(({ hop, value }) => `${x(hop, i)},${y(value)}`).join(" ")}"/>`,
      ...points.map(({ hop, value, ci95: [low, high] }) => {
        const bar =
          low === null || high === null
            ? ""
            : `<path class="c-${arm}" d="M${x(hop, i)} ${y(low)}V${y(high)}"/>`;
        return `${bar}<circle class="d-${arm}" cx="${x(hop, i)}" cy="${y(value)}" r="2.8"/>`;
      }),
    );
  }
  return parts.join("");
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
