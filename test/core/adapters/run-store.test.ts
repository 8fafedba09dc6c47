import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KpiRow } from "#core";
import { createRun, listRuns, openRun, queryRuns, type StoredRun } from "#core/node";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "baton-runs-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const start = (): Promise<StoredRun> =>
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
  expect([...(await again.finishedShards(0)).keys()]).toEqual(["s/seed=1"]);
  expect(await again.finishedShards(1)).toEqual(new Map());
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

test("an unknown run is refused with the nearest id, and a broken manifest is named", async () => {
  const run = await start();
  const { id } = run.manifest;
  await expect(openRun(root, `${id}x`)).rejects.toThrow(`did you mean "${id}"?`);
  await expect(openRun(root, "../outside")).rejects.toThrow("expected the id of a stored run");
  writeFileSync(join(run.folder, "manifest.json"), "{");
  await expect(openRun(root, id)).rejects.toThrow("expected the manifest of a run of this version");
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
