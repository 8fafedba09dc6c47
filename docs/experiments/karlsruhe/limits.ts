// What limits the rule on the recorded map: its constants, or what it is told? See README.md.
import { existsSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { checkKpiRows, type KpiRow, NO_INTERVAL, poolUnits } from "#core";
import { ranMetrics, readMultiCellTraces, splitTraces } from "#ran-sim";
import { OUTAGE_WITHIN_MS, output } from "../../../ran-sim/learned/context-shape.ts";
import type { ExpectationRule } from "../../../ran-sim/learned/expectation-rule.ts";
import type { Foreseen } from "../../../ran-sim/learned/foresight.ts";
import { TRACE_SPLIT_SEED } from "../../../ran-sim/learned/recorded-traces.ts";
import { recordWorld } from "../../../ran-sim/learned/recording.ts";
import { bestRule, measureRules, ruleGrid, worldsOfTraces } from "../../../ran-sim/learned/tune-rule.ts";
import { watchExpectations } from "../../../ran-sim/learned/watch-expectations.ts";
import { contextRuntime } from "../../../ran-sim/learned/weights.ts";
import { UNHEARD_DBM } from "../../../ran-sim/policy/trend.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import type { MultiCellTrace } from "../../../ran-sim/trace/multi-cell-trace.ts";
import { groupOf } from "../../../ran-sim/trace/trace-split.ts";
import { markdownTable, shown } from "../markdown.ts";
import { areaUnderCurve, type Scored } from "./area-under-curve.ts";
import { folder } from "./experiment.ts";

export interface LimitsPlan {
  /** What models were trained on; each is asked with the state that is never lost. */
  readonly weights: readonly string[];
  /** Whose expectations are ranked; rules are measured with the first. */
  readonly trainingSeeds: readonly number[];
  /** What the rule is told of the future, in place of what the model expects. */
  readonly told: readonly (readonly Foreseen[])[];
  readonly grid: readonly ExpectationRule[];
}

export const plan: LimitsPlan = {
  weights: ["synthetic", "karlsruhe"],
  trainingSeeds: [1, 2, 3],
  told: [[], ["sinr", "arrival"], ["outage250"], ["outage1200"], ["outages"]],
  grid: ruleGrid,
};

/** Cells whose outages are ranked, by level; and every so many reports, since neighbouring ones say the same. */
const RANKED = ["strongest", "second strongest"] as const;
const EVERY_REPORTS = 3;
/** The last chance to leave, and a stay. */
const HORIZONS = [250, 1200] as const;
const NAME = "karlsruhe-limits";
const RATES = ["shortStayRate", "failuresPerHandover", "lateMsPerUeMinute"];
const AREAS = ["areaUnderCurve"];
const BOOTSTRAP_SEED = 1;

/** Returns the rows of both tables for some traces. `onProgress` gets lines. */
export async function limitsOf(
  traces: readonly MultiCellTrace[],
  { weights, trainingSeeds, told, grid }: LimitsPlan,
  onProgress: (text: string) => void = () => {},
): Promise<readonly KpiRow<"ran">[]> {
  const rows: KpiRow<"ran">[] = [];
  for (const on of weights) {
    for (const foreseen of told) {
      onProgress(`weights of ${on}, told ${toldName(foreseen)}\n`);
      const measured = await measureRules(worldsOfTraces(traces), grid, {
        runtimeOf: (ueCount) => contextRuntime({ carried: "state" }, { seed: trainingSeeds[0], on }, ueCount),
        foreseen,
      });
      rows.push(...ruleRows(traces, measured, grid, `weights=${on}/told=${toldName(foreseen)}`));
    }
    onProgress(`weights of ${on}, how well outages are told\n`);
    rows.push(...(await outageRows(traces, on, trainingSeeds)));
  }
  return checkKpiRows(rows);
}

function toldName(foreseen: readonly Foreseen[]): string {
  return foreseen.length === 0 ? "nothing" : foreseen.join("+");
}

/** The rule of the scenario, which synthetic worlds chose, and the best of the grid on these very traces: no choice could be better. */
function ruleRows(
  traces: readonly MultiCellTrace[],
  measured: Awaited<ReturnType<typeof measureRules>>,
  grid: readonly ExpectationRule[],
  scenario: string,
): readonly KpiRow<"ran">[] {
  const { rule } = parseRanScenario({}, "limits").network;
  const chosen = grid.findIndex((point) =>
    Object.entries(rule).every(([name, value]) => point[name as keyof ExpectationRule] === value),
  );
  if (chosen < 0)
    throw new RangeError(`limits: the grid lacks the rule of the scenario, ${JSON.stringify(rule)}`);
  const units = [
    { arm: "rule of the synthetic worlds", at: chosen },
    { arm: `best of ${grid.length} on these traces`, at: bestRule(measured) },
  ].flatMap(({ arm, at }) =>
    traces.map((trace, i) => ({
      ...{ domain: "ran" as const, scenario, arm, seed: null },
      unit: trace.name,
      group: groupOf(trace),
      tallies: measured[i][at],
    })),
  );
  const metrics = ranMetrics.filter(({ metric }) => RATES.includes(metric));
  return poolUnits({ name: NAME, domain: "ran", kind: "simulated", metrics }, units);
}

/** How well models tell the outages of the strongest cells that work, beside the cell's own SINR. */
async function outageRows(
  traces: readonly MultiCellTrace[],
  on: string,
  trainingSeeds: readonly number[],
): Promise<readonly KpiRow<"ran">[]> {
  const rows: KpiRow<"ran">[] = [];
  for (const [i, seed] of trainingSeeds.entries()) {
    const told = await scoresOf(traces, on, seed);
    for (const [rank, name] of RANKED.entries()) {
      for (const withinMs of HORIZONS) {
        const of = told.filter((one) => one.rank === rank);
        const row = (arm: string, scoreOf: (one: Told) => number): KpiRow<"ran"> => {
          const scored: readonly Scored[] = of.map((one) => ({
            ...{ group: one.group, score: scoreOf(one), holds: one.untilOutageMs <= withinMs },
          }));
          const { estimate, lo, hi } = areaUnderCurve(scored, BOOTSTRAP_SEED);
          return {
            ...{ experiment: NAME, domain: "ran", kind: "simulated", arm },
            scenario: `weights=${on}/cell=${name}/withinMs=${withinMs}`,
            ...{
              metric: "areaUnderCurve",
              unit: "1",
              value: estimate,
              ci95: lo === null || hi === null ? NO_INTERVAL : [lo, hi],
              n: of.length,
            },
            seeds: 0,
          };
        };
        rows.push(row(`model, training seed ${seed}`, ({ logits }) => logits[HORIZONS.indexOf(withinMs)]));
        if (i === 0) rows.push(row("its SINR alone", ({ sinrDb }) => -sinrDb));
      }
    }
  }
  return rows;
}

/** What was said of one cell that worked, and when it would have failed the phone. */
interface Told {
  readonly group: string;
  readonly rank: number;
  readonly sinrDb: number;
  /** One for each of HORIZONS. */
  readonly logits: readonly number[];
  readonly untilOutageMs: number;
}

async function scoresOf(
  traces: readonly MultiCellTrace[],
  on: string,
  seed: number,
): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const [i, make] of worldsOfTraces(traces).entries()) {
    const { world, scenario, seed: worldSeed } = make();
    const { reportCount, reportPeriodMs, untilOutageMs } = recordWorld(world, scenario, worldSeed, 0);
    const runtime = contextRuntime({ carried: "state" }, { seed, on }, world.ueCount);
    // A trace has one phone.
    const { cellCount } = world;
    await watchExpectations({ world, scenario, seed: worldSeed }, runtime, (observations, memory) => {
      const { reportedRsrpDbm, reportedSinrDb, timeS } = observations;
      const report = Math.round((timeS * 1000) / reportPeriodMs);
      if (report >= reportCount || report % EVERY_REPORTS !== 0) return;
      const heard = Array.from({ length: cellCount }, (_, cell) => cell)
        .filter((cell) => reportedRsrpDbm[cell] > UNHEARD_DBM)
        .sort((a, b) => reportedRsrpDbm[b] - reportedRsrpDbm[a] || a - b);
      for (const [rank, cell] of heard.slice(0, RANKED.length).entries()) {
        const expected = memory.expectation(0, cell);
        const untilMs = untilOutageMs[report * cellCount + cell];
        if (expected === undefined || untilMs === 0) continue;
        const logits = HORIZONS.map(
          (withinMs) => expected[output.outage + OUTAGE_WITHIN_MS.indexOf(withinMs)],
        );
        told.push({
          group: groupOf(traces[i]),
          rank,
          sinrDb: reportedSinrDb[cell],
          logits,
          untilOutageMs: untilMs,
        });
      }
    });
  }
  return told;
}

