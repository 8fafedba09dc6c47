import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KpiRow } from "#core";
import { createRun, listRuns, type OpenRun, openRun, queryRuns, readStore, resumeRun } from "#core/node";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "baton-runs-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const start = (): Promise<OpenRun> =>
  createRun(root, {
    command: ["ran", "run", "hex-uma"],
    startedAt: "2026-01-02T03:04:05.000Z",
    experiments: [{ name: "e", domain: "ran", arms: ["cold"], seeds: [1, 2], shards: 2, config: {} }],
    inputs: [],
    versions: { node: "v20" },
    gitRevision: null,
    machine: { platform: "linux", cpu: "x", cores: 2, memoryGib: 24 },
  });

const shard = (seed: number) => ({ key: `s/seed=${seed}`, scenario: "s", seed });
const row = (value: number | null): KpiRow => ({
  experiment: "e",
  domain: "ran",
  kind: "simulated",
  scenario: "s",
  arm: "cold",
  metric: "handovers",
  unit: "1",
  value,
  ci95: value === null ? [null, null] : [value - 1, value + 1],
  n: 2,
  seeds: 2,
});
const noTables = { kpis: [], timings: [], units: [], events: [], handovers: [] };

test("a run that was stopped gives back the shards that were finished, and only those", async () => {
  const run = await start();
  await run.saveShard(0, shard(1), { units: [], tables: { events: [{ t_s: 1 }] } }, 0.5);
  writeFileSync(join(run.folder, "shards", "0-0a.json.1234.tmp"), "{half");
  const again = await openRun(root, run.manifest.id);
  expect(again.manifest.complete).toBe(false);
  expect([...(await again.finishedShards(0)).results.keys()]).toEqual(["s/seed=1"]);
  expect(await again.finishedShards(1)).toEqual({ results: new Map(), damaged: [] });
  expect(again.manifest.wallTimeS).toBe(0.5);
});

test("queries see the KPI rows of complete runs only, with the interval as two columns", async () => {
  await start();
  const run = await start();
  await run.complete(
    { ...noTables, kpis: [row(12), { ...row(null), arm: "full" }] },
    "2026-01-02T03:05:00.000Z",
  );
  expect((await queryRuns(root, "SELECT count(*) AS runs FROM runs")).rows).toEqual([{ runs: 1 }]);
  const { columns, rows } = await queryRuns(
    root,
    "SELECT run, arm, value, ci95_lo, ci95_hi FROM kpis ORDER BY arm",
  );
  expect(columns).toEqual(["run", "arm", "value", "ci95_lo", "ci95_hi"]);
  expect(rows).toEqual([
    { run: run.manifest.id, arm: "cold", value: 12, ci95_lo: 11, ci95_hi: 13 },
    { run: run.manifest.id, arm: "full", value: null, ci95_lo: null, ci95_hi: null },
  ]);
  expect((await queryRuns(root, "SELECT * FROM handovers")).rows).toEqual([]);
});

test("a mark is a column of every run: none where there is nothing to know", async () => {
  const run = await start();
  const marked: KpiRow = { ...row(3), arm: "full", mark: "overloaded" };
  await run.complete({ ...noTables, kpis: [row(12), marked] }, "2026-01-02T03:05:00.000Z");
  const { rows } = await queryRuns(root, "SELECT arm, mark FROM kpis ORDER BY arm");
  expect(rows).toEqual([
    { arm: "cold", mark: "none" },
    { arm: "full", mark: "overloaded" },
  ]);
});

test("a metric of an earlier version is read, and asked for, under either name", async () => {
  const run = await start();
  await run.complete(
    { ...noTables, kpis: [{ ...row(838), metric: "xnBytesPerHandover" }], timings: [row(1)] },
    "2026-01-02T03:05:00.000Z",
  );
  const ask = async (name: string) => {
    const { rows, renamed } = await queryRuns(
      root,
      `SELECT metric, value FROM kpis WHERE metric = '${name}'`,
    );
    return [rows, renamed.map(([old]) => old)];
  };
  const now = [{ metric: "xnPayloadBytesPerHandover", value: 838 }];
  expect(await ask("xnPayloadBytesPerHandover")).toEqual([now, []]);
  expect(await ask("xnBytesPerHandover")).toEqual([now, ["xnBytesPerHandover"]]);
  expect((await queryRuns(root, "SELECT metric FROM timings")).rows).toEqual([{ metric: "handovers" }]);
});

test("runs with different columns are read together", async () => {
  const first = await start();
  await first.complete({ ...noTables, events: [{ t_s: 1, name: "report" }] }, "2026-01-02T03:05:00.000Z");
  const second = await start();
  await second.complete({ ...noTables, events: [{ t_s: 2, failed: true }] }, "2026-01-02T03:05:00.000Z");
  const { rows } = await queryRuns(root, "SELECT t_s, name, failed FROM events ORDER BY t_s");
  expect(rows).toEqual([
    { t_s: 1, name: "report", failed: null },
    { t_s: 2, name: null, failed: true },
  ]);
});

