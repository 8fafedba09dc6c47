// Draws panels of points with 95 % intervals as one SVG, readable on light and on dark.

/** A number and the ends of its interval; null where there is none. */
export interface Spread {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface ChartPoint {
  /** A number, or where along the categories of the panel. */
  readonly x: Spread;
  readonly y: Spread;
  /** Stands beside the point. */
  readonly label?: string;
}

export interface Series {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** Joins the points in their order. */
  readonly line: boolean;
}

export interface ChartPanel {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Names below the axis, at 0, 1, 2, ...; or a scale of numbers from 0, or of ratios. */
  readonly x: "linear" | "log" | readonly string[];
  /** Where the y axis begins; 0 unless it is given. Values below are drawn on it. */
  readonly yFrom?: number;
  readonly series: readonly Series[];
}

/** Colours of series by name, alike in every picture, on light and on dark; others take the rest in turn. */
const named: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  cold: ["#57606a", "#9aa4ae"],
  latent: ["#1f6feb", "#79b8ff"],
  whole: ["#8250df", "#d2a8ff"],
  raw: ["#1a7f37", "#56d364"],
  another: ["#b35900", "#ffa657"],
  "a3-tuned": ["#cf222e", "#ff7b72"],
  clairvoyant: ["#24292f", "#ffffff"],
  pca: ["#0a7ea4", "#76e3ea"],
  dwell: ["#7d4e00", "#d4a72c"],
};
const rest = [
  ["#9a6700", "#e3b341"],
  ["#bf3989", "#ff9bce"],
  ["#4d7c0f", "#a3e635"],
  ["#0f766e", "#2dd4bf"],
  ["#7c3aed", "#c4b5fd"],
  ["#92400e", "#fdba74"],
  ["#6b7280", "#d1d5db"],
  ["#1e3a8a", "#93c5fd"],
] as const;

const PANEL = { width: 460, height: 300 };
const MARGIN = { left: 58, right: 18, top: 46, bottom: 46 };
const LEGEND_LINE = 18;
const LEGEND_COLUMN = 112;

