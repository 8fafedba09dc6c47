// Where does the published recipe fail, and why? Encoders with and without a loss for the task, and linear probes; see README.md.
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import {
  loadDecoder,
  type MeasuredModel,
  openMeasuredModel,
  type ProbeResult,
  probeStates,
} from "#agent-sim";
import type { KpiRow } from "#core";
import { openOnnxSession } from "#core/node";
import { markdownTable, shown } from "../markdown.ts";
import { pooledRows, runMeasuredArms } from "../measured-arms.ts";

export interface Protocol {
  readonly facts: readonly number[];
  readonly documents: number;
  readonly seeds: readonly number[];
  readonly arms: readonly string[];
  /** Documents of eight facts that a probe is trained on, and as many others that it is judged on. */
  readonly probeDocuments: number;
}

/** What was fixed before these documents were looked at. 128 bytes of values, but for the oracle. */
export const protocol: Protocol = {
  facts: [1, 2, 4, 8, 16],
  documents: 8,
  seeds: [441, 442],
  arms: ["cold", "kv", "published", "pooled", "latent", "slots", "mean", "permuted", "another"],
  probeDocuments: 400,
};

export interface Result {
  readonly kpis: readonly KpiRow<"agent">[];
  readonly probes: readonly ProbeResult[];
}

const roles = ["planner", "retriever", "reasoner", "checker", "finaliser"];

/** Returns exact match by facts and by role, its control, and what linear probes read in the decoder's states. */
export async function run(
  { facts, documents, seeds, arms, probeDocuments }: Protocol,
  measured: MeasuredModel,
  onProgress: (text: string) => void = () => {},
): Promise<Result> {
  const settings = [
    { path: "measured.facts", value: facts },
    { path: "measured.documents", value: documents },
  ];
  const all = await runMeasuredArms({ suffix: "", settings, arms, seeds }, measured, onProgress);
  return {
    kpis: pooledRows(all, {
      scenarios: /^default(\/(facts|role)=\w+)?$/,
      metrics: ["exactMatch", "wrongDocumentExactMatch", "exactMatchByChance", "gapClosed"],
    }),
    probes: await probeStates(await loadDecoder(), {
      documents: probeDocuments,
      seed: 1,
      open: openOnnxSession,
    }),
  };
}

/** Returns the results as Markdown: exact match by facts and by role, the control beside each, then the probes. */
export function report({ facts, arms }: Protocol, { kpis, probes }: Result): string {
  const find = (arm: string, metric: string, scenario: string): KpiRow | undefined =>
    kpis.find((row) => row.arm === arm && row.metric === metric && row.scenario === scenario);
  const cell = (arm: string, scenario: string): string => {
    const control = find(arm, "wrongDocumentExactMatch", scenario);
    return shown(find(arm, "exactMatch", scenario)) + (control === undefined ? "" : ` (${shown(control)})`);
  };
  const chance = (role: string): string => shown(find("cold", "exactMatchByChance", `default/role=${role}`));
  return [
    "Measured, domain agent; 95 % intervals by document; in brackets the same with another document's latent; chance 0.03.\n",
    markdownTable(
      ["arm", ...facts.map((count) => `${count} fact${count === 1 ? "" : "s"}`)],
      arms.map((arm) => [arm, ...facts.map((count) => cell(arm, `default/facts=${count}`))]),
    ),
    "\nBy the stage's own question, all numbers of facts together:\n",
    markdownTable(
      ["arm", ...roles.map((role) => `${role} (chance ${chance(role)})`)],
      arms.map((arm) => [arm, ...roles.map((role) => cell(arm, `default/role=${role}`))]),
    ),
    "\nLinear probes of the decoder's states, documents of eight facts: share told right on documents not trained on.\n",
    markdownTable(
      ["after layer", "read at", "value", "its entity", "its attribute", "n"],
      probes.map(({ layer, place, accuracy, n }) => [
        String(layer + 1),
        place,
        accuracy.value.toFixed(2),
        accuracy.entity.toFixed(2),
        accuracy.attribute.toFixed(2),
        String(n),
      ]),
    ),
    "",
  ].join("\n");
}

if (
  import.meta.url === pathToFileURL(argv[1] ?? "").href ||
  argv[1]?.endsWith("published-recipe/experiment.ts")
) {
  const result = await run(protocol, await openMeasuredModel(), (text) => process.stderr.write(text));
  const write = (name: string, text: string): Promise<void> =>
    writeFile(new URL(name, import.meta.url), text);
  await write("results.md", report(protocol, result));
  await write("results.jsonl", `${result.kpis.map((row) => JSON.stringify(row)).join("\n")}\n`);
}
