import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { writeParquet } from "../../../core/adapters/parquet.ts";
import { temporaryFolder } from "../../support/run-baton.ts";

test("a column that holds nulls only takes the type that another run gives it", async () => {
  const folder = temporaryFolder();
  try {
    const [quiet, busy] = ["quiet", "busy"].map((name) => join(folder.path, `${name}.parquet`));
    await writeParquet(quiet, [{ attempt: null, cause: null, pingPong: null }]);
    await writeParquet(busy, [{ attempt: 3, cause: "late", pingPong: true }]);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const rows = await connection.runAndReadAll(
      `SELECT * FROM read_parquet(['${quiet}', '${busy}'], union_by_name = true) WHERE attempt = 3`,
    );
    expect(rows.getRowObjectsJS()).toEqual([{ attempt: 3, cause: "late", pingPong: true }]);
    connection.closeSync();
    instance.closeSync();
  } finally {
    folder.remove();
  }
});
