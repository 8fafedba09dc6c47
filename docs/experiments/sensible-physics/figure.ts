// Draws one panel as SVG: values with 95 % intervals, readable on light and on dark.
import type { KpiRow } from "#core";
import type { Panel, PanelName, Point } from "./panels.ts";

const WIDTH = 480;
const HEIGHT = 300;
const MARGIN = { left: 56, right: 16, top: 30, bottom: 60 };

interface Series {
  readonly metric: string;
  readonly label: string;
  readonly points: readonly Point[];
  /** Of a series that is drawn as single dots. */
  readonly apart?: boolean;
}

/** What each picture shows along its two axes; a percentage unless it says so. */
const pictures: Readonly<
  Record<
    PanelName,
    { readonly x: string; readonly y: string; readonly series: (points: readonly Point[]) => Series[] }
  >
> = {
  ttt: {
    x: "time-to-trigger, ms (event A3, 2 dB, k = 1, 60 km/h)",
    y: "% of handovers",
    series: (points) => [
      { metric: "pingPongRate", label: "ping-pong", points },
      { metric: "failuresPerHandover", label: "failures", points },
    ],
  },
  speed: {
    x: "speed, km/h (event A3, 2 dB, 160 ms, k = 1)",
    y: "% of handovers",
    series: (points) => [{ metric: "failuresPerHandover", label: "failures", points }],
  },
  cho: {
    x: "speed, km/h (2 dB, 160 ms, k = 1 by command and as condition)",
    y: "failures, % of handovers",
    series: (points) =>
      (["a3", "cho"] as const).map((arm) => ({
        metric: "failuresPerHandover",
        label: arm === "a3" ? "by command" : "conditional",
        points: points.filter((point) => point.arm === arm),
      })),
  },
  daps: {
    x: "procedure at 60 km/h (event A3, 2 dB, 160 ms; ltm: L1, 80 ms)",
    y: "ms for each phone and minute",
    series: (points) => [
      {
        metric: "outageMsPerUeMinute",
        label: "without service, handovers and failures together",
        points,
        apart: true,
      },
    ],
  },
  sets: {
    x: "stays under 1 s, % of handovers (60 km/h)",
    y: "failures, % of handovers",
    series: (points) => {
      const isSet = (point: Point): boolean => point.arm.startsWith("a3-set");
      return [
        { metric: "failuresPerHandover", label: "sets 1 to 5", points: points.filter(isSet) },
        {
          metric: "failuresPerHandover",
          label: "a3-tuned, and with a minimum stay",
          points: points.filter((point) => !isSet(point)),
          apart: true,
        },
      ];
    },
  },
};

