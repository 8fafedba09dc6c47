import type { KpiRow } from "#core";
import { boundWords } from "../bound-words.ts";

/** Returns rows as aligned columns; numbers and intervals to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]))
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Returns KPI rows for people: one block a scenario and metric, one line an arm, each with where it comes from. */
export function kpiBlocks(rows: readonly KpiRow[]): string {
  const blocks: string[] = [];
  let scenario = "";
  let metric = "";
  const armWidth = Math.max(0, ...rows.map((row) => row.arm.length));
  for (const row of rows) {
    const title = `${row.domain} · ${row.experiment} · ${row.scenario}`;
    if (title !== scenario) {
      blocks.push(`${blocks.length === 0 ? "" : "\n"}${title}`);
      scenario = title;
      metric = "";
    }
    if (row.metric !== metric) {
      blocks.push(`  ${row.metric}${row.unit === "1" ? "" : ` (${row.unit})`}`);
      metric = row.metric;
    }
    const seeds = row.seeds > 0 ? `, ${row.seeds} ${row.seeds === 1 ? "seed" : "seeds"}` : "";
    const origin = row.kind === "cited" ? `${row.kind}: ${row.source}` : row.kind;
    const alike = boundWords(row, number);
    const known = alike === null ? "" : `; ${alike.seen}: ${alike.bound}`;
    const range = alike?.tooFew === true ? `too few ${alike.groups}` : interval(row.ci95);
    blocks.push(
      `    ${row.arm.padEnd(armWidth)}  ${number(row.value).padStart(10)}  ${range.padEnd(22)}  n=${number(row.n)}${seeds}  ${origin}${known}${row.memory === undefined || row.memory === "learned" ? "" : `; ${row.memory} memory`}${row.mark === undefined ? "" : `  ${row.mark.toUpperCase()}`}`,
    );
  }
  if (rows.some(({ mark }) => mark === "overloaded")) {
    blocks.push(
      "\nOVERLOADED: in one seed at least (overloadedShare) tasks came faster than they were done, and the queue grew. Times are those of a run of this",
      "length: a longer one has longer ones. drainTasksPerS is what the fleet got done.",
    );
  }
  return blocks.join("\n");
}

/** Returns rows ordered for people: by scenario, then metric, then arm, each in order of first occurrence. */
export function byMetric(rows: readonly KpiRow[]): readonly KpiRow[] {
  const rank = (key: (row: KpiRow) => string): Map<string, number> => {
    const ranks = new Map<string, number>();
    for (const row of rows) if (!ranks.has(key(row))) ranks.set(key(row), ranks.size);
    return ranks;
  };
  const keys = [
    (row: KpiRow) => `${row.experiment} ${row.scenario}`,
    (row: KpiRow) => row.metric,
    (row: KpiRow) => row.arm,
  ];
  const ranks = keys.map(rank);
  return [...rows].sort((a, b) => {
    for (const [i, key] of keys.entries()) {
      const difference = (ranks[i].get(key(a)) ?? 0) - (ranks[i].get(key(b)) ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

/** Returns a number with four significant digits, `-` for null. */
export function number(value: number | null): string {
  if (value === null) return "-";
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  const size = Math.abs(value);
  return size >= 1e7 || size < 1e-4 ? value.toExponential(3) : String(Number(value.toPrecision(4)));
}

function interval([low, high]: KpiRow["ci95"]): string {
  return low === null ? "no interval" : `[${number(low)}, ${number(high)}]`;
}
