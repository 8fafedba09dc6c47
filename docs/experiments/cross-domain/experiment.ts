// How much of the gap does a latent close, by its bytes, on both sides? The one page where the two domains share an axis; see README.md.
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { agentArmName } from "#agent-sim";
import { type KpiRow, kpiRowSchema, requireCrossDomain, requireDomain } from "#core";
import { ranArmName } from "#ran-sim";
import { type Curve, drawGapClosed } from "../../../ui/figure/gap-closed.ts";
import { markdownTable, shown } from "../markdown.ts";

interface Selection {
  readonly name: string;
  readonly domain: Curve["domain"];
  /** Results of another experiment, beside this one. */
  readonly file: string;
  /** Returns the bytes of values of a row that belongs to the curve, or null. */
  readonly bytesOf: (row: KpiRow) => number | null;
}

const agentCurve = (arm: string, facts: number): Selection => ({
  name: `${arm}, ${facts} facts`,
  domain: "agent",
  file: "../rate-distortion/results.jsonl",
  bytesOf: (row) =>
    agentArmName(row.arm) === arm
      ? numberIn(row.scenario, new RegExp(`/bytes=(\\d+)/facts=${facts}$`))
      : null,
});
const ranCurve = (arm: string): Selection => ({
  name: `${arm}, 3 km/h`,
  domain: "ran",
  file: "../bytes/results.jsonl",
  bytesOf: (row) =>
    /speed=3kmh/.test(row.scenario) || !/speed=/.test(row.scenario)
      ? numberIn(row.arm.replace(/^\S+/, ranArmName), new RegExp(`^${arm} bytes=(\\d+) int8$`))
      : null,
});

/** What is put side by side; fixed before the RAN rows of `bytes` were there. */
export const protocol: readonly Selection[] = [
  ranCurve("latent"),
  ranCurve("pca"),
  ranCurve("raw"),
  ranCurve("another"),
  agentCurve("latent", 4),
  agentCurve("latent", 16),
  agentCurve("slots", 4),
  agentCurve("slots", 16),
  agentCurve("published", 4),
];

/**
 * Returns the curves whose results are there, and the names of those that are not. Throws ProvenanceError for a row of another
 * domain than its curve's, or of anything but `gapClosed`.
 */
export function collect(read: (file: string) => readonly KpiRow[] | null): {
  readonly curves: readonly Curve[];
  readonly missing: readonly string[];
} {
  const missing: string[] = [];
  const curves = protocol.flatMap(({ name, domain, file, bytesOf }): Curve[] => {
    const rows = (read(file) ?? []).filter(({ metric }) => metric === "gapClosed");
    const points = rows.flatMap((row) => {
      const bytes = bytesOf(row);
      return bytes === null ? [] : [{ bytes, row }];
    });
    if (points.length === 0) {
      missing.push(`${domain}: ${name}`);
      return [];
    }
    const own = points.map(({ row }) => row);
    requireDomain(domain, requireCrossDomain(own), ({ arm, scenario }) => `${arm} in ${scenario}`);
    return [{ name, domain, points: [...points].sort((a, b) => a.bytes - b.bytes) }];
  });
  return { curves, missing };
}

/** Returns the rows of a results file beside this one, or null where there is none. */
export function readResults(file: string): readonly KpiRow[] | null {
  const path = fileURLToPath(new URL(file, import.meta.url));
  if (!existsSync(path)) return null;
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { condition: _condition, ...row } = JSON.parse(line) as KpiRow & { condition?: string };
      return kpiRowSchema.parse(row) as KpiRow;
    });
}

/** Returns the curves as Markdown, each row with its own provenance. */
export function report(curves: readonly Curve[]): string {
  return [
    "`gapClosed`, dimensionless: on the RAN side (arm - cold) / (whole - cold) of post-handover accuracy at 50 to 250 ms, `simulated`; on the",
    "agent side (arm - cold) / (kv - cold) of exact match, `measured`. 95 % intervals by world or document; n counts them.\n",
    markdownTable(
      ["domain", "kind", "curve", "bytes of values", "gap closed", "n"],
      curves.flatMap(({ name, domain, points }) =>
        points.map(({ bytes, row }) => [
          domain,
          row.kind,
          name,
          String(bytes),
          row.value === null ? "null" : shown(row),
          String(row.n),
        ]),
      ),
    ),
    "",
  ].join("\n");
}

function numberIn(text: string, pattern: RegExp): number | null {
  const found = pattern.exec(text);
  return found === null ? null : Number(found[1]);
}

if (
  import.meta.url === pathToFileURL(argv[1] ?? "").href ||
  argv[1]?.endsWith("cross-domain/experiment.ts")
) {
  const { curves, missing } = collect(readResults);
  for (const name of missing) process.stderr.write(`no results yet: ${name}\n`);
  const write = (name: string, text: string): Promise<void> =>
    writeFile(new URL(name, import.meta.url), text);
  await write("results.md", report(curves));
  await write(
    "results.jsonl",
    `${curves.flatMap(({ points }) => points.map(({ row }) => JSON.stringify(row))).join("\n")}\n`,
  );
  await write("gap-closed.svg", drawGapClosed(curves));
}
