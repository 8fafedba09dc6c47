// What is a handed-over state worth, and to whom? Post-handover accuracy by speed; see README.md.
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import type { Setting } from "#core";
import { armsReport } from "../arms-report.ts";
import { type ArmsProtocol, type ArmsResult, runArms } from "../run-arms.ts";
import { drawFigure } from "./figure.ts";

/** One kind of world. */
export interface Condition {
  readonly name: string;
  readonly settings: readonly Setting[];
}

export interface Protocol extends ArmsProtocol {
  readonly conditions: readonly Condition[];
}

const fading: Setting = { path: "radio.fading.kind", value: "rayleigh" };
const speed = (kmh: number): Setting => ({ path: "mobility.speedKmh", value: kmh });

/**
 * What was fixed before these worlds were looked at. The models were trained on worlds of their own (seeds from 1,000,000)
 * and judged on others (from 2,000,000); that speed and fading matter was seen on the latter.
 */
export const protocol: Protocol = {
  scenario: "hex-uma",
  settings: [
    { path: "network.memory", value: "learned" },
    { path: "mobility.users", value: 60 },
    { path: "durationS", value: 30 },
    { path: "tickMs", value: 20 },
  ],
  conditions: [
    { name: "3 km/h, fading", settings: [speed(3), fading] },
    { name: "30 km/h, fading", settings: [speed(30), fading] },
    { name: "60 km/h, no fading", settings: [speed(60)] },
    {
      name: "3 km/h, fading, report every 120 ms",
      settings: [speed(3), fading, { path: "network.reportPeriodMs", value: 120 }],
    },
  ],
  arms: ["a3-tuned", "cold", "latent", "full", "raw128", "shuffled"],
  seeds: Array.from({ length: 20 }, (_, i) => 301 + i),
  reference: "cold",
};

/** The same in seconds, for every change of the code. */
export const shortProtocol: Protocol = {
  ...protocol,
  settings: [
    ...protocol.settings,
    { path: "layout.sites", value: 1 },
    { path: "mobility.users", value: 12 },
    { path: "durationS", value: 6 },
    { path: "warmUpS", value: 2 },
    { path: "training.durationS", value: 4 },
  ],
  conditions: [protocol.conditions[1]],
  arms: ["cold", "latent", "full", "raw128", "shuffled"],
  seeds: [301, 302],
};

/** The figures of the report; never one without the others. */
export const reported = [
  "postHandoverAccuracy.0-50ms",
  "postHandoverAccuracy.50-250ms",
  "postHandoverAccuracy.250-500ms",
  "postHandoverAccuracy.500-1000ms",
  "postHandoverRegretDb.50-250ms",
  "gapClosed",
  "handoversPerUeMinute",
  "pingPongRate",
  "shortStayRate",
  "failuresPerHandover",
  "lateMsPerUeMinute",
  "xnBytesPerHandover",
] as const;

export interface ConditionResult extends ArmsResult {
  readonly condition: string;
}

/** Returns the KPI rows of every arm in every kind of world, and every arm against the reference. */
export async function run(
  { conditions, ...plan }: Protocol,
  onProgress: (text: string) => void = () => {},
): Promise<readonly ConditionResult[]> {
  const results: ConditionResult[] = [];
  for (const { name, settings } of conditions) {
    const { kpis, comparisons } = await runArms(
      { ...plan, settings: [...plan.settings, ...settings] },
      (text) => onProgress(`${name}: ${text}`),
    );
    results.push({
      condition: name,
      kpis: kpis.filter(({ metric }) => (reported as readonly string[]).includes(metric)),
      comparisons,
    });
  }
  return results;
}

/** Returns the results as Markdown: for each kind of world a table of values and one of differences. */
export function report(plan: Protocol, results: readonly ConditionResult[]): string {
  return results
    .map(
      ({ condition, ...rows }) =>
        `## ${condition}\n\n${armsReport({ ...plan, references: [plan.reference], reported }, rows)}`,
    )
    .join("\n");
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href || argv[1]?.endsWith("cold-start/experiment.ts")) {
  const results = await run(protocol, (text) => process.stderr.write(text));
  const rows = results.flatMap(({ condition, kpis }) => kpis.map((row) => ({ condition, ...row })));
  const write = (name: string, text: string): Promise<void> =>
    writeFile(new URL(name, import.meta.url), text);
  await write("results.md", report(protocol, results));
  await write("results.jsonl", `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
  await write("accuracy.svg", drawFigure(protocol, results));
}
