// Draws post-handover accuracy by kind of world as SVG: a dot and an interval for each arm, readable on light and on dark.
import type { ConditionResult, Protocol } from "./experiment.ts";

const WIDTH = 640;
const MARGIN = { left: 210, right: 20, top: 34, bottom: 46 };
const ROW = 62;
const METRIC = "postHandoverAccuracy.50-250ms";
const FIRST_PERCENT = 50;

/** Arms that are drawn, and their colours on light and on dark. */
const drawn = [
  { arm: "cold", light: "#57606a", dark: "#9aa4ae" },
  { arm: "shuffled", light: "#b35900", dark: "#ffa657" },
  { arm: "raw128", light: "#1a7f37", dark: "#56d364" },
  { arm: "latent", light: "#1f6feb", dark: "#79b8ff" },
  { arm: "full", light: "#8250df", dark: "#d2a8ff" },
] as const;

/** Returns the SVG. Throws RangeError when a value that it shows is missing; an arm that was not run is left out. */
export function drawFigure({ arms }: Protocol, results: readonly ConditionResult[]): string {
  const shown = drawn.filter(({ arm }) => arms.includes(arm));
  const height = MARGIN.top + results.length * ROW + MARGIN.bottom;
  const x = (percent: number): number =>
    MARGIN.left + ((percent - FIRST_PERCENT) / (100 - FIRST_PERCENT)) * (WIDTH - MARGIN.left - MARGIN.right);
  const parts: string[] = [];
  const bottom = height - MARGIN.bottom;
  for (let percent = FIRST_PERCENT; percent <= 100; percent += 10) {
    parts.push(`<path class="grid" d="M${round(x(percent))} ${MARGIN.top - 6}V${bottom}"/>`);
    parts.push(`<text x="${round(x(percent))}" y="${bottom + 16}" text-anchor="middle">${percent}</text>`);
  }
  for (const [row, { condition, kpis }] of results.entries()) {
    const top = MARGIN.top + row * ROW;
    parts.push(`<text x="${MARGIN.left - 12}" y="${top + ROW / 2}" text-anchor="end">${condition}</text>`);
    for (const [i, { arm }] of shown.entries()) {
      const found = kpis.find((one) => one.arm === arm && one.metric === METRIC);
      if (found === undefined || found.value === null) throw new RangeError(`no ${METRIC} of ${arm}`);
      const [low, high] = found.ci95;
      const y = round(top + ((i + 0.5) / shown.length) * (ROW - 12));
      const from = round(x(Math.max(FIRST_PERCENT, 100 * (low ?? found.value))));
      parts.push(`<path class="c-${arm}" d="M${from} ${y}H${round(x(100 * (high ?? found.value)))}"/>`);
      parts.push(
        `<circle class="d-${arm}" cx="${round(x(Math.max(FIRST_PERCENT, 100 * found.value)))}" cy="${y}" r="3.4"/>`,
      );
    }
  }
  const legend = shown.map(({ arm }, i) => {
    const left = MARGIN.left + i * 82;
    return `<circle class="d-${arm}" cx="${left + 4}" cy="0" r="3.4"/><text x="${left + 13}" y="4">${arm}</text>`;
  });
  const colours = (theme: "light" | "dark"): string =>
    shown.map(({ arm, ...of }) => `.c-${arm}{stroke:${of[theme]}}.d-${arm}{fill:${of[theme]}}`).join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="11">`,
    "<title>Post-handover accuracy 50 to 250 ms after completion: simulated, 95 % intervals by world</title>",
    `<style>text{fill:#333}.grid{stroke:#8884;fill:none}path{fill:none;stroke-width:1.6}${colours("light")}`,
    `@media(prefers-color-scheme:dark){text{fill:#ddd}${colours("dark")}}</style>`,
    `<text x="${MARGIN.left}" y="16">right cell named 50 to 250 ms after the completion, % of handovers</text>`,
    ...parts,
    `<g transform="translate(0 ${height - 10})">${legend.join("")}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
