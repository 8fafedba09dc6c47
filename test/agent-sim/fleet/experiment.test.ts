import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fleetArmNames } from "../../../agent-sim/hand-off/arm-lists.ts";
import {
  type AgentScenario,
  createAgentExperiment,
  fleetMetrics,
  loadAgentScenario,
} from "../../../agent-sim/index.ts";
import { BadInputError, checkKpiRows, type Experiment, type KpiRow, poolUnits } from "../../../core/index.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-fleet-"));
afterAll(() => rmSync(folder, { recursive: true }));

const small = (settings: Record<string, unknown> = {}): AgentScenario =>
  loadAgentScenario(
    "fleet",
    Object.entries({ tasksPerSeed: 30, "fleet.warmUpTasks": 5, "document.tokens": 500, ...settings }).map(
      ([path, value]) => ({ path, value }),
    ),
  );

async function rowsOf(experiment: Experiment<"agent">): Promise<readonly KpiRow<"agent">[]> {
  const units = [];
  for (const shard of experiment.shards) units.push(...(await experiment.runShard(shard)).units);
  return checkKpiRows([...experiment.inputs, ...poolUnits(experiment, units)]);
}

function valueIn(rows: readonly KpiRow[], arm: string, metric: string, scenario = "fleet"): number {
  const row = rows.find((r) => r.arm === arm && r.metric === metric && r.scenario === scenario);
  if (row?.value == null) throw new Error(`no value ${scenario} ${arm} ${metric}`);
  return row.value;
}

test("a scenario with a fleet runs as one: every arm, every metric, every row simulated but the inputs", async () => {
  const experiment = createAgentExperiment({ scenario: small(), seeds: [1, 2] });
  expect(experiment.arms).toEqual(fleetArmNames);
  const rows = await rowsOf(experiment);
  for (const { kind, arm } of rows) {
    if (arm === "input") expect(["cited", "assumed"]).toContain(kind);
    else expect(kind).toBe("simulated");
  }
  const ofHops = ["timeToFirstTokenMs.p50", "timeToFirstTokenMs.p95", "cacheReadShare"];
  for (const arm of fleetArmNames) {
    for (const { metric } of fleetMetrics) {
      // One agent has no hop whose first token could be waited for, nor anything to find in a cache.
      if (arm === "single" && ofHops.includes(metric)) continue;
      // A queue that does not grow is not drained.
      if (metric === "drainTasksPerS") continue;
      expect(valueIn(rows, arm, metric)).toBeGreaterThanOrEqual(0);
    }
    if (arm === "single") continue;
    for (const hop of [1, 5])
      expect(valueIn(rows, arm, "timeToFirstTokenMs.p50", `fleet/hop=${hop}`)).toBeGreaterThan(0);
  }
  expect(rows.some(({ metric }) => metric === "exactMatch")).toBe(false);
  const price = rows.find(({ metric }) => metric === "calibration.latentUsdPerMTok");
  expect(price).toMatchObject({ kind: "assumed", source: expect.stringContaining("hypothetical") });
});

test("the scenario fleet at seed 1 is the golden run", async () => {
  const rows = await rowsOf(createAgentExperiment({ scenario: loadAgentScenario("fleet"), seeds: [1] }));
  const values: Record<string, Record<string, number | null>> = {};
  for (const { scenario, arm, metric, value } of rows) {
    if (scenario !== "fleet" || arm === "input") continue;
    values[arm] ??= {};
    values[arm][metric] = value;
  }
  const sha256 = createHash("sha256").update(JSON.stringify(rows)).digest("hex");
  const golden = `${JSON.stringify({ scenario: "fleet", seed: 1, rows: rows.length, sha256, values }, null, 2)}\n`;
  await expect(golden).toMatchFileSnapshot("../../golden/agent-fleet.json");
});

