// Does the simulator show what any faithful one must? Five orderings, each with its picture; see README.md.
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import {
  type Comparison,
  compareArms,
  type KpiRow,
  type MetricDefinition,
  poolUnits,
  type Setting,
  type Tally,
  type UnitResult,
} from "#core";
import { loadRanScenario, ranMetrics } from "#ran-sim";
import { createArm } from "../../../ran-sim/hand-off/arms.ts";
import { unitTallies } from "../../../ran-sim/metrics/unit-tallies.ts";
import { ruleAttempts } from "../../../ran-sim/rule-attempts.ts";
import type { RanScenario } from "../../../ran-sim/scenario.ts";
import { createSyntheticWorld } from "../../../ran-sim/synthetic-world.ts";
import { drawPanel } from "./figure.ts";
import { allPoints, type Expectation, type Panel, type Point, panels } from "./panels.ts";

export interface Protocol {
  readonly scenario: string;
  readonly settings: readonly Setting[];
  readonly seeds: readonly number[];
  readonly points: readonly Point[];
}

/** Seeds 1 to 5 were seen while the simulator was built, 101 to 120 belong to another experiment. */
export const protocol: Protocol = {
  scenario: "hex-uma",
  settings: [
    { path: "mobility.users", value: 40 },
    { path: "durationS", value: 30 },
  ],
  seeds: Array.from({ length: 20 }, (_, i) => 201 + i),
  points: allPoints,
};

/** A few seconds, for every change of the code: one site, its usual speed, two worlds. */
export const shortProtocol: Protocol = {
  ...protocol,
  settings: [
    { path: "layout.sites", value: 1 },
    { path: "mobility.users", value: 20 },
    { path: "durationS", value: 8 },
    { path: "warmUpS", value: 2 },
  ],
  seeds: [201, 202],
  points: allPoints.filter(({ speedKmh }) => speedKmh === 60),
};

const rates = ["handoverAttempts", "pingPongRate", "shortStayRate", "failuresPerHandover"];
export const metrics: readonly MetricDefinition[] = [
  ...ranMetrics.filter(({ metric }) => rates.includes(metric)),
  { metric: "interruptionPerCompletionMs", unit: "ms", pooling: { by: "ratio" } },
  { metric: "outageMsPerUeMinute", unit: "ms/min", pooling: { by: "ratio" } },
];
const experiment = { name: "sensible-physics", domain: "ran", kind: "simulated", metrics } as const;

export interface Verdict extends Omit<Expectation, "along"> {
  readonly panel: string;
  readonly from: string;
  readonly to: string;
  readonly difference: number | null;
  readonly ci95: readonly [number | null, number | null];
  readonly pHolm: number | null;
  /** As expected: with an interval that excludes 0 and p below 0.05, or in the mean only, or neither. */
  readonly seen: "yes" | "in the mean" | "no";
}

export interface Results {
  readonly kpis: readonly KpiRow<"ran">[];
  readonly verdicts: readonly Verdict[];
}

/** Returns every metric of every point, and every step that was expected to rise or fall. */
export function run(plan: Protocol, onProgress: (text: string) => void = () => {}): Results {
  const units: UnitResult<"ran">[] = [];
  const speeds = [...new Set(plan.points.map(({ speedKmh }) => speedKmh))];
  for (const seed of plan.seeds) {
    for (const speedKmh of speeds) units.push(...runWorld(plan, speedKmh, seed));
    onProgress(`seed ${seed}\n`);
  }
  const known = new Set(plan.points.map(({ name }) => name));
  return {
    kpis: poolUnits(experiment, units),
    verdicts: panels.flatMap((panel) =>
      panel.expected
        .filter(({ along }) => along.every((name) => known.has(name)))
        .flatMap((expectation) => judge(panel, expectation, units)),
    ),
  };
}

/** All points of one speed in step on one world. */
function runWorld(
  { scenario: name, settings, points }: Protocol,
  speedKmh: number,
  seed: number,
): UnitResult<"ran">[] {
  const here = points.filter((point) => point.speedKmh === speedKmh);
  const scenarioOf = (more: readonly Setting[]): RanScenario =>
    loadRanScenario(name, [...settings, { path: "mobility.speedKmh", value: speedKmh }, ...more]);
  const scenario = scenarioOf([]);
  const world = createSyntheticWorld(scenario, seed);
  const { tickMs } = world;
  const trainingStates = (): never => {
    throw new RangeError("sensible-physics: no arm here learns");
  };
  const arms = here.map((point) =>
    createArm(point.arm, { scenario: scenarioOf(point.settings), world, seed, trainingStates }),
  );
  const { logs, fromTick } = ruleAttempts("sensible-physics", { world, scenario, seed, arms });
  const ueMinutes = ((world.tickCount - fromTick) * tickMs * world.ueCount) / 60_000;
  return logs.map((log, i) => {
    const tallies = unitTallies(log, { lateMs: 0, ueMinutes }, { fromTick, tickMs, hasMemory: false });
    const completions = log.attempts
      .filter(
        (row) => row.startedTick >= fromTick && row.outcome === "completed" && row.interruptionMs !== null,
      )
      .map((row) => row.interruptionMs ?? 0);
    return {
      domain: "ran",
      scenario: name,
      arm: here[i].name,
      seed,
      unit: `${seed}`,
      group: `${seed}`,
      tallies: {
        ...Object.fromEntries(rates.map((metric) => [metric, tallies[metric]])),
        interruptionPerCompletionMs: { sum: total(completions), weight: completions.length },
        outageMsPerUeMinute: { sum: total(samplesOf(tallies["interruptionMs.p50"])), weight: ueMinutes },
      },
    };
  });
}