/** Returns the SVG. `title` is read by screen readers; `columns` panels stand in a row. Throws RangeError without a point. */
export function drawChart(title: string, panels: readonly ChartPanel[], columns = 2): string {
  const across = Math.min(columns, panels.length);
  const width = across * PANEL.width;
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  if (panels.every(({ series }) => series.every(({ points }) => points.length === 0))) {
    throw new RangeError(`chart "${title}": no point to draw`);
  }
  const perLine = Math.floor((width - MARGIN.left) / LEGEND_COLUMN);
  const legendTop = Math.ceil(panels.length / across) * PANEL.height + 8;
  const height = legendTop + Math.ceil(names.length / perLine) * LEGEND_LINE + 4;
  const legend = names.map((name, i) => {
    const left = MARGIN.left + (i % perLine) * LEGEND_COLUMN;
    const top = legendTop + Math.floor(i / perLine) * LEGEND_LINE;
    return `<circle class="d${i}" cx="${left}" cy="${top}" r="3.4"/><text x="${left + 9}" y="${top + 4}">${escaped(name)}</text>`;
  });
  let unnamed = 0;
  const colours = names.map((name) => named[name] ?? rest[unnamed++ % rest.length]);
  const styles = (theme: 0 | 1): string =>
    colours.map((of, i) => `.c${i}{stroke:${of[theme]}}.d${i}{fill:${of[theme]}}`).join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11">`,
    `<title>${escaped(title)}</title>`,
    `<style>text{fill:#333}.h{font-weight:600}path,polyline{fill:none;stroke-width:1.5}.grid{stroke:#8884;stroke-width:1}.i{stroke-width:1;opacity:.55}${styles(0)}`,
    `@media(prefers-color-scheme:dark){text{fill:#ddd}${styles(1)}}</style>`,
    ...panels.map((panel, i) => {
      const [left, top] = [(i % across) * PANEL.width, Math.floor(i / across) * PANEL.height];
      return `<g transform="translate(${left} ${top})">${drawPanel(panel, names)}</g>`;
    }),
    ...legend,
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel(panel: ChartPanel, names: readonly string[]): string {
  const { title, xTitle, yTitle, series, yFrom = 0 } = panel;
  const points = series.flatMap((one) => one.points);
  const yTicks = ticks(yFrom, Math.max(...points.map(({ y }) => y.value), Number.NEGATIVE_INFINITY));
  const yEnd = yTicks[yTicks.length - 1];
  const bottom = PANEL.height - MARGIN.bottom;
  const right = PANEL.width - MARGIN.right;
  const y = (value: number): number => {
    const share = (Math.min(yEnd, Math.max(yFrom, value)) - yFrom) / (yEnd - yFrom);
    return round(bottom - share * (bottom - MARGIN.top));
  };
  const { place, marks } = xAxis(panel.x, points, right);
  const parts = [
    `<text class="h" x="${MARGIN.left}" y="16">${escaped(title)}</text>`,
    `<text x="${MARGIN.left}" y="34">${escaped(yTitle)}</text>`,
    `<text x="${(MARGIN.left + right) / 2}" y="${bottom + 34}" text-anchor="middle">${escaped(xTitle)}</text>`,
    ...yTicks.map(
      (value) =>
        `<path class="grid" d="M${MARGIN.left} ${y(value)}H${right}"/><text x="${MARGIN.left - 6}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
    ),
    ...marks.map(
      ({ at, text }) =>
        `<text x="${round(at)}" y="${bottom + 16}" text-anchor="middle">${escaped(text)}</text>`,
    ),
  ];
  for (const one of series) {
    const colour = names.indexOf(one.name);
    if (one.line && one.points.length > 1) {
      const line = one.points.map((point) => `${round(place(point.x.value))},${y(point.y.value)}`).join(" ");
      parts.push(`<polyline class="c${colour}" points="${line}"/>`);
    }
    for (const { x: along, y: up, label } of one.points) {
      const [cx, cy] = [round(place(along.value)), y(up.value)];
      if (up.low !== null && up.high !== null) {
        parts.push(`<path class="i c${colour}" d="M${cx} ${y(up.low)}V${y(up.high)}"/>`);
      }
      if (along.low !== null && along.high !== null) {
        parts.push(
          `<path class="i c${colour}" d="M${round(place(along.low))} ${cy}H${round(place(along.high))}"/>`,
        );
      }
      parts.push(`<circle class="d${colour}" cx="${cx}" cy="${cy}" r="2.8"/>`);
      if (label !== undefined) {
        const anchor = cx > right - 60 ? "end" : "start";
        parts.push(
          `<text x="${cx + (anchor === "end" ? -6 : 6)}" y="${cy - 5}" text-anchor="${anchor}">${escaped(label)}</text>`,
        );
      }
    }
  }
  return parts.join("");
}

/** Returns where a value of x stands, and what stands below the axis. */
function xAxis(
  scale: ChartPanel["x"],
  points: readonly ChartPoint[],
  right: number,
): { readonly place: (value: number) => number; readonly marks: readonly { at: number; text: string }[] } {
  const wide = right - MARGIN.left;
  if (typeof scale !== "string") {
    const place = (value: number): number => MARGIN.left + ((value + 0.5) / scale.length) * wide;
    return { place, marks: scale.map((text, i) => ({ at: place(i), text })) };
  }
  const values = points.map(({ x }) => x.value);
  if (scale === "log") {
    const [least, most] = [Math.log2(Math.min(...values)), Math.log2(Math.max(...values))];
    const place = (value: number): number =>
      MARGIN.left + 14 + ((Math.log2(value) - least) / Math.max(1e-9, most - least)) * (wide - 28);
    return { place, marks: [...new Set(values)].map((value) => ({ at: place(value), text: String(value) })) };
  }
  const marks = ticks(0, Math.max(...values, 0));
  const end = marks[marks.length - 1];
  const place = (value: number): number => MARGIN.left + (Math.min(end, Math.max(0, value)) / end) * wide;
  return { place, marks: marks.map((value) => ({ at: place(value), text: String(value) })) };
}

/**
 * Returns four to seven round numbers from `from` to `most` or as little more as can be; to one more where nothing lies above `from`.
 */
function ticks(from: number, most: number): readonly number[] {
  const span = most > from ? most - from : 1;
  const power = 10 ** Math.floor(Math.log10(span / 6));
  const [best] = [1, 2, 2.5, 5, 10, 20]
    .map((factor) => ({ step: factor * power, count: Math.ceil(span / (factor * power) - 1e-9) }))
    .filter(({ count }) => count >= 3 && count <= 6)
    .sort((a, b) => a.step * a.count - b.step * b.count || a.count - b.count);
  return Array.from({ length: best.count + 1 }, (_, i) => Number((from + i * best.step).toPrecision(6)));
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
