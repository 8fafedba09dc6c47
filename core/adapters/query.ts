import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { DuckDBInstance, StatementType } from "@duckdb/node-api";
import { BadInputError } from "../bad-input.ts";
import { quote } from "./parquet.ts";
import { listRuns } from "./run-store.ts";

/** The views over complete runs; each row says in `run` which one it is of. */
const views = ["kpis", "timings", "units", "events", "handovers"] as const;

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Returns the rows of one SQL SELECT over the views `runs`, `kpis`, `timings`, `units`, `events` and `handovers` of
 * the complete runs in `root`. Nothing but these runs can be read, and nothing can be written.
 *
 * Throws a BadInputError for anything but one SELECT, for SQL that DuckDB refuses, and for a view without any run.
 */
export async function queryRuns(root: string, sql: string): Promise<QueryResult> {
  const folder = resolve(root);
  const runs = (await listRuns(folder)).filter(({ complete }) => complete);
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  try {
    const connection = await instance.connect();
    const definitions = [runsView(runs), ...views.map((view) => parquetView(folder, view, runs))];
    for (const definition of definitions) await connection.run(definition);
    await connection.run(`SET allowed_directories = [${quote(`${folder}/`)}]`);
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw refuse(sql, `${statements.count} statements`);
    const statement = await statements.prepare(0);
    if (statement.statementType !== StatementType.SELECT) {
      throw refuse(sql, `a ${StatementType[statement.statementType]} statement`);
    }
    const reader = await statement.runAndReadAll();
    const columns = reader.columnNames();
    const twice = columns.find((name, i) => columns.indexOf(name) !== i);
    if (twice !== undefined) throw refuse(sql, `two columns named "${twice}"; name them apart with AS`);
    return { columns, rows: reader.getRowObjectsJS().map((row) => plain(row)) };
  } catch (error) {
    if (error instanceof BadInputError) throw error;
    const reason = String((error as Error).message).split("\n")[0];
    throw refuse(sql, runs.length === 0 ? `no complete run in the store (${reason})` : reason);
  } finally {
    instance.closeSync();
  }
}

function refuse(sql: string, got: string): BadInputError {
  return new BadInputError("bad-query", {
    subject: `query "${sql}"`,
    expected: `one SELECT over the views runs, ${views.join(", ")}`,
    got,
  });
}

type Runs = Awaited<ReturnType<typeof listRuns>>;

function runsView(runs: Runs): string {
  const rows = runs.map(
    ({ id, command, startedAt, finishedAt, wallTimeS, gitRevision, experiments }) =>
      `(${[
        quote(id),
        quote(command.join(" ")),
        `TIMESTAMP ${quote(startedAt.replace("Z", ""))}`,
        finishedAt === null ? "NULL" : `TIMESTAMP ${quote(finishedAt.replace("Z", ""))}`,
        `${wallTimeS}::DOUBLE`,
        gitRevision === null ? "NULL" : quote(gitRevision),
        quote(experiments.map(({ name }) => name).join(", ")),
      ].join(", ")})`,
  );
  const empty = "(NULL::VARCHAR, NULL, NULL::TIMESTAMP, NULL::TIMESTAMP, NULL::DOUBLE, NULL, NULL)";
  const columns = "id, command, started_at, finished_at, wall_time_s, git_revision, experiments";
  return `CREATE VIEW runs AS SELECT * FROM (VALUES ${rows.length > 0 ? rows.join(", ") : empty}) AS t(${columns}) WHERE id IS NOT NULL`;
}

/** Returns the view over one table of all runs that have it; a view without files is empty. */
function parquetView(root: string, view: string, runs: Runs): string {
  const files = runs.map(({ id }) => join(root, id, `${view}.parquet`)).filter(existsSync);
  if (files.length === 0) return `CREATE VIEW ${view} AS SELECT NULL::VARCHAR AS run WHERE false`;
  const list = files.map(quote).join(", ");
  return `CREATE VIEW ${view} AS
    SELECT parse_path(filename)[-2] AS run, * EXCLUDE (filename)
    FROM read_parquet([${list}], union_by_name = true, filename = true)`;
}

/** Returns the row with what JSON cannot hold made plain: big integers as numbers, times as text. */
function plain(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value === "bigint") {
        const number = Number(value);
        return [name, Number.isSafeInteger(number) ? number : String(value)];
      }
      return [name, value instanceof Date ? value.toISOString() : value];
    }),
  );
}
