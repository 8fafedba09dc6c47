// How many bytes does a document of facts take as a latent, by encoder? Exact match by bytes and facts; see README.md.
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { factBits, type MeasuredModel, openMeasuredModel } from "#agent-sim";
import type { KpiRow } from "#core";
import { markdownTable, shown } from "../markdown.ts";
import { pooledRows, runMeasuredArms, trainingsRun } from "../measured-arms.ts";
import { drawFigure } from "./figure.ts";
import { type Protocol, pointOf } from "./points.ts";

/** What was fixed before these documents were looked at; encoders were judged on validation documents until then. */
export const protocol: Protocol = {
  bytes: [8, 16, 32, 64, 128, 512],
  facts: [1, 2, 4, 8, 16, 24],
  documents: 6,
  seeds: [401, 402],
  encoders: ["published", "pooled", "latent", "slots"],
  others: ["cold", "text", "summary", "kv", "answer"],
};

/** The same in seconds, for every change of the code. */
export const shortProtocol: Protocol = {
  ...protocol,
  bytes: [8, 128],
  facts: [1, 4],
  documents: 3,
  seeds: [401],
  others: ["cold", "text", "kv", "answer"],
};

/** The figures of the report; never one without the others. */
const reported = {
  scenarios: /\/facts=\d+$/,
  metrics: ["exactMatch", "wrongDocumentExactMatch", "wireBytesPerHop", "gapClosed"],
};

/** Returns the rows of all encoders at all sizes, scenario `default/bytes=B/facts=F`, and of the other arms. */
export async function run(
  { bytes, facts, documents, seeds, encoders, others }: Protocol,
  measured: MeasuredModel,
  onProgress: (text: string) => void = () => {},
): Promise<readonly KpiRow<"agent">[]> {
  const settings = [
    { path: "measured.facts", value: facts },
    { path: "measured.documents", value: documents },
  ];
  const fixed = await runMeasuredArms({ suffix: "", settings, arms: others, seeds }, measured, onProgress);
  const rows = [...pooledRows(fixed, reported)];
  for (const size of bytes) {
    const suffix = `/bytes=${size}`;
    const sized = [...settings, { path: "measured.bytes", value: size }];
    const { experiment, units } = await runMeasuredArms(
      { suffix, settings: sized, arms: encoders, seeds },
      measured,
      onProgress,
    );
    // The ends of the gap are the same at every size.
    const ends = fixed.units
      .filter(({ arm }) => arm === "cold" || arm === "kv")
      .map((unit) => ({ ...unit, scenario: unit.scenario.replace("default", `default${suffix}`) }));
    const all = pooledRows({ experiment, units: [...units, ...ends] }, reported);
    rows.push(...all.filter(({ arm }) => encoders.includes(arm)));
  }
  return rows;
}

/** Returns the results as Markdown: for each number of facts a table of encoders by bytes, the control beside each. */
export function report({ bytes, facts, encoders, others }: Protocol, rows: readonly KpiRow[]): string {
  const sections = facts.map((count) => {
    const bits = factBits(count);
    const needed = (bits.values + bits.keys) / 8;
    const control = (arm: string, size: number | null): string => {
      const row = pointOf(rows, arm, "wrongDocumentExactMatch", { bytes: size, facts: count });
      return row === undefined ? "" : ` (${shown(row)})`;
    };
    const cell = (arm: string, size: number | null): string =>
      shown(pointOf(rows, arm, "exactMatch", { bytes: size, facts: count })) + control(arm, size);
    return [
      `## ${count} fact${count === 1 ? "" : "s"}${count > 16 ? ", more than were trained" : ""}\n`,
      `Needed: ${(bits.values / 8).toFixed(1)} B for the values, ${needed.toFixed(1)} B with their keys.\n`,
      markdownTable(
        ["bytes of values", ...encoders],
        bytes.map((size) => [String(size), ...encoders.map((arm) => cell(arm, size))]),
      ),
      "",
      markdownTable(
        ["arm", "exact match", "bytes on the wire a hop"],
        others.map((arm) => [
          arm,
          cell(arm, null),
          shown(pointOf(rows, arm, "wireBytesPerHop", { bytes: null, facts: count }), 0),
        ]),
      ),
      "",
    ].join("\n");
  });
  return [
    "Measured, domain agent; exact match with its 95 % interval by document, in brackets the same with another document's latent",
    `(chance 0.03). Training seeds of the encoders: ${encoders.map((arm) => `${arm} ${trainingsRun[arm].join(", ")}`).join("; ")}. Every row is in \`results.jsonl\`.\n`,
    ...sections,
  ].join("\n");
}

if (
  import.meta.url === pathToFileURL(argv[1] ?? "").href ||
  argv[1]?.endsWith("rate-distortion/experiment.ts")
) {
  const rows = await run(protocol, await openMeasuredModel(), (text) => process.stderr.write(text));
  const write = (name: string, text: string): Promise<void> =>
    writeFile(new URL(name, import.meta.url), text);
  await write("results.md", report(protocol, rows));
  await write("results.jsonl", `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
  await write("rate-distortion.svg", drawFigure(protocol, rows));
}
