// What did the hand-offs of recorded multi-agent runs cost, and what would each arm have changed? See README.md.
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { argv } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createImportExperiment } from "#agent-sim";
import { type KpiRow, poolUnits } from "#core";
import { markdownTable, shown } from "../markdown.ts";

/** Where the recorded runs lie, in the folder of shared data. */
export const trace = ["data", "multi-agent-runs", "algorithm-generated.jsonl"];

/** The figures of the report; never one without the others. */
export const reported = [
  "prefillTokensPerHop",
  "rereadFactor",
  "wireBytesPerHop",
  "cacheReadShare",
  "timeToFirstTokenMs.p50",
];

export interface Result {
  readonly kpis: readonly KpiRow<"agent">[];
  /** What the trace leaves out, in sentences. */
  readonly cannotTell: readonly string[];
}

/** Returns what was counted in the runs (`measured`), and what each arm would change by formula (`simulated`). */
export async function run(file: string): Promise<Result> {
  const { experiment, cannotTell } = createImportExperiment(file);
  const { units, tables } = await experiment.runShard(experiment.shards[0]);
  const own = units as Parameters<typeof poolUnits<"agent">>[1];
  return {
    kpis: [...experiment.inputs, ...poolUnits(experiment, own)],
    cannotTell: cannotTell(own, tables.events ?? []),
  };
}

/** Returns the results as Markdown: a table of arms, the inputs of the formulas, and what is not known. */
export function report({ kpis, cannotTell }: Result): string {
  const arms = [...new Set(kpis.map(({ arm }) => arm))].filter((arm) => arm !== "input");
  const find = (arm: string, metric: string): KpiRow | undefined =>
    kpis.find((row) => row.arm === arm && row.metric === metric && !row.scenario.includes("="));
  const digits = (metric: string): number =>
    metric === "rereadFactor" || metric === "cacheReadShare" ? 2 : 0;
  const kindOf = (arm: string): string =>
    find(arm, "rereadFactor")?.kind ?? find(arm, "prefillTokensPerHop")?.kind ?? "";
  return [
    "95 % bootstrap intervals by run. `observed` is counted in the runs; every other arm is what it would change, by formula.\n",
    markdownTable(
      ["arm", "kind", ...reported],
      arms.map((arm) => [
        arm,
        kindOf(arm),
        ...reported.map((metric) => shown(find(arm, metric), digits(metric))),
      ]),
    ),
    "\nWhat the formulas start from:\n",
    markdownTable(
      ["input", "value", "unit", "kind", "source"],
      kpis
        .filter(({ arm }) => arm === "input")
        .map(({ metric, value, unit, kind, source }) => [metric, String(value), unit, kind, source ?? ""]),
    ),
    "\nThis trace cannot tell:\n",
    ...cannotTell.map((line) => `- ${line}`),
    "",
  ].join("\n");
}

if (
  import.meta.url === pathToFileURL(argv[1] ?? "").href ||
  argv[1]?.endsWith("hand-off-tax/experiment.ts")
) {
  const shared = process.env.BATON_SHARED ?? fileURLToPath(new URL("../../../../shared", import.meta.url));
  const result = await run(resolve(shared, ...trace));
  const write = (name: string, text: string): Promise<void> =>
    writeFile(new URL(name, import.meta.url), text);
  await write("results.md", report(result));
  await write("results.jsonl", `${result.kpis.map((row) => JSON.stringify(row)).join("\n")}\n`);
}
