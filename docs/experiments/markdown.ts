// Rows and tables as Markdown, for the reports of experiments.
import type { KpiRow } from "#core";

/** Returns a value and its interval for people; empty where there is none. */
export function shown(row: KpiRow | undefined, digits = 2): string {
  if (row === undefined || row.value === null) return "";
  const [lo, hi] = row.ci95;
  const text = (value: number): string => value.toFixed(digits);
  return lo === null || hi === null ? text(row.value) : `${text(row.value)} [${text(lo)}, ${text(hi)}]`;
}

/** Returns a Markdown table. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
