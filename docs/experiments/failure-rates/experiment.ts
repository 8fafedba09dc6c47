// Why do so many handovers fail, and do they elsewhere? One factor at a time, a second implementation, the macro network of
// TR 36.839, and figures of others; see README.md.
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkKpiRows, type KpiRow } from "#core";
import { runStudy } from "../harness/run-study.ts";
import type { Study } from "../harness/study.ts";
import { type CheckCase, checkCases, checkRows } from "./check-rows.ts";
import { cited } from "./cited.ts";
import { drawFactors, drawMacro } from "./figure.ts";
import { report } from "./report.ts";
import { ablation, filters, kernel, macro, shortStudies } from "./studies.ts";

export interface Protocol {
  readonly studies: readonly Study[];
  readonly cases: readonly CheckCase[];
  readonly worlds: Parameters<typeof checkRows>[1];
}

export const protocol: Protocol = {
  studies: [ablation, filters, kernel, macro],
  cases: checkCases,
  worlds: { seeds: [641, 642, 643, 644], phones: 30, durationS: 30 },
};

/** A few seconds, for every change of the code. */
export const shortProtocol: Protocol = {
  studies: shortStudies,
  cases: checkCases.filter(({ name }) => name === "always line of sight, no shadowing"),
  worlds: { seeds: [641, 642], phones: 20, durationS: 20 },
};

/** Returns every row: simulated ones of the studies and of the independent check, and cited ones. */
export async function run(
  { studies, cases, worlds }: Protocol,
  options: Parameters<typeof runStudy>[1],
): Promise<readonly KpiRow<"ran">[]> {
  const rows: KpiRow<"ran">[] = [];
  for (const study of studies) rows.push(...(await runStudy(study, options)).kpis);
  return checkKpiRows([...rows, ...checkRows(cases, worlds, options.onProgress), ...cited]);
}

if (argv[1]?.endsWith("failure-rates/experiment.ts")) {
  const { values } = parseArgs({
    options: { threads: { type: "string", default: String(availableParallelism()) } },
  });
  const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const folder = here("../../../runs/experiments");
  await mkdir(folder, { recursive: true });
  const rows = await run(protocol, {
    threads: Number(values.threads),
    folder,
    nowS: () => performance.now() / 1000,
    onProgress: (text) => process.stderr.write(text),
  });
  await writeFile(here("results.jsonl"), `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
  await writeFile(here("results.md"), report(rows));
  await writeFile(here("factors.svg"), drawFactors(rows));
  await writeFile(here("macro.svg"), drawMacro(rows));
}