test("equal seeds give equal rows, and an arm's do not depend on which others run", async () => {
  const all = await rowsOf(createAgentExperiment({ scenario: small(), seeds: [1] }));
  const again = await rowsOf(createAgentExperiment({ scenario: small(), seeds: [1] }));
  expect(again).toEqual(all);
  const alone = await rowsOf(createAgentExperiment({ scenario: small(), seeds: [1], arms: ["kv"] }));
  expect(all.filter(({ arm }) => arm === "kv")).toEqual(alone.filter(({ arm }) => arm === "kv"));
});

test("a light fleet has the tokens, FLOPs, prices and cache hits of the formulas", async () => {
  // One task a seed, its document cached where it was read; the formulas of `default` on the same lengths.
  const settings = { "fleet.routing": "by-task", "fleet.arrivals.tasksPerS": 0.01, "fleet.warmUpTasks": 0 };
  const scenario = small(settings);
  const { fleet: _, ...withoutFleet } = scenario;
  const arms = ["cold", "text", "prefix-cache", "summary", "kv", "single"];
  const fleet = await rowsOf(createAgentExperiment({ scenario, seeds: [1], arms }));
  const formula = await rowsOf(createAgentExperiment({ scenario: withoutFleet, seeds: [1], arms }));
  for (const arm of arms) {
    for (const metric of [
      "prefillTokensPerHop",
      "rereadFactor",
      "flopsPerHop",
      "wireBytesPerHop",
      "costPerTask",
    ]) {
      const expected = valueIn(formula, arm, metric);
      // All stages of a task are served where its cache is.
      if (arm === "kv" && metric === "wireBytesPerHop") {
        expect(valueIn(fleet, arm, metric)).toBe(0);
        continue;
      }
      if (expected === 0) expect(valueIn(fleet, arm, metric)).toBe(0);
      // Generated documents fall short of their length by a part of a sentence, extracts by up to one: some percent of 500.
      else
        expect(Math.abs(valueIn(fleet, arm, metric) / expected - 1), `${arm} ${metric}`).toBeLessThan(0.08);
    }
  }
  const apart = small({ ...settings, "fleet.routing": "by-stage", "fleet.servers": 6 });
  const moved = await rowsOf(createAgentExperiment({ scenario: apart, seeds: [1], arms: ["kv"] }));
  const ratio = valueIn(moved, "kv", "wireBytesPerHop") / valueIn(formula, "kv", "wireBytesPerHop");
  expect(Math.abs(ratio - 1)).toBeLessThan(0.08);
});

test("arrivals and lengths of a trace are a window of its requests", async () => {
  const file = join(folder, "requests.csv");
  const lines = Array.from(
    { length: 60 },
    (_, i) => `2023-11-16 18:17:${String(i).padStart(2, "0")},${400 + i},33`,
  );
  writeFileSync(file, `TIMESTAMP,ContextTokens,GeneratedTokens\n${lines.join("\n")}\n`);
  const settings = { "workload.file": file, "fleet.arrivals": { kind: "workload", speedUp: 0.1 } };
  const experiment = createAgentExperiment({ scenario: small(settings), seeds: [1, 2], arms: ["text"] });
  const rows = await rowsOf(experiment);
  // One request every ten seconds, and every task is done long before the next two.
  expect(valueIn(rows, "text", "tasksPerS")).toBeCloseTo(0.1, 1);
  expect(JSON.stringify(experiment.config)).not.toContain(folder);
  expect(experiment.inputFiles).toEqual([file]);
  const tooMany = createAgentExperiment({ scenario: small({ ...settings, tasksPerSeed: 61 }), seeds: [1] });
  await expect(tooMany.runShard(tooMany.shards[0])).rejects.toThrow(
    "fleet, tasksPerSeed: expected at most the 60 requests of the workload, got 61",
  );
  const noFile = createAgentExperiment({
    scenario: small({ "fleet.arrivals": { kind: "workload" } }),
    seeds: [1],
  });
  await expect(noFile.runShard(noFile.shards[0])).rejects.toThrow(BadInputError);
});

