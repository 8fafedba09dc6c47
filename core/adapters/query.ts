import { resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance, StatementType } from "@duckdb/node-api";
import { BadInputError } from "../bad-input.ts";
import { presentMetricSql, withPresentNames } from "./earlier-names.ts";
import { quote } from "./parquet.ts";
import { toPlainValue } from "./plain-value.ts";
import type { RunManifest } from "./run-manifest.ts";
import { type LeftOut, readStore } from "./run-store.ts";
import { findTables, type TableFile } from "./run-tables.ts";

/** The views over complete runs; each row says in `run` which one it is of. */
const views = ["kpis", "timings", "units", "events", "handovers"] as const;

/** Views whose rows are of one metric; earlier versions may have called it otherwise. */
const byMetric: ReadonlySet<string> = new Set(["kpis", "timings", "units"]);

export interface QueryResult {
  readonly columns: readonly string[];
  /** Values as JSON holds them: see `toPlainValue`. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Runs whose manifest, and tables of the views in question that, are not what was written: no row is of them. */
  readonly leftOut: readonly LeftOut[];
  /** Names of metrics that the SQL had from earlier versions, with those of today that took their place. */
  readonly renamed: readonly (readonly [old: string, now: string])[];
}

/**
 * Returns the rows of one SQL SELECT over the views `runs`, `kpis`, `timings`, `units`, `events` and `handovers` of
 * the complete runs in `root`, or of `run` alone. Nothing but these runs can be read, and nothing can be written.
 *
 * Tables that the SQL names are held to the checksums in their manifests; what is damaged is left out, and said. Of one run, it is
 * refused ("damaged-run").
 *
 * Throws a BadInputError for anything but one SELECT, for SQL that DuckDB refuses, and for a view without any run.
 */
export async function queryRuns(
  root: string,
  asked: string,
  { run }: { readonly run?: string } = {},
): Promise<QueryResult> {
  const { sql, renamed } = withPresentNames(asked);
  const folder = resolve(root);
  const store = await readStore(folder);
  const mine = (id: string): boolean => run === undefined || id === run;
  const runs = store.runs.filter(({ id, complete }) => complete && mine(id));
  const leftOut: LeftOut[] = store.leftOut.filter((part) => mine(part.run));
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  try {
    const connection = await instance.connect();
    await connection.run(runsView(runs));
    const tables = new Map<string, readonly TableFile[]>();
    for (const view of views) {
      const named = new RegExp(`\\b${view}\\b`, "i").test(sql);
      const found = await findTables(folder, view, runs, named);
      const { readable, broken } = await createView(connection, view, found.files);
      if (named) leftOut.push(...found.leftOut, ...broken);
      if (named) tables.set(view, readable);
    }
    if (run !== undefined && leftOut.length > 0) throw damaged(leftOut[0], runs);
    await connection.run(`SET allowed_directories = [${quote(`${folder}/`)}]`);
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    try {
      return { ...(await select(connection, sql)), leftOut, renamed };
    } catch (error) {
      if (error instanceof BadInputError) throw error;
      const broken = await leaveOutBroken(connection, tables);
      if (broken.length === 0) throw error;
      if (run !== undefined) throw damaged(broken[0], runs);
      return { ...(await select(connection, sql)), leftOut: [...leftOut, ...broken], renamed };
    }
  } catch (error) {
    if (error instanceof BadInputError) throw error;
    const reason = String((error as Error).message).split("\n")[0];
    const without = leftOut.map(({ run, part }) => `${run}, ${part}`).join("; ");
    const aside = leftOut.length === 0 ? "" : ` (left out as damaged: ${without})`;
    throw refuse(sql, (runs.length === 0 ? emptyStore(reason) : reason) + aside);
  } finally {
    instance.closeSync();
  }
}

async function select(
  connection: DuckDBConnection,
  sql: string,
): Promise<Pick<QueryResult, "columns" | "rows">> {
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
  return { columns, rows: reader.convertRowObjects(toPlainValue) };
}

function refuse(sql: string, got: string): BadInputError {
  return new BadInputError("bad-query", {
    subject: `query "${sql}"`,
    expected: `one SELECT over the views runs, ${views.join(", ")}`,
    got,
  });
}

