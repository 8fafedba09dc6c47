// Draws the gap closed by bytes: phones on the left, agents on the right, one axis.
import type { KpiRow } from "#core";

/** A curve: one arm in one kind of world or document, by bytes of values. */
export interface Curve {
  readonly name: string;
  readonly domain: "ran" | "agent";
  /** In order of bytes. */
  readonly points: readonly { readonly bytes: number; readonly row: KpiRow }[];
}

const PANEL = { width: 360, height: 260 };
const MARGIN = { left: 46, right: 14, top: 28, bottom: 40 };
const colours = [
  ["#1f6feb", "#79b8ff"],
  ["#1a7f37", "#56d364"],
  ["#8250df", "#d2a8ff"],
  ["#b35900", "#ffa657"],
  ["#57606a", "#9aa4ae"],
] as const;
const LOWEST = -0.5;
const HIGHEST = 1.25;

/** Returns the SVG. A value beyond the axis is drawn at its end; one that is null is left out. */
export function drawGapClosed(curves: readonly Curve[]): string {
  const domains = ["ran", "agent"] as const;
  const most = Math.max(...domains.map((domain) => curves.filter((one) => one.domain === domain).length));
  const height = PANEL.height + most * 17 + 8;
  const style = (theme: 0 | 1): string =>
    colours.map((of, i) => `.c${i}{stroke:${of[theme]}}.d${i}{fill:${of[theme]}}`).join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * PANEL.width} ${height}" font-family="system-ui, sans-serif" font-size="11">`,
    "<title>Gap closed by bytes of values: phones, simulated, and agents, measured; 95 % intervals</title>",
    `<style>text{fill:#333}.h{font-weight:600}.grid{stroke:#8884;fill:none}.zero{stroke:#888;fill:none}path,polyline{fill:none;stroke-width:1.6}${style(0)}`,
    `@media(prefers-color-scheme:dark){text{fill:#ddd}${style(1)}}</style>`,
    ...domains.map((domain, i) => {
      const own = curves.filter((one) => one.domain === domain);
      const title = domain === "ran" ? "phones (ran, simulated)" : "agents (agent, measured)";
      return `<g transform="translate(${i * PANEL.width} 0)">${drawPanel(title, own, curves)}</g>`;
    }),
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel(title: string, own: readonly Curve[], all: readonly Curve[]): string {
  const sizes = [...new Set(all.flatMap(({ points }) => points.map(({ bytes }) => bytes)))].sort(
    (a, b) => a - b,
  );
  const [right, bottom] = [PANEL.width - MARGIN.right, PANEL.height - MARGIN.bottom];
  const [least, most] = [Math.log2(sizes[0]), Math.log2(sizes[sizes.length - 1])];
  const x = (bytes: number): number =>
    round(
      MARGIN.left +
        10 +
        ((Math.log2(bytes) - least) / Math.max(1, most - least)) * (right - MARGIN.left - 20),
    );
  const y = (share: number): number =>
    round(
      bottom -
        ((Math.min(HIGHEST, Math.max(LOWEST, share)) - LOWEST) / (HIGHEST - LOWEST)) * (bottom - MARGIN.top),
    );
  const parts = [-0.5, 0, 0.5, 1].map(
    (tick) =>
      `<path class="${tick === 0 || tick === 1 ? "zero" : "grid"}" d="M${MARGIN.left} ${y(tick)}H${right}"/><text x="${MARGIN.left - 6}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
  );
  parts.push(
    `<text class="h" x="${MARGIN.left}" y="16">${title}</text>`,
    ...sizes.map((bytes) => `<text x="${x(bytes)}" y="${bottom + 15}" text-anchor="middle">${bytes}</text>`),
    `<text x="${(MARGIN.left + right) / 2}" y="${bottom + 31}" text-anchor="middle">bytes of values</text>`,
  );
  for (const [i, { name, points }] of own.entries()) {
    const colour = i % colours.length;
    const known = points.flatMap(({ bytes, row }) =>
      row.value === null ? [] : [{ bytes, value: row.value, ci95: row.ci95 }],
    );
    const top = PANEL.height + 12 + i * 17;
    parts.push(
      `<polyline class="c${colour}" points="${known.map(({ bytes, value }) => `${x(bytes)},${y(value)}`).join(" ")}"/>`,
      ...known.map(({ bytes, value, ci95: [low, high] }) => {
        const bar =
          low === null || high === null
            ? ""
            : `<path class="c${colour}" d="M${x(bytes)} ${y(low)}V${y(high)}"/>`;
        return `${bar}<circle class="d${colour}" cx="${x(bytes)}" cy="${y(value)}" r="2.8"/>`;
      }),
      `<circle class="d${colour}" cx="${MARGIN.left}" cy="${top}" r="3.4"/><text x="${MARGIN.left + 9}" y="${top + 4}">${escaped(name)}</text>`,
    );
  }
  return parts.join("");
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