/** Writes a calibration, with what is `measured` besides, and returns its path. */
function calibrationFile(name: string, measured: Record<string, readonly object[]> = {}): string {
  const file = join(folder, name);
  const speeds = {
    prefill: [
      { ci95: [3900, 4100], tokens: 64, tokensPerS: 4000 },
      { tokens: 512, tokensPerS: 6000 },
    ],
    decode: [
      { sequences: 1, tokensPerS: 200 },
      { sequences: 8, tokensPerS: 800 },
    ],
    ...measured,
  };
  const entries = Object.entries(speeds).map(([key, points]) => [
    key,
    points.map((point) => ({ kind: "measured", n: 20, ...point })),
  ]);
  writeFileSync(
    file,
    JSON.stringify({
      format: "baton-calibration",
      version: 1,
      measuredAt: "2026-11-27",
      machine: "two cores",
      runtime: "a runtime 1.0",
      model: { name: "small", layers: 3, heads: 4, kvHeads: 4, headSize: 24, parameters: 240_000 },
      ...Object.fromEntries(entries),
    }),
  );
  return file;
}

test("a calibration file gives model and speeds, its rows are measured and its name is in no manifest", async () => {
  const file = calibrationFile("calibration.json");
  const scenario = small({ "calibration.file": file });
  expect(scenario.model.name).toBe("small");
  const experiment = createAgentExperiment({ scenario, seeds: [1], arms: ["text"] });
  expect(JSON.stringify(experiment.config)).not.toContain(folder);
  expect(experiment.inputFiles).toEqual([file]);
  const inputs = experiment.inputs.filter(({ kind }) => kind === "measured");
  expect(inputs.map(({ scenario: name, metric, value, n }) => [name, metric, value, n])).toEqual([
    ["fleet/tokens=64", "calibration.prefillTokensPerS", 4000, 20],
    ["fleet/tokens=512", "calibration.prefillTokensPerS", 6000, 20],
    ["fleet", "calibration.prefillFixedMs", 0, 0],
    ["fleet/sequences=1", "calibration.decodeTokensPerS", 200, 20],
    ["fleet/sequences=8", "calibration.decodeTokensPerS", 800, 20],
  ]);
  expect(inputs[0].ci95).toEqual([3900, 4100]);
  expect(inputs.every(({ source }) => source === "two cores, a runtime 1.0, small, 2026-11-27")).toBe(true);
  expect(valueIn(await rowsOf(experiment), "text", "timeToFirstTokenMs.p50")).toBeGreaterThan(500 / 6);
});

test("what was measured of caches is paid by the arms that have one, and shown", async () => {
  const slowCaches = {
    cachedPrefill: [
      { tokens: 16, cachedTokens: 48, tokensPerS: 100 },
      { tokens: 16, cachedTokens: 496, tokensPerS: 20 },
    ],
    cacheExport: [{ tokens: 512, bytes: 590_000, ms: 300 }],
    cacheImport: [{ tokens: 512, bytes: 590_000, ms: 200 }],
  };
  const arms = ["text", "prefix-cache", "kv"];
  const rows = async (file: string, routing = "cache-aware", servers = 4) => {
    const scenario = small({
      ...{ "fleet.routing": routing, "fleet.servers": servers },
      ...{ "calibration.file": file, "document.spread": 0, "fleet.arrivals.tasksPerS": 0.01 },
      ...{ tasksPerSeed: 8, "fleet.warmUpTasks": 0, "document.tokens": 512 },
    });
    const experiment = createAgentExperiment({ scenario, seeds: [1], arms });
    return { inputs: experiment.inputs, kpis: await rowsOf(experiment) };
  };
  const fast = await rows(calibrationFile("empty-cache.json"));
  const slow = await rows(calibrationFile("caches.json", slowCaches));
  const moreMs = (arm: string) =>
    valueIn(slow.kpis, arm, "timeToFirstTokenMs.p50") - valueIn(fast.kpis, arm, "timeToFirstTokenMs.p50");
  expect(moreMs("text")).toBe(0);
  // Behind 496 tokens and more a prompt takes 16 / 20 s, of which the formula has some ms; a cache of 512 is 500 ms on its way.
  expect(moreMs("prefix-cache")).toBeGreaterThan(780);
  expect(moreMs("prefix-cache")).toBeLessThan(800);
  // Where the next stage is served by the same machine the cache stays: neither written nor opened.
  expect(moreMs("kv") - moreMs("prefix-cache")).toBeCloseTo(0, 6);
  const apart = [
    await rows(calibrationFile("empty-cache.json"), "by-stage", 6),
    await rows(calibrationFile("caches.json", slowCaches), "by-stage", 6),
  ];
  const [fastMs, slowMs] = apart.map(({ kpis }) => valueIn(kpis, "kv", "timeToFirstTokenMs.p50"));
  expect(slowMs - fastMs - moreMs("kv")).toBeCloseTo(500, 6);
  const shown = slow.inputs.map(({ scenario, metric, value }) => [scenario, metric, value]);
  expect(shown).toEqual(
    expect.arrayContaining([
      ["fleet/cached=48", "calibration.cachedPrefillTokensPerS", 100],
      ["fleet/cached=496", "calibration.cachedPrefillTokensPerS", 20],
      ["fleet/tokens=512", "calibration.cacheExportMs", 300],
      ["fleet/tokens=512", "calibration.cacheImportMs", 200],
    ]),
  );
});

