import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Experiment, KpiRow } from "#core";
import { queryRuns } from "#core/node";
import { execute } from "../../../ui/cli/execute.ts";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

test("a world with very many events is stored whole", async () => {
  const folder = temporaryFolder();
  const count = 200_000;
  const experiment: Experiment = {
    name: "many",
    domain: "ran",
    kind: "simulated",
    arms: [],
    metrics: [],
    shards: [{ key: "many/seed=1", scenario: "many", seed: 1 }],
    inputs: [],
    config: {},
    runShard: () => ({
      units: [],
      tables: { events: Array.from({ length: count }, (_, ue) => ({ ue })) },
    }),
  };
  let timeS = 0;
  const context = {
    out: () => undefined,
    note: () => undefined,
    terminal: false,
    cwd: folder.path,
    projectRoot: fileURLToPath(new URL("../../../", import.meta.url)),
    nowS: () => ++timeS,
    now: () => "2026-01-02T03:04:05.000Z",
    threads: 1,
    signal: new AbortController().signal,
    argv: ["ran", "run", "many"],
  };
  try {
    const flags = { out: folder.path, dryRun: false, json: true, quiet: true, kpis: [] };
    await execute(context, flags as Parameters<typeof execute>[1], [experiment]);
    const { rows } = await queryRuns(folder.path, "SELECT count(*) AS n FROM events");
    expect(rows).toEqual([{ n: count }]);
  } finally {
    folder.remove();
  }
}, 60_000);

test("a KPI of one's own stands beside the metrics in the table, the document and the store", async () => {
  const folder = temporaryFolder();
  try {
    const words = ["agent", "run", "default", "--seeds", "2", "--arms", "text,kv", "--out", folder.path];
    const kpi = ["--kpi", "dear = costPerTask * 1000", "--kpi", "same = rereadFactor"];
    const { out, code } = await runBaton([...words, ...kpi, "--json"]);
    expect(code).toBe(0);
    const { kpis } = JSON.parse(out) as { kpis: KpiRow[] };
    const of = (metric: string) => kpis.filter((row) => row.metric === metric && row.scenario === "default");
    expect(of("dear").map(({ arm, value }) => [arm, value])).toEqual(
      of("costPerTask").map(({ arm, value }) => [arm, (value as number) * 1000]),
    );
    const stored = await queryRuns(
      folder.path,
      "SELECT arm, value FROM kpis WHERE metric = 'same' ORDER BY arm",
    );
    expect(stored.rows).toEqual(
      of("rereadFactor")
        .map(({ arm, value }) => ({ arm, value }))
        .sort((a, b) => a.arm.localeCompare(b.arm)),
    );
    expect((await runBaton([...words, ...kpi])).out).toContain("dear (formula)");
  } finally {
    folder.remove();
  }
});

test("a formula that cannot be used is refused before anything runs", async () => {
  const folder = temporaryFolder();
  try {
    for (const formula of ["x = sum(1:1e9)", "x = rereadFactors", "rereadFactor = 1 + rereadFactor"]) {
      const { code, notes } = await runBaton([
        ...["agent", "run", "default", "--out", folder.path, "--kpi", formula],
      ]);
      expect([formula, code]).toEqual([formula, 2]);
      expect(notes).toMatch(/^baton: KPI formula .*bad-formula\)\n$/);
    }
    expect(readdirSync(folder.path)).toEqual([]);
  } finally {
    folder.remove();
  }
});
