import type { Command } from "commander";
import type { Context } from "../context.ts";
import { runsFolder } from "../execute.ts";
import { number, table } from "../print.ts";

/** `baton query "<sql>"`: the stored runs as tables. */
export function addQueryCommand(program: Command, context: Context): void {
  program
    .command("query")
    .description("one SELECT over the stored runs: views runs, kpis, timings, units, events, handovers")
    .argument("<sql>", "a SELECT statement (DuckDB's SQL)")
    .option("--out <folder>", "where runs are stored (default runs/)")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `\nExample:\n  npm run -s baton -- query "SELECT arm, value, ci95_lo, ci95_hi FROM kpis WHERE metric = 'pingPongRate'"\n`,
    )
    .action(async (sql: string, options: { out?: string; json?: boolean }) => {
      const { queryRuns } = await import("#core/node");
      const { columns, rows } = await queryRuns(runsFolder(context, options.out), sql);
      if (options.json === true) {
        context.out(JSON.stringify({ columns, rows }));
        return;
      }
      context.out(
        table(
          columns,
          rows.map((row) => columns.map((column) => cell(row[column]))),
        ),
      );
      context.note(`${rows.length} ${rows.length === 1 ? "row" : "rows"}\n`);
    });
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "-";
  if (typeof value === "number") return number(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
