// The results as Markdown: values of each panel, where arms change places, and how much load each can take.
import type { KpiRow } from "#core";
import type { Crossing } from "./crossings.ts";
import type { Panel } from "./panels.ts";
import { type CrossingRow, compared, LIMIT_MS, type Protocol, type Results } from "./results.ts";

/** Returns the tables of {@link Results}. */
export function report({ panels, arms, seeds }: Protocol, { kpis, crossings, capacities }: Results): string {
  const lines = [
    `Simulated, domain agent, scenario fleet, seeds ${seeds[0]} to ${seeds[seeds.length - 1]}; 95 % bootstrap intervals by seed. ` +
      "Money of `kv`, `latent` and `slots` is hypothetical: no hosted service takes either. A dagger stands where the queue of a seed at least grew for as " +
      "long as tasks came (`overloaded`): times are then those of a run of this length, and the drain rate is what the fleet got done.",
  ];
  for (const panel of panels) {
    lines.push(`\n## ${panel.axis}\n`);
    for (const name of panel.told) {
      const metric = name.toLowerCase().endsWith("timetofirsttokenms")
        ? `${name}.p${100 * panel.quantile}`
        : name;
      const [title, scale] = name === "costPerTask" ? [`${name}, 0.001 USD`, 1000] : [metric, 1];
      lines.push(
        row([title, ...panel.points.map(({ x }) => label(kpis, panel, x))]),
        row(["---", ...panel.points.map(() => "---")]),
        ...arms.map((arm) =>
          row([arm, ...panel.points.map(({ x }) => value(find(kpis, panel, x, arm, metric), scale))]),
        ),
        "",
      );
    }
    lines.push(row(["of", "below, and from where on", "seeds"]), row(["---", "---", "---"]));
    for (const metric of compared) {
      for (const one of crossings.filter((each) => each.panel === panel.name && each.metric === metric)) {
        if (!panel.told.includes(metric)) continue;
        lines.push(
          row([`${metric}: ${one.a}, ${one.b}`, told(one), `${one.n || one.seeds} of ${one.seeds}`]),
        );
      }
    }
  }
  lines.push(`\n## Arrivals at which the time to first token of 95 % of the hops reaches ${LIMIT_MS} ms\n`);
  lines.push(row(["arm", "tasks/s", "seeds"]), row(["---", "---", "---"]));
  for (const one of capacities) {
    const text = one.verdict === "at" ? place(one) : one.below === "a" ? "beyond the last point" : "unclear";
    lines.push(row([one.arm, text, `${one.n || one.seeds} of ${one.seeds}`]));
  }
  return `${lines.join("\n")}\n`;
}

function told({ a, b, ...crossing }: CrossingRow): string {
  if (crossing.verdict === "unclear") return "no clear order";
  const below = crossing.below === "a" ? a : b;
  return crossing.verdict === "never" ? `${below}, everywhere` : `${below}, from ${place(crossing)} on`;
}

function place({ x, ci95: [low, high] }: Crossing): string {
  if (x === null) return "?";
  return low === null || high === null ? figure(x) : `${figure(x)} [${figure(low)}, ${figure(high)}]`;
}

/** The point as set; where the axis is an outcome, both. */
function label(kpis: readonly KpiRow[], panel: Panel, x: number): string {
  if (panel.name !== "hits") return String(x);
  const share = value(find(kpis, panel, x, "prefix-cache", "cacheReadShare"), 1).replace(" †", "");
  return `${share} (room for ${x})`;
}

function find(
  kpis: readonly KpiRow[],
  panel: Panel,
  x: number,
  arm: string,
  metric: string,
): KpiRow | undefined {
  const scenario = `break-even/${panel.name}=${x}`;
  return kpis.find((one) => one.scenario === scenario && one.arm === arm && one.metric === metric);
}

function value(found: KpiRow | undefined, scale: number): string {
  if (found === undefined || found.value === null) return "";
  const [low, high] = found.ci95;
  const dagger = found.mark === "overloaded" ? " †" : "";
  return low === null || high === null
    ? `${figure(scale * found.value)}${dagger}`
    : `${figure(scale * found.value)} [${figure(scale * low)}, ${figure(scale * high)}]${dagger}`;
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const figure = (one: number): string => String(Number(one.toPrecision(3)));