/** Returns both tables as Markdown. */
export function limitsReport(rows: readonly KpiRow<"ran">[], traceCount: number): string {
  const cell = (row: KpiRow | undefined): string => shown(row, row?.unit === "1" ? 3 : 0);
  const ofKind = (metrics: readonly string[]) => rows.filter(({ metric }) => metrics.includes(metric));
  const lines = (
    of: readonly KpiRow<"ran">[],
    metrics: readonly string[],
  ): readonly (readonly string[])[] => {
    const lanes = [...new Set(of.map(({ scenario, arm }) => JSON.stringify([scenario, arm])))];
    return lanes.map((lane) => {
      const [scenario, arm] = JSON.parse(lane) as [string, string];
      const found = of.filter((row) => row.scenario === scenario && row.arm === arm);
      const settings = scenario.split("/").map((part) => part.slice(part.indexOf("=") + 1));
      const values = metrics.map((metric) => cell(found.find((row) => row.metric === metric)));
      return [...settings, arm, String(found[0].n), ...values];
    });
  };
  return [
    `Simulated, domain ran, ${traceCount} held-out traces; 95 % bootstrap intervals by group of traces; the state is never lost.`,
    "\n## What the rule comes to, by what it is told of the future\n",
    markdownTable(["weights", "told", "rule", "attempts", ...RATES], lines(ofKind(RATES), RATES)),
    "\n## How well outages are told from what is none: area under the curve\n",
    markdownTable(
      ["weights", "cell", "within, ms", "who says it", "instants", ...AREAS],
      lines(ofKind(AREAS), AREAS),
    ),
    "",
  ].join("\n");
}

if (argv[1]?.endsWith("karlsruhe/limits.ts") && existsSync(folder)) {
  const { test } = splitTraces(readMultiCellTraces(folder), { seed: TRACE_SPLIT_SEED });
  const rows = await limitsOf(test, plan, (text) => process.stderr.write(text));
  const write = (name: string, text: string): void => writeFileSync(new URL(name, import.meta.url), text);
  write("limits-results.md", limitsReport(rows, test.length));
  write("limits-results.jsonl", `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
}
