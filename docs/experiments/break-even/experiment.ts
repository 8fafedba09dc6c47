// From which document, link, number of hops, hit share and load on does which hand-off pay? See README.md.
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { createAgentExperiment, fleetMetrics, loadAgentScenario } from "#agent-sim";
import { type KpiRow, poolUnits, quantile, type Setting, type UnitResult } from "#core";
import { findCrossing } from "./crossings.ts";
import { drawFigure } from "./figure.ts";
import { type Panel, panels } from "./panels.ts";
import { report } from "./report.ts";
import { type CrossingRow, compared, LIMIT_MS, type Protocol, type Results } from "./results.ts";

/**
 * The arm `kv` where its cache is never on the server that needs it: requests go from server to server, and nothing is kept there. In
 * `kv` itself the routing finds the server that has the cache, and nothing crosses.
 */
const MOVED = "kv-moved";
const moved = [
  { path: "fleet.routing", value: "round-robin" },
  { path: "fleet.cache.capacityTokens", value: 0 },
];

export const protocol: Protocol = {
  panels,
  arms: ["cold", "text", "prefix-cache", "prefix-miss", "summary", "kv", MOVED, "latent", "slots", "single"],
  seeds: Array.from({ length: 20 }, (_, i) => 401 + i),
};

const fewTasks = [
  { path: "tasksPerSeed", value: 30 },
  { path: "fleet.warmUpTasks", value: 10 },
];

/** Every third point of each panel, four arms, two seeds, few tasks: some seconds, for every change of the code. */
export const shortProtocol: Protocol = {
  panels: panels.map((panel) => ({
    ...panel,
    points: panel.points
      .filter((_, i) => i % 3 === 1)
      .map(({ x, settings }) => ({ x, settings: [...settings, ...fewTasks] })),
  })),
  arms: ["text", "prefix-cache", MOVED, "latent"],
  seeds: [401, 402],
};

/** The floor `cold` and the ceiling `single` are drawn, not compared. */
const pairs: readonly (readonly [a: string, b: string])[] = [
  ["prefix-cache", "text"],
  ["summary", "text"],
  ["kv", "prefix-cache"],
  [MOVED, "text"],
  [MOVED, "summary"],
  [MOVED, "prefix-cache"],
  ["latent", "text"],
  ["latent", "kv"],
  ["latent", MOVED],
  ["latent", "prefix-cache"],
  ["summary", "prefix-cache"],
];

const experiment = {
  name: "break-even",
  domain: "agent",
  kind: "simulated",
} as const;

/** What is kept of a panel's points. */
function metricsOf({ quantile: share }: Panel): typeof fleetMetrics {
  const kept = [
    "taskLatencyMs.p50",
    "costPerTask",
    "cacheReadShare",
    `timeToFirstTokenMs.p${100 * share}`,
    `entryTimeToFirstTokenMs.p${100 * share}`,
    "overloadedShare",
    "drainTasksPerS",
  ];
  return fleetMetrics.filter(({ metric }) => kept.includes(metric));
}

/** Returns every metric of every point, and where arms change places. */
export async function run(plan: Protocol, onProgress: (text: string) => void = () => {}): Promise<Results> {
  const kpis: KpiRow<"agent">[] = [];
  const crossings: CrossingRow[] = [];
  const capacities: Results["capacities"][number][] = [];
  for (const panel of plan.panels) {
    const byPoint: UnitResult<"agent">[][] = [];
    for (const { x, settings } of panel.points) {
      const name = `break-even/${panel.name}=${x}`;
      const units = await unitsOf(plan, name, [...panel.settings, ...settings]);
      byPoint.push(units);
      kpis.push(...poolUnits({ ...experiment, metrics: metricsOf(panel) }, units));
      onProgress(`${name}\n`);
    }
    for (const metric of compared) {
      for (const [a, b] of pairs.filter((pair) => pair.every((arm) => plan.arms.includes(arm)))) {
        const seeds = plan.seeds.map((seed) => ({
          x: axisOf(panel, byPoint, seed),
          a: byPoint.map((units) => measureOf(panel, units, seed, a, metric)),
          b: byPoint.map((units) => measureOf(panel, units, seed, b, metric)),
        }));
        crossings.push({ panel: panel.name, metric, a, b, ...findCrossing(seeds, panel.between) });
      }
    }
    if (panel.name !== "load") continue;
    for (const arm of plan.arms.filter((name) => name !== "single")) {
      const seeds = plan.seeds.map((seed) => ({
        x: axisOf(panel, byPoint, seed),
        a: byPoint.map((units) => measureOf(panel, units, seed, arm, "timeToFirstTokenMs")),
        b: byPoint.map(() => LIMIT_MS),
      }));
      capacities.push({ arm, ...findCrossing(seeds, panel.between) });
    }
  }
  return { kpis, crossings, capacities };
}

/** Returns what every arm did at a point; breakdowns by hop are left to `agent run fleet`. */
async function unitsOf(
  { arms, seeds }: Protocol,
  name: string,
  settings: readonly Setting[],
): Promise<UnitResult<"agent">[]> {
  const of = async (names: readonly string[], more: readonly Setting[]): Promise<UnitResult<"agent">[]> => {
    const scenario = { ...loadAgentScenario("fleet", [...settings, ...more]), name };
    const point = createAgentExperiment({ scenario, arms: names, seeds });
    const units: UnitResult<"agent">[] = [];
    for (const shard of point.shards) units.push(...(await point.runShard(shard)).units);
    return units.filter((unit) => unit.scenario === name);
  };
  const units = await of(
    arms.filter((arm) => arm !== MOVED),
    [],
  );
  if (!arms.includes(MOVED)) return units;
  return [...units, ...(await of(["kv"], moved)).map((unit) => ({ ...unit, arm: MOVED }))];
}

/** The places of the points in a seed: as set, or where it is an outcome, what came out. */
function axisOf(panel: Panel, byPoint: readonly UnitResult<"agent">[][], seed: number): readonly number[] {
  if (panel.name !== "hits") return panel.points.map(({ x }) => x);
  return byPoint.map((units) => ratioOf(units, seed, "prefix-cache", "cacheReadShare"));
}

function measureOf(
  { quantile: share }: Panel,
  units: readonly UnitResult<"agent">[],
  seed: number,
  arm: string,
  metric: CrossingRow["metric"],
): number {
  if (metric === "costPerTask") return ratioOf(units, seed, arm, metric);
  const tally = tallyOf(units, seed, arm, "timeToFirstTokenMs.p50");
  return tally !== undefined && "samples" in tally
    ? (quantile(tally.samples, share) ?? Number.NaN)
    : Number.NaN;
}

function ratioOf(units: readonly UnitResult<"agent">[], seed: number, arm: string, metric: string): number {
  const tally = tallyOf(units, seed, arm, metric);
  return tally !== undefined && "sum" in tally ? tally.sum / tally.weight : Number.NaN;
}

function tallyOf(units: readonly UnitResult<"agent">[], seed: number, arm: string, metric: string) {
  return units.find((unit) => unit.seed === seed && unit.arm === arm)?.tallies[metric];
}

if (argv[1]?.endsWith("break-even/experiment.ts")) {
  const results = await run(protocol, (text) => process.stderr.write(text));
  const save = (name: string, text: string): Promise<void> => writeFile(new URL(name, import.meta.url), text);
  await save("results.md", report(protocol, results));
  const rows = [...results.kpis, ...results.crossings, ...results.capacities].map((one) =>
    JSON.stringify(one),
  );
  await save("results.jsonl", `${rows.join("\n")}\n`);
  await save("curves.svg", drawFigure(protocol, results));
}
