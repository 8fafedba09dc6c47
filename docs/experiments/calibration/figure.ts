// Draws cumulative distributions as SVG, simulated beside reference; readable on light and on dark.
import type { Curve } from "./curve.ts";

const WIDTH = 360;
const HEIGHT = 250;
const MARGIN = { left: 44, right: 12, top: 26, bottom: 40 };

const panels = [
  {
    environment: "UMi",
    quantity: "couplingGainDb",
    title: "UMi: gain to the serving cell, dB",
    from: -200,
    to: -60,
    step: 20,
  },
  {
    environment: "UMa",
    quantity: "couplingGainDb",
    title: "UMa: gain to the serving cell, dB",
    from: -200,
    to: -60,
    step: 20,
  },
  { environment: "UMi", quantity: "geometryDb", title: "UMi: geometry, dB", from: -5, to: 30, step: 5 },
  { environment: "UMa", quantity: "geometryDb", title: "UMa: geometry, dB", from: -5, to: 30, step: 5 },
  {
    environment: "InH-open",
    quantity: "couplingGainDb",
    title: "Open office: gain to the serving cell, dB",
    from: -100,
    to: -30,
    step: 10,
  },
  {
    environment: "InH-open",
    quantity: "geometryDb",
    title: "Open office: geometry, dB",
    from: -5,
    to: 30,
    step: 5,
  },
] as const;

/** Returns the SVG: six panels, a colour per carrier, a line for `curves`, dots for `medians` at each of `percents`. */
export function drawCurves(
  curves: readonly Curve[],
  medians: readonly Curve[],
  percents: readonly number[],
): string {
  const carriers = [...new Set(curves.map((curve) => curve.carrierGhz))];
  const drawn = panels.map((panel, index) => {
    const x = (db: number): number =>
      MARGIN.left + ((db - panel.from) / (panel.to - panel.from)) * (WIDTH - MARGIN.left - MARGIN.right);
    const y = (percent: number): number =>
      MARGIN.top + (1 - percent / 100) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    const point = (db: number, i: number): string => `${x(db).toFixed(1)},${y(percents[i]).toFixed(1)}`;
    const of = (all: readonly Curve[], carrierGhz: number): readonly number[] =>
      all.find(
        (one) =>
          one.environment === panel.environment &&
          one.quantity === panel.quantity &&
          one.carrierGhz === carrierGhz,
      )?.valuesDb ?? [];
    const parts: string[] = [];
    for (const percent of [0, 25, 50, 75, 100]) {
      parts.push(`<path class="grid" d="M${MARGIN.left} ${y(percent)}H${WIDTH - MARGIN.right}"/>`);
      parts.push(`<text x="${MARGIN.left - 6}" y="${y(percent) + 4}" text-anchor="end">${percent}</text>`);
    }
    for (let db: number = panel.from; db <= panel.to; db += panel.step) {
      parts.push(`<text x="${x(db)}" y="${HEIGHT - MARGIN.bottom + 16}" text-anchor="middle">${db}</text>`);
    }
    for (const [colour, carrierGhz] of carriers.entries()) {
      parts.push(`<polyline class="c${colour}" points="${of(curves, carrierGhz).map(point).join(" ")}"/>`);
      const dots = of(medians, carrierGhz).map((db, i) => {
        const [cx, cy] = point(db, i).split(",");
        return `<circle cx="${cx}" cy="${cy}" r="2.4"/>`;
      });
      parts.push(`<g class="d${colour}">${dots.join("")}</g>`);
    }
    parts.push(`<text x="${MARGIN.left}" y="16">${panel.title}</text>`);
    const move = `translate(${(index % 2) * WIDTH} ${Math.floor(index / 2) * HEIGHT})`;
    return `<g transform="${move}">\n${parts.join("\n")}\n</g>`;
  });
  const legend = carriers.map((carrierGhz, colour) => {
    const left = MARGIN.left + colour * 90;
    return `<path class="c${colour}" d="M${left} 0h22"/><g class="d${colour}"><circle cx="${left + 11}" cy="0" r="2.4"/></g><text x="${left + 28}" y="4">${carrierGhz} GHz</text>`;
  });
  const bottom = (panels.length / 2) * HEIGHT + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${bottom + 22}" font-family="system-ui, sans-serif" font-size="11">`,
    "<title>Share of users (%) below a coupling gain or geometry: simulated lines, company medians as dots</title>",
    "<style>",
    "text{fill:#333}.grid{stroke:#8884}polyline,path{fill:none;stroke-width:1.6}",
    ".c0{stroke:#1f6feb}.d0{fill:#1f6feb}.c1{stroke:#c2410c}.d1{fill:#c2410c}.c2{stroke:#0f8a5f}.d2{fill:#0f8a5f}",
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.c0{stroke:#79b8ff}.d0{fill:#79b8ff}.c1{stroke:#ffa657}.d1{fill:#ffa657}.c2{stroke:#5ee0ae}.d2{fill:#5ee0ae}}",
    "</style>",
    ...drawn,
    `<g transform="translate(0 ${bottom})">${legend.join("")}<text x="${MARGIN.left + 290}" y="4">lines: simulated; dots: company medians; upwards: % of users below</text></g>`,
    "</svg>",
    "",
  ].join("\n");
}