function judge(
  panel: Panel,
  { metric, direction, along }: Expectation,
  units: readonly UnitResult<"ran">[],
): Verdict[] {
  return along.slice(1).map((to, i): Verdict => {
    const from = along[i];
    const pair = units.filter(({ arm }) => arm === from || arm === to);
    const one = compareArms(experiment, pair, from).find(
      (row): row is Comparison<"ran"> => row.metric === metric,
    );
    const { difference = null, ci95 = [null, null], pHolm = null } = one ?? {};
    const sign = direction === "rises" ? 1 : -1;
    const nearest = sign === 1 ? ci95[0] : ci95[1];
    const seen =
      difference === null || difference * sign <= 0
        ? "no"
        : nearest !== null && nearest * sign > 0 && pHolm !== null && pHolm < 0.05
          ? "yes"
          : "in the mean";
    return {
      panel: panel.name,
      metric,
      direction,
      from,
      to,
      difference,
      ci95: [ci95[0], ci95[1]],
      pHolm,
      seen,
    };
  });
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function samplesOf(tally: Tally): readonly number[] {
  return "samples" in tally ? tally.samples : [];
}

/** Returns the results as Markdown: a table of each panel's values and one of its steps. */
export function report({ seeds }: Protocol, { kpis, verdicts }: Results): string {
  const shown = metrics.filter(({ metric }) => metric !== "handoverAttempts");
  const lines = [
    `Simulated, domain ran, hex-uma, seeds ${seeds[0]} to ${seeds[seeds.length - 1]}; 95 % bootstrap intervals by world. p: sign-flip by world.`,
  ];
  for (const panel of panels) {
    lines.push(`\n## ${panel.question}\n`, row(["point", ...shown.map(({ metric }) => metric)]));
    lines.push(row(["---", ...shown.map(() => "---")]));
    for (const { name } of panel.points) {
      lines.push(row([name, ...shown.map(({ metric }) => interval(find(kpis, name, metric)))]));
    }
    lines.push("", row(["expected", "from", "to", "difference", "p", "seen"]), row(Array(6).fill("---")));
    for (const verdict of verdicts.filter((one) => one.panel === panel.name)) {
      const { metric, direction, from, to, pHolm, seen } = verdict;
      const p = pHolm === null ? "" : pHolm < 0.001 ? "< 0.001" : pHolm.toFixed(3);
      const difference = interval({ value: verdict.difference, ci95: verdict.ci95 });
      lines.push(row([`${metric} ${direction}`, from, to, difference, p, seen]));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Returns the row of a point and metric. Throws RangeError when there is none. */
function find(kpis: readonly KpiRow<"ran">[], name: string, metric: string): KpiRow<"ran"> {
  const found = kpis.find((one) => one.arm === name && one.metric === metric);
  if (found === undefined) throw new RangeError(`sensible-physics: no ${metric} of ${name}`);
  return found;
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const figure = (value: number): string => String(Number(value.toPrecision(3)));

function interval({
  value,
  ci95,
}: {
  readonly value: number | null;
  readonly ci95: Verdict["ci95"];
}): string {
  if (value === null) return "null";
  const [low, high] = ci95;
  return low === null || high === null ? figure(value) : `${figure(value)} [${figure(low)}, ${figure(high)}]`;
}

if (argv[1]?.endsWith("sensible-physics/experiment.ts")) {
  const results = run(protocol, (text) => process.stderr.write(text));
  const save = (name: string, text: string): Promise<void> => writeFile(new URL(name, import.meta.url), text);
  await save("results.md", report(protocol, results));
  const rows = [...results.kpis, ...results.verdicts].map((one) => JSON.stringify(one));
  await save("results.jsonl", `${rows.join("\n")}\n`);
  for (const panel of panels) await save(`${panel.name}.svg`, drawPanel(panel, results.kpis));
}
