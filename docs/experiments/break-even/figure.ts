// One picture of six: time to first token along every axis, and cost along two. Readable on light and on dark.
import type { KpiRow } from "#core";
import type { Panel, PanelName } from "./panels.ts";
import { LIMIT_MS, type Protocol, type Results } from "./results.ts";

const CELL = { width: 330, height: 250 };
const MARGIN = { left: 52, right: 12, top: 26, bottom: 40 };

interface Picture {
  readonly panel: PanelName;
  readonly metric: (panel: Panel) => string;
  readonly title: string;
  readonly scale: number;
  /** Values above it are off the picture. */
  readonly most?: number;
}

const firstToken = ({ quantile }: Panel): string => `timeToFirstTokenMs.p${100 * quantile}`;
const pictures: readonly Picture[] = [
  { panel: "document", metric: firstToken, title: "time to first token, ms (median)", scale: 1 },
  { panel: "link", metric: firstToken, title: "time to first token, ms (median)", scale: 1, most: 5000 },
  { panel: "hits", metric: firstToken, title: "time to first token, ms (median)", scale: 1 },
  { panel: "load", metric: firstToken, title: "time to first token, ms (95 % of the hops)", scale: 1 },
  { panel: "hops", metric: () => "costPerTask", title: "cost of a task, 0.001 USD", scale: 1000 },
  { panel: "hits", metric: () => "costPerTask", title: "cost of a task, 0.001 USD", scale: 1000 },
];

/** Arms that are drawn; `slots`, `prefix-miss` and `kv` lie on others. */
const drawn = ["cold", "text", "summary", "kv-moved", "prefix-cache", "latent", "single"];

