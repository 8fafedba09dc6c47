import { markdownTable } from "./markdown.ts";
import type { ArmsResult } from "./run-arms.ts";

/** Returns the results as Markdown: a table of values, and one of differences from each reference. */
export function armsReport(
  {
    arms,
    seeds,
    references,
    reported,
  }: {
    readonly arms: readonly string[];
    readonly seeds: readonly number[];
    readonly references: readonly string[];
    readonly reported: readonly string[];
  },
  { kpis, comparisons }: ArmsResult,
): string {
  const value = (arm: string, metric: string): string => {
    const row = kpis.find((one) => one.arm === arm && one.metric === metric);
    if (row === undefined) return "";
    if (row.value === null) return "null";
    return row.ci95[0] === null
      ? figure(row.value)
      : `${figure(row.value)} [${figure(row.ci95[0])}, ${figure(row.ci95[1])}]`;
  };
  const difference = (reference: string, arm: string, metric: string): string => {
    const row = comparisons.find(
      (one) => one.arm === arm && one.metric === metric && one.reference === reference,
    );
    if (row === undefined || row.difference === null) return "";
    const p = row.pHolm === null ? "" : ` p ${row.pHolm < 0.001 ? "< 0.001" : row.pHolm.toFixed(3)}`;
    return `${row.difference > 0 ? "+" : ""}${figure(row.difference)}${p}`;
  };
  const tested = reported.filter(
    (metric) => metric !== "gapClosed" && metric !== "xnPayloadBytesPerHandover",
  );
  const [worlds, unit] =
    seeds.length === 0
      ? ["recorded links", "group of traces"]
      : [`seeds ${seeds[0]} to ${seeds[seeds.length - 1]}`, "world"];
  return [
    `Simulated, domain ran, ${worlds}; 95 % bootstrap intervals by ${unit}.\n`,
    markdownTable(
      ["arm", ...reported],
      arms.map((arm) => [arm, ...reported.map((metric) => value(arm, metric))]),
    ),
    ...references.flatMap((reference) => [
      `\nDifference from \`${reference}\`, with the sign-flip p-value by ${unit} after Holm's correction over the arms:\n`,
      markdownTable(
        ["arm", ...tested],
        arms
          .filter((arm) => arm !== reference)
          .map((arm) => [arm, ...tested.map((metric) => difference(reference, arm, metric))]),
      ),
    ]),
    "",
  ].join("\n");
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