test("a run whose queue grows is marked in every row, and tells its drain rate and the wait at the entry", async () => {
  // One server of some 0.6 tasks/s meets 3.
  const heavy = small({ tasksPerSeed: 120, "fleet.servers": 1, "fleet.arrivals.tasksPerS": 12 });
  const light = small({ tasksPerSeed: 120, "fleet.servers": 1, "fleet.arrivals.tasksPerS": 0.2 });
  const [over, under] = [
    await rowsOf(createAgentExperiment({ scenario: heavy, seeds: [1, 2], arms: ["text"] })),
    await rowsOf(createAgentExperiment({ scenario: light, seeds: [1, 2], arms: ["text"] })),
  ];
  const marks = (rows: readonly KpiRow[]) =>
    new Set(rows.filter(({ arm }) => arm === "text").map(({ mark }) => mark));
  expect(marks(over)).toEqual(new Set(["overloaded"]));
  expect(marks(under)).toEqual(new Set([undefined]));
  expect([valueIn(over, "text", "overloadedShare"), valueIn(under, "text", "overloadedShare")]).toEqual([
    1, 0,
  ]);
  // Six prompts of some 660 tokens at 9.4e-5 s and 2.4 ms are 0.39 s of a server by themselves: 2.6 tasks/s at most.
  expect(valueIn(over, "text", "drainTasksPerS")).toBeLessThan(2.6);
  expect(valueIn(over, "text", "drainTasksPerS")).toBeGreaterThan(valueIn(over, "text", "tasksPerS"));
  expect(under.some(({ metric }) => metric === "drainTasksPerS")).toBe(false);
  // What stands before the first server, which no time of a hop tells.
  const entryMs = (rows: readonly KpiRow[]) => valueIn(rows, "text", "entryTimeToFirstTokenMs.p50");
  expect(entryMs(over)).toBeGreaterThan(5 * entryMs(under));
});

test("what cannot be meant is refused with its place", () => {
  const refusal = (settings: Record<string, unknown>): string => {
    try {
      createAgentExperiment({ scenario: small(settings), seeds: [1], arms: ["latnt"] });
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  expect(refusal({})).toContain('did you mean "latent"?');
  expect(refusal({ "fleet.batching.tokensPerIteration": 64 })).toContain(
    "fleet, fleet.batching: expected tokensPerIteration above maxSequences",
  );
  expect(refusal({ "fleet.servrs": 2 })).toContain('did you mean "servers"?');
  expect(refusal({ arrivals: { meanGapS: 1 } })).toContain(
    "fleet, arrivals: expected arrivals or fleet.arrivals, not both, got both",
  );
});
