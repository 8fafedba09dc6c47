// What is left of a document after five hand-offs, passed on as it came or compressed again at each? See README.md.
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { type MeasuredModel, openMeasuredModel } from "#agent-sim";
import type { KpiRow } from "#core";
import { markdownTable, shown } from "../markdown.ts";
import { pooledRows, runMeasuredArms } from "../measured-arms.ts";
import { drawFigure } from "./figure.ts";
import { hops, type Protocol, relays, rowAt } from "./points.ts";

/** What was fixed before these documents were looked at. 128 bytes of values; the cache crosses as int8. */
export const protocol: Protocol = {
  facts: [2, 8],
  documents: 16,
  seeds: [421, 422],
  arms: ["cold", "text", "summary", "kv", "pooled", "latent", "slots"],
};

/** The same in seconds, for every change of the code. */
export const shortProtocol: Protocol = { ...protocol, facts: [2], documents: 3, seeds: [421] };

/** Returns exact match and its control, scenario `default/relay=R/facts=F/hop=k`, and the bytes of each arm. */
export async function run(
  { facts, documents, seeds, arms }: Protocol,
  measured: MeasuredModel,
  onProgress: (text: string) => void = () => {},
): Promise<readonly KpiRow<"agent">[]> {
  const rows: KpiRow<"agent">[] = [];
  for (const relay of relays) {
    const settings = [
      { path: "relay", value: relay },
      { path: "kv.precision", value: "int8" },
      { path: "measured.facts", value: facts },
      { path: "measured.documents", value: documents },
    ];
    const sized = { suffix: `/relay=${relay}`, settings, arms, seeds };
    const all = await runMeasuredArms(sized, measured, onProgress);
    rows.push(
      ...pooledRows(all, {
        scenarios: /\/facts=\d+\/hop=\d$/,
        metrics: ["exactMatch", "wrongDocumentExactMatch"],
      }),
      ...pooledRows(all, { scenarios: /\/facts=\d+$/, metrics: ["wireBytesPerHop"] }),
    );
  }
  return rows;
}

/** Returns the results as Markdown: for each relay and number of facts a table of arms by hop, the control last. */
export function report({ facts, arms }: Protocol, rows: readonly KpiRow[]): string {
  const sections = relays.flatMap((relay) =>
    facts.map((count) => {
      const cells = (arm: string): string[] => [
        ...hops.map((hop) => shown(rowAt(rows, arm, "exactMatch", { relay, facts: count, hop }))),
        shown(rowAt(rows, arm, "wrongDocumentExactMatch", { relay, facts: count, hop: 5 })),
      ];
      return [
        `## ${relay}, ${count} facts\n`,
        markdownTable(
          ["arm", ...hops.map((hop) => `hop ${hop}`), "another document's, hop 5"],
          arms.map((arm) => [arm, ...cells(arm)]),
        ),
        "",
      ].join("\n");
    }),
  );
  return [
    "Measured, domain agent; exact match of the question that all hops share, 95 % intervals by document; chance 0.03.\n",
    ...sections,
  ].join("\n");
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href || argv[1]?.endsWith("hops/experiment.ts")) {
  const rows = await run(protocol, await openMeasuredModel(), (text) => process.stderr.write(text));
  const write = (name: string, text: string): Promise<void> =>
    writeFile(new URL(name, import.meta.url), text);
  await write("results.md", report(protocol, rows));
  await write("results.jsonl", `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
  await write("hops.svg", drawFigure(protocol, rows));
}