/** The error of a query of one run, of which a table is not what it wrote. */
function damaged({ run, part, reason }: LeftOut, runs: readonly RunManifest[]): BadInputError {
  const command = runs.find(({ id }) => id === run)?.command ?? [];
  return new BadInputError("damaged-run", {
    subject: `run ${run}, ${part}`,
    expected: "the table that the run wrote",
    got: reason,
    remedy: `run it again: npm run -s baton -- ${command.join(" ")}`,
  });
}

function runsView(runs: readonly RunManifest[]): string {
  const rows = runs.map(
    ({ id, command, startedAt, finishedAt, wallTimeS, gitRevision, experiments }) =>
      `(${[
        quote(id),
        quote(command.join(" ")),
        timestamp(startedAt),
        finishedAt === null ? "NULL" : timestamp(finishedAt),
        `${wallTimeS}::DOUBLE`,
        gitRevision === null ? "NULL" : quote(gitRevision),
        quote(experiments.map(({ name }) => name).join(", ")),
      ].join(", ")})`,
  );
  const empty = "(NULL::VARCHAR, NULL, NULL::TIMESTAMP, NULL::TIMESTAMP, NULL::DOUBLE, NULL, NULL)";
  const columns = "id, command, started_at, finished_at, wall_time_s, git_revision, experiments";
  return `CREATE VIEW runs AS SELECT * FROM (VALUES ${rows.length > 0 ? rows.join(", ") : empty}) AS t(${columns}) WHERE id IS NOT NULL`;
}

/** NULL for a text that is no time: one manifest must not stop the others. */
function timestamp(text: string): string {
  return `TRY_CAST(${quote(text.replace("Z", ""))} AS TIMESTAMP)`;
}

type Readable = { readonly readable: readonly TableFile[]; readonly broken: readonly LeftOut[] };

/** Makes the view over one table of all runs that have it; a view without files is empty. */
async function createView(
  connection: DuckDBConnection,
  view: string,
  files: readonly TableFile[],
): Promise<Readable> {
  const create = (of: readonly TableFile[]) => connection.run(viewOf(view, of));
  try {
    await create(files);
    return { readable: files, broken: [] };
  } catch {
    const sorted = await sortOut(connection, files, "count(*)");
    await create(sorted.readable);
    return sorted;
  }
}

/** Reads tables without a checksum to their ends after a query has failed, and makes the views anew without those that fail. */
async function leaveOutBroken(
  connection: DuckDBConnection,
  tables: ReadonlyMap<string, readonly TableFile[]>,
): Promise<readonly LeftOut[]> {
  const all: LeftOut[] = [];
  for (const [view, files] of tables) {
    const unchecked = files.filter(({ checked }) => !checked);
    const { broken } = await sortOut(connection, unchecked, "max(hash(t))");
    if (broken.length === 0) continue;
    all.push(...broken);
    const isBroken = ({ run }: TableFile): boolean => broken.some((part) => part.run === run);
    await connection.run(
      viewOf(
        view,
        files.filter((file) => !isBroken(file)),
      ),
    );
  }
  return all;
}

/** Tells the files of which `aggregate` can be had from the others. */
async function sortOut(
  connection: DuckDBConnection,
  files: readonly TableFile[],
  aggregate: string,
): Promise<Readable> {
  const readable: TableFile[] = [];
  const broken: LeftOut[] = [];
  for (const file of files) {
    try {
      await connection.run(`SELECT ${aggregate} FROM read_parquet(${quote(file.path)}) AS t`);
      readable.push(file);
    } catch (error) {
      const [reason] = String((error as Error).message).split("\n");
      broken.push({ run: file.run, part: file.part, reason: `it cannot be read (${reason})` });
    }
  }
  return { readable, broken };
}

function viewOf(view: string, files: readonly TableFile[]): string {
  if (files.length === 0) return `CREATE OR REPLACE VIEW ${view} AS SELECT NULL::VARCHAR AS run WHERE false`;
  const list = files.map(({ path }) => quote(path)).join(", ");
  return `CREATE OR REPLACE VIEW ${view} AS
    SELECT parse_path(filename)[-2] AS run, * EXCLUDE (filename)${byMetric.has(view) ? ` REPLACE (${presentMetricSql()})` : ""}
    FROM read_parquet([${list}], union_by_name = true, filename = true)`;
}

/** Without a run no view has columns: that one is not found says nothing about the statement. */
function emptyStore(reason: string): string {
  const fault = /^(Binder|Catalog) Error/.test(reason) ? "" : ` (${reason})`;
  return `no complete run in the store yet${fault}: baton ran run walk makes one`;
}