/** Returns the SVG of `panel`. Throws RangeError when a value that it shows is missing. */
export function drawPanel(panel: Panel, kpis: readonly KpiRow<"ran">[]): string {
  const { x: xTitle, y: yTitle, series: seriesOf } = pictures[panel.name];
  const series = seriesOf(panel.points);
  const scale = panel.name === "daps" ? 1 : 100;
  const at = (
    point: Point,
    metric: string,
  ): { readonly value: number; readonly low: number; readonly high: number } => {
    const found = kpis.find((row) => row.arm === point.name && row.metric === metric);
    if (found === undefined || found.value === null) throw new RangeError(`no ${metric} of ${point.name}`);
    // Where nothing happened the upper bound is Wilson's over the worlds: true, and off the picture. The README says of how many.
    const [low, high] = found.value === 0 ? [null, null] : found.ci95;
    return {
      value: scale * found.value,
      low: scale * (low ?? found.value),
      high: scale * (high ?? found.value),
    };
  };
  const across = panel.name === "sets" ? "shortStayRate" : null;
  const all = series.flatMap((one) => one.points.map((point) => at(point, one.metric).high));
  const yTicks = ticks(Math.max(...all));
  const xTicks =
    across === null ? [] : ticks(Math.max(...panel.points.map((point) => at(point, across).high)));
  const labels = [...new Set(panel.points.map((point) => point.label))];
  const x = (share: number): number => MARGIN.left + share * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number): number =>
    MARGIN.top + (1 - value / yTicks[yTicks.length - 1]) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const xOfValue = (value: number): number => x(value / xTicks[xTicks.length - 1]);
  const xOf = (point: Point): number =>
    across === null
      ? x((labels.indexOf(point.label) + 0.5) / labels.length)
      : xOfValue(at(point, across).value);

  const bottom = HEIGHT - MARGIN.bottom;
  const parts: string[] = [];
  for (const value of yTicks) {
    parts.push(`<path class="grid" d="M${MARGIN.left} ${round(y(value))}H${WIDTH - MARGIN.right}"/>`);
    parts.push(`<text x="${MARGIN.left - 6}" y="${round(y(value) + 4)}" text-anchor="end">${value}</text>`);
  }
  if (across === null) {
    for (const [i, label] of labels.entries()) {
      const left = round(x((i + 0.5) / labels.length));
      parts.push(`<text x="${left}" y="${bottom + 16}" text-anchor="middle">${label}</text>`);
    }
  } else {
    for (const value of xTicks) {
      parts.push(`<path class="grid" d="M${round(xOfValue(value))} ${MARGIN.top}V${bottom}"/>`);
      parts.push(
        `<text x="${round(xOfValue(value))}" y="${bottom + 16}" text-anchor="middle">${value}</text>`,
      );
    }
  }
  for (const [colour, one] of series.entries()) {
    const places = one.points.map((point) => ({ point, left: xOf(point), ...at(point, one.metric) }));
    if (one.apart !== true) {
      const line = places.map(({ left, value }) => `${round(left)},${round(y(value))}`);
      parts.push(`<polyline class="c${colour}" points="${line.join(" ")}"/>`);
    }
    for (const place of places) {
      const { point, left, value, low, high } = place;
      parts.push(`<path class="c${colour}" d="M${round(left)} ${round(y(low))}V${round(y(high))}"/>`);
      if (across !== null) {
        const of = at(point, across);
        parts.push(
          `<path class="c${colour}" d="M${round(xOfValue(of.low))} ${round(y(value))}H${round(xOfValue(of.high))}"/>`,
        );
        // Near the right edge to the left; of neighbours that are no series, one beside its dot and the next above.
        const anchor = left > WIDTH - MARGIN.right - 30 ? "end" : "start";
        const beside = one.apart === true && places.indexOf(place) % 2 === 0;
        const below = beside ? 4 : -7;
        parts.push(
          `<text x="${round(left + (anchor === "end" ? -4 : 8))}" y="${round(y(value) + below)}" text-anchor="${anchor}">${point.label}</text>`,
        );
      }
      parts.push(`<circle class="d${colour}" cx="${round(left)}" cy="${round(y(value))}" r="3.2"/>`);
      if (one.apart === true && across === null) {
        parts.push(
          `<text x="${round(left + 8)}" y="${round(y(value) - 6)}">${Number(value.toPrecision(3))}</text>`,
        );
      }
    }
  }
  const legend = series.map((one, colour) => {
    const left = MARGIN.left + colour * 130;
    return `<circle class="d${colour}" cx="${left + 4}" cy="0" r="3.2"/><text x="${left + 13}" y="4">${one.label}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="11">`,
    `<title>${panel.question}: simulated, 95 % intervals by world</title>`,
    "<style>",
    "text{fill:#333}.grid{stroke:#8884}polyline,path{fill:none;stroke-width:1.6}",
    ".c0{stroke:#1f6feb}.d0{fill:#1f6feb}.c1{stroke:#c2410c}.d1{fill:#c2410c}",
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.c0{stroke:#79b8ff}.d0{fill:#79b8ff}.c1{stroke:#ffa657}.d1{fill:#ffa657}}",
    "</style>",
    `<text x="${MARGIN.left}" y="16">${yTitle}</text>`,
    ...parts,
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${bottom + 34}" text-anchor="middle">${xTitle}</text>`,
    `<g transform="translate(0 ${HEIGHT - 10})">${legend.join("")}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

/** Returns four to six round numbers from 0 to `greatest` or a little more. */
function ticks(greatest: number): readonly number[] {
  const rough = Math.max(greatest, 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const count = Math.ceil(greatest / step);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
