// Draws exact match by bytes, a panel for each number of facts, with the bits that the facts need and that a memory holds.
import { factBits, memoryBits } from "#agent-sim";
import type { KpiRow } from "#core";
import { type Protocol, pointOf } from "./points.ts";

const PANEL = { width: 300, height: 210 };
const MARGIN = { left: 40, right: 12, top: 28, bottom: 34 };
const COLUMNS = 3;
/** What receivers read: 16 vectors of 96 dimensions. */
const MEMORY = { vectors: 16, width: 96 };

const drawn = [
  { arm: "published", light: "#b35900", dark: "#ffa657" },
  { arm: "pooled", light: "#57606a", dark: "#9aa4ae" },
  { arm: "latent", light: "#1f6feb", dark: "#79b8ff" },
  { arm: "slots", light: "#1a7f37", dark: "#56d364" },
] as const;

/** Returns the SVG. Encoders that were not run are left out. */
export function drawFigure(plan: Protocol, rows: readonly KpiRow[]): string {
  const width = COLUMNS * PANEL.width;
  const panels = Math.ceil(plan.facts.length / COLUMNS) * PANEL.height;
  const style = (theme: "light" | "dark"): string =>
    drawn.map(({ arm, ...of }) => `.c-${arm}{stroke:${of[theme]}}.d-${arm}{fill:${of[theme]}}`).join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${panels + 44}" font-family="system-ui, sans-serif" font-size="11">`,
    "<title>Exact match by bytes of values and encoder, a panel for each number of facts: measured, 95 % intervals</title>",
    `<style>text{fill:#333}.h{font-weight:600}.grid{stroke:#8884;fill:none}path,polyline{fill:none;stroke-width:1.6}.control{stroke-dasharray:2 3}.need{stroke:#cf222e;stroke-width:1}.hold{stroke:#8250df;stroke-width:1}${style("light")}`,
    `@media(prefers-color-scheme:dark){text{fill:#ddd}.need{stroke:#ff7b72}.hold{stroke:#d2a8ff}${style("dark")}}</style>`,
    ...plan.facts.map((facts, i) => {
      const at = `translate(${(i % COLUMNS) * PANEL.width} ${Math.floor(i / COLUMNS) * PANEL.height})`;
      return `<g transform="${at}">${drawPanel(plan, rows, facts)}</g>`;
    }),
    `<g transform="translate(${MARGIN.left} ${panels + 14})">${legend(plan)}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel({ bytes }: Protocol, rows: readonly KpiRow[], facts: number): string {
  const right = PANEL.width - MARGIN.right;
  const bottom = PANEL.height - MARGIN.bottom;
  const [least, most] = [Math.log2(Math.min(...bytes, 4)), Math.log2(Math.max(...bytes))];
  const x = (of: number): number =>
    round(MARGIN.left + ((Math.log2(of) - least) / (most - least)) * (right - MARGIN.left));
  const y = (share: number): number => round(bottom - share * (bottom - MARGIN.top));
  const parts = [0, 0.25, 0.5, 0.75, 1].map(
    (tick) =>
      `<path class="grid" d="M${MARGIN.left} ${y(tick)}H${right}"/><text x="${MARGIN.left - 6}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
  );
  parts.push(
    `<text class="h" x="${MARGIN.left}" y="16">${facts} fact${facts === 1 ? "" : "s"}${facts > 16 ? ", more than were trained" : ""}</text>`,
    ...bytes.map((of) => `<text x="${x(of)}" y="${bottom + 15}" text-anchor="middle">${of}</text>`),
    `<text x="${(MARGIN.left + right) / 2}" y="${bottom + 29}" text-anchor="middle">bytes of values</text>`,
  );
  const bits = factBits(facts);
  const line = (kind: string, of: number): string =>
    `<path class="${kind}" d="M${x(Math.max(of, 2 ** least))} ${MARGIN.top}V${bottom}"/>`;
  parts.push(
    line("need", (bits.values + bits.keys) / 8),
    line("hold", memoryBits(MEMORY.vectors, MEMORY.width) / 8),
  );
  for (const { arm } of drawn) {
    const points = (metric: string) =>
      bytes.flatMap((of) => {
        const row = pointOf(rows, arm, metric, { bytes: of, facts });
        return row === undefined || row.value === null ? [] : [{ of, value: row.value, ci95: row.ci95 }];
      });
    const path = (of: ReturnType<typeof points>): string =>
      of.map(({ of: size, value }) => `${x(size)},${y(value)}`).join(" ");
    const own = points("exactMatch");
    if (own.length === 0) continue;
    parts.push(
      `<polyline class="c-${arm} control" points="${path(points("wrongDocumentExactMatch"))}"/>`,
      `<polyline class="c-${arm}" points="${path(own)}"/>`,
      ...own.map(({ of, value, ci95: [low, high] }) => {
        const bar =
          low === null || high === null ? "" : `<path class="c-${arm}" d="M${x(of)} ${y(low)}V${y(high)}"/>`;
        return `${bar}<circle class="d-${arm}" cx="${x(of)}" cy="${y(value)}" r="2.8"/>`;
      }),
    );
  }
  return parts.join("");
}

function legend({ encoders }: Protocol): string {
  const arms = drawn
    .filter(({ arm }) => encoders.includes(arm))
    .map(({ arm }, i) => {
      const left = i * 90;
      return `<circle class="d-${arm}" cx="${left}" cy="0" r="3.4"/><text x="${left + 8}" y="4">${arm}</text>`;
    });
  const lines = [
    { kind: "need", text: "bits that the facts need" },
    { kind: "hold", text: "0.7 K d: what the memory could hold" },
  ].map(({ kind, text }, i) => {
    const left = 370 + i * 190;
    return `<path class="${kind}" d="M${left} 0H${left + 16}"/><text x="${left + 21}" y="4">${text}</text>`;
  });
  return `${[...arms, ...lines].join("")}<path class="grid control" d="M0 18H16" style="stroke:currentColor"/><text x="21" y="22">dashed: the same with another document's latent</text>`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