test.each([
  ["CREATE TABLE t (a INT)", "a CREATE statement"],
  ["COPY (SELECT 1) TO 'ROOT/x.csv'", "a COPY statement"],
  ["COPY (SELECT 1) TO 'x.csv'", "Permission"],
  ["SELECT 1; SELECT 2", "2 statements"],
  ["SELEC 1", "syntax error"],
  ["SELECT * FROM read_text('/etc/hostname')", "Permission"],
  ["SELECT nothing FROM kpis", "nothing"],
])("the query %s is refused with its reason", async (sql, reason) => {
  await start();
  await expect(queryRuns(root, sql.replace("ROOT", root))).rejects.toThrow(reason);
});

test.each<[string, (text: string) => string]>([
  ["with a digit changed", (text) => text.replace('"t_s":1', '"t_s":2')],
  ["cut short", (text) => text.slice(0, -9)],
  ["empty", () => ""],
  ["with the key of another", (text) => text.replace("seed=1", "seed=2")],
])("a shard %s is named, and is not among the finished ones", async (_, damage) => {
  const run = await start();
  await run.saveShard(0, shard(1), { units: [], tables: { events: [{ t_s: 1 }] } }, 0.5);
  await run.saveShard(0, shard(2), { units: [], tables: {} }, 0.5);
  const names = readdirSync(join(run.folder, "shards"));
  const name = names.find((name) => read(run, "shards", name).includes("seed=1")) as string;
  writeFileSync(join(run.folder, "shards", name), damage(read(run, "shards", name)));
  const { results, damaged } = await run.finishedShards(0);
  expect([[...results.keys()], damaged]).toEqual([["s/seed=2"], [name]]);
});

test("a shard of yesterday, one line without a checksum, is read", async () => {
  const run = await start();
  await run.saveShard(0, shard(1), { units: [], tables: { events: [{ t_s: 1 }] } }, 0.5);
  const [name] = readdirSync(join(run.folder, "shards"));
  const [, result] = read(run, "shards", name).split("\n");
  writeFileSync(join(run.folder, "shards", name), `{"key":"s/seed=1","result":${result}}`);
  const { results } = await run.finishedShards(0);
  expect(results.get("s/seed=1")).toEqual({ units: [], tables: { events: [{ t_s: 1 }] } });
});

const finish = async (events: readonly { t_s: number }[]): Promise<OpenRun> => {
  const run = await start();
  await run.complete({ ...noTables, kpis: [row(12)], events }, "2026-01-02T03:05:00.000Z");
  await run.release();
  return run;
};
const read = (run: OpenRun, ...names: string[]): string => readFileSync(join(run.folder, ...names), "utf8");
/** Changes a run into one of yesterday: no checksum, no list of tables. */
const forget = (run: OpenRun): void => {
  const { checksum: _, tables: __, ...manifest } = JSON.parse(read(run, "manifest.json"));
  writeFileSync(join(run.folder, "manifest.json"), JSON.stringify(manifest));
};
const flip = (run: OpenRun, name: string, at: number): void => {
  const bytes = readFileSync(join(run.folder, name));
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  writeFileSync(join(run.folder, name), bytes);
};
const many = Array.from({ length: 500 }, (_, i) => ({ t_s: (i * 7919) % 1000 }));

test.each<[string, (run: OpenRun) => void, string, string]>([
  ["missing", (run) => rmSync(join(run.folder, "events.parquet")), "events.parquet", "it is missing"],
  ["with one bit changed", (run) => flip(run, "events.parquet", 40), "events.parquet", "other contents"],
  [
    "cut short",
    (run) => writeFileSync(join(run.folder, "events.parquet"), "PAR1"),
    "events.parquet",
    "4 bytes where its manifest says",
  ],
  [
    "put in by somebody",
    (run) => cpSync(join(run.folder, "kpis.parquet"), join(run.folder, "handovers.parquet")),
    "handovers.parquet",
    "a table that its manifest does not have",
  ],
])(
  "a table %s is left out and named; the others, and the other runs, answer",
  async (_, damage, part, reason) => {
    const bad = await finish(many);
    const good = await finish([{ t_s: 1 }]);
    damage(bad);
    const sql = "SELECT run, count(*) AS n FROM events GROUP BY run UNION ALL SELECT run, 0 FROM handovers";
    const { rows, leftOut } = await queryRuns(root, sql);
    expect(leftOut).toEqual([{ run: bad.manifest.id, part, reason: expect.stringContaining(reason) }]);
    expect(rows).toContainEqual({ run: good.manifest.id, n: 1 });
    expect(rows).toHaveLength(part === "events.parquet" ? 1 : 2);
    const kpis = await queryRuns(root, "SELECT run FROM kpis");
    expect([kpis.rows.length, kpis.leftOut]).toEqual([2, []]);
    expect((await queryRuns(root, sql, { run: good.manifest.id })).leftOut).toEqual([]);
    await expect(queryRuns(root, sql, { run: bad.manifest.id })).rejects.toThrow(
      `run ${bad.manifest.id}, ${part}: expected the table that the run wrote, got `,
    );
  },
);