/** Returns the SVG. Throws RangeError when a value that it shows is missing. */
export function drawFigure({ panels, arms }: Protocol, { kpis }: Results): string {
  const shown = drawn.filter((arm) => arms.includes(arm));
  const width = 3 * CELL.width;
  const height = 2 * CELL.height + 50;
  const cells = pictures.map((picture, i) => {
    const panel = panels.find(({ name }) => name === picture.panel);
    if (panel === undefined) throw new RangeError(`no panel ${picture.panel}`);
    const left = (i % 3) * CELL.width;
    const top = Math.floor(i / 3) * CELL.height;
    return `<g transform="translate(${left} ${top})">${drawCell(picture, panel, shown, kpis)}</g>`;
  });
  const legend = shown.map((arm, i) => {
    const left = 60 + i * 128;
    return `<path class="a-${arm}" d="M${left} 0h18"/><circle class="d-${arm}" cx="${left + 9}" cy="0" r="3"/><text x="${left + 24}" y="4">${arm}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11">`,
    "<title>Where each hand-off pays: simulated, 95 % intervals by seed; money of kv and attention hypothetical</title>",
    "<style>",
    "text{fill:#333}.grid{stroke:#8884}.limit{stroke:#8888;stroke-dasharray:4 3}polyline,path{fill:none;stroke-width:1.6}",
    colours("#6b7280", "#b45309", "#7c3aed", "#be185d", "#1f6feb", "#15803d", "#111827"),
    `@media(prefers-color-scheme:dark){text{fill:#ddd}${colours("#9ca3af", "#fb923c", "#c4b5fd", "#f472b6", "#79b8ff", "#4ade80", "#f3f4f6")}}`,
    ".a-latent{stroke-dasharray:6 3}.a-cold,.a-single{stroke-dasharray:2 3}",
    ".o{fill:none;stroke-width:1.4;stroke-dasharray:none}",
    "</style>",
    ...cells,
    `<g transform="translate(0 ${height - 28})">${legend.join("")}</g>`,
    `<text x="60" y="${height - 6}">open circles: in half of the seeds at least the queue grew for as long as tasks came; a longer run has longer times</text>`,
    "</svg>",
    "",
  ].join("\n");
}

function colours(...values: readonly string[]): string {
  return drawn.map((arm, i) => `.a-${arm}{stroke:${values[i]}}.d-${arm}{fill:${values[i]}}`).join("");
}

interface Place {
  readonly x: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The queue grew in half of the seeds at least: the value is that of a run of this length. */
  readonly overloaded: boolean;
}

function drawCell(
  { metric, title, scale, most = Number.POSITIVE_INFINITY }: Picture,
  panel: Panel,
  arms: readonly string[],
  kpis: readonly KpiRow[],
): string {
  const at = (x: number, arm: string, name: string): KpiRow | undefined =>
    kpis.find(
      (row) => row.scenario === `break-even/${panel.name}=${x}` && row.arm === arm && row.metric === name,
    );
  const curves = arms.flatMap((arm) => {
    const places = panel.points.flatMap(({ x }): Place[] => {
      const row = at(x, arm, metric(panel));
      if (row === undefined || row.value === null || scale * row.value > most) return [];
      const [low, high] = row.ci95;
      const share = panel.name === "hits" ? (at(x, "prefix-cache", "cacheReadShare")?.value ?? 0) : x;
      return [
        {
          x: share,
          value: scale * row.value,
          low: scale * (low ?? row.value),
          high: scale * (high ?? row.value),
          overloaded: (at(x, arm, "overloadedShare")?.value ?? 0) >= 0.5,
        },
      ];
    });
    return places.length === 0 ? [] : [{ arm, places: places.toSorted((a, b) => a.x - b.x) }];
  });
  if (curves.length === 0) throw new RangeError(`no ${metric(panel)} of ${panel.name}`);
  const xs = curves.flatMap(({ places }) => places.map(({ x }) => x));
  const ys = curves.flatMap(({ places }) => places.flatMap(({ low, high }) => [low, high]));
  const logX = panel.between === "logarithm";
  const [x0, x1] = logX
    ? [Math.min(...xs), Math.max(...xs)]
    : [0, panel.name === "hits" ? 1 : Math.max(...xs)];
  const [y0, y1] = [Math.min(...ys) / 1.15, Math.max(...ys) * 1.15];
  const along = (value: number, from: number, to: number, log: boolean): number =>
    log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
  const x = (value: number): number =>
    round(MARGIN.left + along(value, x0, x1, logX) * (CELL.width - MARGIN.left - MARGIN.right));
  const bottom = CELL.height - MARGIN.bottom;
  const y = (value: number): number => round(bottom - along(value, y0, y1, true) * (bottom - MARGIN.top));
  const parts: string[] = [`<text x="${MARGIN.left}" y="16">${title}</text>`];
  for (const value of roundNumbers(y0, y1)) {
    parts.push(`<path class="grid" d="M${MARGIN.left} ${y(value)}H${CELL.width - MARGIN.right}"/>`);
    parts.push(`<text x="${MARGIN.left - 6}" y="${y(value) + 4}" text-anchor="end">${short(value)}</text>`);
  }
  const xTicks = panel.name === "hits" ? [0, 0.2, 0.4, 0.6, 0.8, 1] : panel.points.map((point) => point.x);
  let lastX = Number.NEGATIVE_INFINITY;
  for (const value of xTicks.filter((one) => one >= x0)) {
    if (x(value) - lastX < 28) continue;
    lastX = x(value);
    parts.push(`<text x="${x(value)}" y="${bottom + 15}" text-anchor="middle">${short(value)}</text>`);
  }
  if (panel.name === "load") {
    parts.push(`<path class="limit" d="M${MARGIN.left} ${y(LIMIT_MS)}H${CELL.width - MARGIN.right}"/>`);
  }
  for (const { arm, places } of curves) {
    const line = places.map((place) => `${x(place.x)},${y(place.value)}`);
    parts.push(`<polyline class="a-${arm}" points="${line.join(" ")}"/>`);
    for (const place of places) {
      parts.push(`<path class="a-${arm}" d="M${x(place.x)} ${y(place.low)}V${y(place.high)}"/>`);
      const dot = place.overloaded ? `o a-${arm}` : `d-${arm}`;
      parts.push(`<circle class="${dot}" cx="${x(place.x)}" cy="${y(place.value)}" r="2.4"/>`);
    }
  }
  const middle = (MARGIN.left + CELL.width - MARGIN.right) / 2;
  parts.push(`<text x="${middle}" y="${bottom + 31}" text-anchor="middle">${panel.axis}</text>`);
  return parts.join("");
}

/** Returns 1, 2 and 5 times powers of ten between two values; powers alone where that is many. */
function roundNumbers(from: number, to: number): readonly number[] {
  const powers = Array.from({ length: 24 }, (_, i) => 10 ** (i - 12));
  const fine = powers
    .flatMap((power) => [power, 2 * power, 5 * power])
    .filter((one) => one > from && one < to);
  return fine.length <= 6 ? fine : powers.filter((one) => one > from && one < to);
}

/** 4096 as 4.1k, 1e9 as 1G. */
function short(value: number): string {
  for (const [size, letter] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (value >= size) return `${Number((value / size).toPrecision(2))}${letter}`;
  }
  return String(Number(value.toPrecision(2)));
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
