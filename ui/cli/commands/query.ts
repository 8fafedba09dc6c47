import type { Command } from "commander";
import type { LeftOut } from "#core/node";
import { type Context, runsFolder } from "../context.ts";
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
      const { columns, rows, leftOut, renamed } = await queryRuns(runsFolder(context, options.out), sql);
      noteLeftOut(context, leftOut);
      for (const [old, now] of renamed) context.note(`${old} is called ${now} now; read as that\n`);
      if (options.json === true) {
        context.out(JSON.stringify({ columns, rows, ...(leftOut.length > 0 && { leftOut }) }));
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

/** Names what no row is of: a sum over the others is not that of all runs. */
function noteLeftOut(context: Context, leftOut: readonly LeftOut[]): void {
  if (leftOut.length === 0) return;
  for (const { run, part, reason } of leftOut) {
    context.note(`run ${run}, ${part}: ${reason}; left out\n`);
  }
  const runs = new Set(leftOut.map(({ run }) => run)).size;
  context.note(
    `${leftOut.length} ${leftOut.length === 1 ? "file" : "files"} of ${runs} ${runs === 1 ? "run" : "runs"} left out: ` +
      "run those again, and delete their folders (docs/errors.md#damaged-run)\n",
  );
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "-";
  if (typeof value === "number") return number(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