test("a run of yesterday, without checksums, answers as before", async () => {
  const run = await finish(many);
  forget(run);
  const { rows, leftOut } = await queryRuns(root, "SELECT run, count(*) AS n FROM events GROUP BY run");
  expect([rows, leftOut]).toEqual([[{ run: run.manifest.id, n: 500 }], []]);
});

test.each<[string, (run: OpenRun) => void]>([
  ["its end", (run) => writeFileSync(join(run.folder, "events.parquet"), "PAR1")],
  ["its middle", (run) => flip(run, "events.parquet", 60)],
])(
  "a table of yesterday that cannot be read because of %s does not fail the other runs",
  async (_, damage) => {
    const bad = await finish(many);
    const good = await finish([{ t_s: 1 }]);
    forget(bad);
    damage(bad);
    const { rows, leftOut } = await queryRuns(root, "SELECT run, sum(t_s) AS s FROM events GROUP BY run");
    expect(rows).toEqual([{ run: good.manifest.id, s: 1 }]);
    expect(leftOut).toMatchObject([{ run: bad.manifest.id, part: "events.parquet" }]);
  },
);

test("no changed digit of a manifest is read: the run is named and left out", async () => {
  const bad = await finish([{ t_s: 1 }]);
  const good = await finish([{ t_s: 1 }]);
  const text = read(bad, "manifest.json");
  writeFileSync(join(bad.folder, "manifest.json"), text.replace('"memoryGib": 24', '"memoryGib": 25'));
  const { runs, leftOut } = await readStore(root);
  expect(runs.map(({ id }) => id)).toEqual([good.manifest.id]);
  expect(leftOut).toEqual([
    { run: bad.manifest.id, part: "manifest.json", reason: "another text than its checksum is of" },
  ]);
  const { rows, leftOut: also } = await queryRuns(root, "SELECT id FROM runs");
  expect([rows, also]).toEqual([[{ id: good.manifest.id }], leftOut]);
  await expect(openRun(root, bad.manifest.id)).rejects.toThrow("got another text than its checksum is of");
});

test("a copy of a run's folder is not counted as a second run, and other folders are nobody's", async () => {
  const run = await finish([{ t_s: 1 }]);
  cpSync(run.folder, join(root, "copy"), { recursive: true });
  cpSync(run.folder, join(root, "notes"), { recursive: true });
  for (const name of readdirSync(join(root, "notes"))) rmSync(join(root, "notes", name));
  const { rows, leftOut } = await queryRuns(root, "SELECT count(*) AS n FROM events");
  expect(rows).toEqual([{ n: 1 }]);
  expect(leftOut).toEqual([{ run: "copy", part: "manifest.json", reason: `that of run ${run.manifest.id}` }]);
});

test("a run of which only the tables are left is named", async () => {
  const run = await finish([{ t_s: 1 }]);
  rmSync(join(run.folder, "manifest.json"));
  expect((await queryRuns(root, "SELECT * FROM events")).leftOut).toEqual([
    { run: run.manifest.id, part: "manifest.json", reason: "no such file" },
  ]);
  await expect(openRun(root, run.manifest.id)).rejects.toThrow("no such file");
});

test("a run is one process's to write until it gives it back", async () => {
  const run = await start();
  const { id } = run.manifest;
  await expect(resumeRun(root, id)).rejects.toThrow(
    `run ${id}: expected a run that no other process is writing, got process ${process.pid} is writing it`,
  );
  expect((await openRun(root, id)).manifest.complete).toBe(false);
  await run.release();
  const again = await resumeRun(root, id);
  await run.release();
  await expect(resumeRun(root, id)).rejects.toThrow("is writing it");
  await again.release();
  expect(readdirSync(run.folder)).toEqual(["manifest.json"]);
});

test("an unknown run is refused with the nearest id, and a broken manifest is named", async () => {
  const run = await start();
  const { id } = run.manifest;
  await expect(openRun(root, `${id}x`)).rejects.toThrow(`did you mean "${id}"?`);
  await expect(openRun(root, "../outside")).rejects.toThrow("expected the id of a stored run");
  writeFileSync(join(run.folder, "manifest.json"), "{");
  await expect(openRun(root, id)).rejects.toThrow("got text that is no JSON");
  expect(await listRuns(root)).toEqual([]);
});

test("a table whose column changes its type is refused", async () => {
  const run = await start();
  const events = [{ a: 1 }, { a: "one" }];
  await expect(run.complete({ ...noTables, events }, "2026-01-02T03:05:00.000Z")).rejects.toThrow(
    'column "a": expected DOUBLE, got VARCHAR',
  );
  expect((await openRun(root, run.manifest.id)).manifest.complete).toBe(false);
});
