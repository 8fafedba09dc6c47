import { rm } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import type { TableRow } from "../experiment/experiment.ts";
import { replaceWhole, writeWhole } from "./write-whole.ts";

/**
 * Writes rows as one Parquet file, whole or not at all. A column is DOUBLE, BOOLEAN or VARCHAR after its first value that is not null; one of
 * nulls only is BOOLEAN, which the same column of another run widens: a view over both has that run's type.
 * Throws RangeError when a column changes its type: the reader could not trust it; and WriteError.
 */
export async function writeParquet(path: string, rows: readonly TableRow[]): Promise<void> {
  const types = columnTypes(rows);
  const lines = `${path}.ndjson`;
  const columns = [...types].map(([name, type]) => `${quote(name)}: ${quote(type)}`).join(", ");
  try {
    await writeWhole(lines, inBatches(rows));
    await replaceWhole(path, (temporary) =>
      runAlone(
        `COPY (SELECT * FROM read_json(${quote(lines)}, format = 'newline_delimited', columns = {${columns}}))
         TO ${quote(temporary)} (FORMAT parquet, COMPRESSION zstd)`,
      ),
    );
  } finally {
    await rm(lines, { force: true });
  }
}

/** Yields the rows as lines, many at once: all of them may be longer than a text can be. */
function* inBatches(rows: readonly TableRow[]): Generator<string> {
  for (let from = 0; from < rows.length; from += 10_000) {
    yield rows
      .slice(from, from + 10_000)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join("");
  }
}

/** Runs one statement in a database of its own. */
async function runAlone(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  try {
    const connection = await instance.connect();
    await connection.run(sql);
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

type ColumnType = "DOUBLE" | "BOOLEAN" | "VARCHAR";

function columnTypes(rows: readonly TableRow[]): ReadonlyMap<string, ColumnType> {
  const types = new Map<string, ColumnType | null>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      const type = value === null ? null : typeOf(value);
      const known = types.get(name) ?? null;
      if (known !== null && type !== null && known !== type) {
        throw new RangeError(`column "${name}": expected ${known}, got ${type} (${JSON.stringify(value)})`);
      }
      types.set(name, known ?? type);
    }
  }
  return new Map([...types].map(([name, type]) => [name, type ?? "BOOLEAN"]));
}

function typeOf(value: string | number | boolean): ColumnType {
  switch (typeof value) {
    case "number":
      return "DOUBLE";
    case "boolean":
      return "BOOLEAN";
    default:
      return "VARCHAR";
  }
}

/** Returns a text as an SQL string literal. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
