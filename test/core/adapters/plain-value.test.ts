import { expect, test } from "vitest";
import { queryRuns } from "#core/node";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

const selected = async (sql: string): Promise<unknown> => {
  const folder = temporaryFolder();
  try {
    const { rows } = await queryRuns(folder.path, `SELECT ${sql} AS v`);
    return rows[0].v;
  } finally {
    folder.remove();
  }
};

// What each means is DuckDB's documentation of its types; 9007199254740991 is the largest safe integer.
test.each<[string, unknown]>([
  ["9007199254740991", 9007199254740991],
  ["9007199254740993", "9007199254740993"],
  ["-170141183460469231731687303715884105727::HUGEINT", "-170141183460469231731687303715884105727"],
  ["[1::BIGINT, 9007199254740993, NULL]", [1, "9007199254740993", null]],
  ["{a: [{b: 2::BIGINT}], c: 9007199254740993}", { a: [{ b: 2 }], c: "9007199254740993" }],
  ["MAP {'a': 1::BIGINT}", [{ key: "a", value: 1 }]],
  ["1.50::DECIMAL(9,2)", 1.5],
  ["-0.001::DECIMAL(9,3)", -0.001],
  ["[0.1::DECIMAL(3,1)]", [0.1]],
  ["12345678901234567890.12::DECIMAL(38,2)", "12345678901234567890.12"],
  ["DATE '2026-02-28'", "2026-02-28"],
  ["[DATE '2026-02-28']", ["2026-02-28"]],
  ["TIMESTAMP '2026-02-28 01:02:03'", "2026-02-28T01:02:03.000Z"],
  ["TIMESTAMP '2026-02-28 01:02:03.000456'", "2026-02-28T01:02:03.000456Z"],
  ["{t: TIMESTAMP '2026-02-28 01:02:03.5'}", { t: "2026-02-28T01:02:03.500Z" }],
  ["'infinity'::TIMESTAMP", "infinity"],
  ["TIME '01:02:03'", "01:02:03"],
  ["'nan'::DOUBLE", "NaN"],
  ["0.1::DOUBLE", 0.1],
  ["'x'", "x"],
  ["true", true],
  ["NULL", null],
])("SELECT %s is what JSON can hold of it", async (sql, value) => {
  expect(await selected(sql)).toEqual(value);
});

test("lists of whole numbers print, and are one JSON document with --json", async () => {
  const folder = temporaryFolder();
  try {
    const words = ["query", "SELECT [1::BIGINT, 2] AS v", "--out", folder.path];
    const plain = await runBaton(words);
    expect([plain.code, plain.out]).toEqual([0, expect.stringContaining("[1,2]")]);
    const json = await runBaton([...words, "--json"]);
    expect(JSON.parse(json.out)).toEqual({ columns: ["v"], rows: [{ v: [1, 2] }] });
  } finally {
    folder.remove();
  }
});
