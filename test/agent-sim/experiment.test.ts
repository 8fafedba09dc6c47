import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  type AgentScenario,
  agentArms,
  createAgentExperiment,
  loadAgentScenario,
} from "../../agent-sim/index.ts";
import { checkKpiRows, type Experiment, type KpiRow, poolUnits, type ShardResult } from "../../core/index.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-experiment-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function rowsOf(
  experiment: Experiment<"agent">,
  shards = experiment.shards,
): Promise<readonly KpiRow<"agent">[]> {
  const results = new Map<string, ShardResult<"agent">>();
  for (const shard of shards) results.set(shard.key, await experiment.runShard(shard));
  const units = experiment.shards.flatMap((shard) => results.get(shard.key)?.units ?? []);
  return checkKpiRows([...experiment.inputs, ...poolUnits(experiment, units)]);
}

function valueIn(rows: readonly KpiRow[], arm: string, metric: string, scenario = "default"): number {
  const row = rows.find((r) => r.arm === arm && r.metric === metric && r.scenario === scenario);
  if (row?.value == null) throw new Error(`no value ${scenario} ${arm} ${metric}`);
  return row.value;
}

const small = (settings: Record<string, unknown> = {}): AgentScenario =>
  loadAgentScenario(
    "default",
    Object.entries({ tasksPerSeed: 2, "document.tokens": 200, ...settings }).map(([path, value]) => ({
      path,
      value,
    })),
  );

test("the default scenario at seed 1 is the golden run", async () => {
  const rows = await rowsOf(createAgentExperiment({ scenario: loadAgentScenario("default"), seeds: [1] }));
  const pooled = rows.filter((row) => row.scenario === "default" && row.arm !== "input");
  const values: Record<string, Record<string, number | null>> = {};
  for (const { arm, metric, value } of pooled) {
    values[arm] ??= {};
    values[arm][metric] = value;
  }
  const sha256 = createHash("sha256").update(JSON.stringify(rows)).digest("hex");
  const golden = `${JSON.stringify({ scenario: "default", seed: 1, rows: rows.length, sha256, values }, null, 2)}\n`;
  await expect(golden).toMatchFileSnapshot("../golden/agent-default.json");
});

test("equal seeds give byte-identical rows, in any order of shards", async () => {
  const make = () =>
    createAgentExperiment({ scenario: small(), seeds: [1, 2, 3], arms: ["text", "summary", "kv"] });
  const one = make();
  const rows = JSON.stringify(await rowsOf(one));
  const reversed = JSON.stringify(await rowsOf(make(), one.shards.toReversed()));
  expect(reversed === rows).toBe(true);
  const other = createAgentExperiment({ scenario: small(), seeds: [4], arms: ["text"] });
  expect(JSON.stringify(await rowsOf(other)) === rows).toBe(false);
});

test("an arm's numbers do not depend on which other arms run", async () => {
  const alone = await rowsOf(createAgentExperiment({ scenario: small(), seeds: [1], arms: ["kv"] }));
  const all = await rowsOf(createAgentExperiment({ scenario: small(), seeds: [1] }));
  expect(all.filter((row) => row.arm === "kv")).toEqual(alone.filter((row) => row.arm === "kv"));
});

test("every arm reports every metric, pooled before hops, with bytes measured and the rest simulated", async () => {
  const experiment = createAgentExperiment({ scenario: small(), seeds: [1] });
  const rows = (await rowsOf(experiment)).filter((row) => row.arm !== "input");
  for (const { name } of agentArms) {
    for (const { metric } of experiment.metrics) {
      // One agent reads nothing at its boundaries: there is no share of nothing.
      if (name === "single" && metric === "cacheReadShare") continue;
      expect(valueIn(rows, name, metric)).toBeGreaterThanOrEqual(0);
    }
  }
  // Of a cache's stream one frame of each size is encoded: its length follows, and is not a measurement.
  for (const { metric, kind, arm } of rows)
    expect(kind).toBe(metric === "wireBytesPerHop" && arm !== "kv" ? "measured" : "simulated");
  const firstBreakdown = rows.findIndex((row) => row.scenario.includes("/hop="));
  expect(rows.slice(firstBreakdown).every((row) => row.scenario.includes("/hop="))).toBe(true);
  expect(new Set(rows.map((row) => row.scenario))).toEqual(
    new Set(["default", ...[1, 2, 3, 4, 5].map((hop) => `default/hop=${hop}`)]),
  );
  expect(rows.some((row) => row.metric === "exactMatch")).toBe(false);
});

test("the arms stand in the order that the formulas say", async () => {
  const rows = await rowsOf(createAgentExperiment({ scenario: loadAgentScenario("default"), seeds: [1, 2] }));
  const prefilled = (arm: string) => valueIn(rows, arm, "prefillTokensPerHop");
  expect(prefilled("text")).toBe(prefilled("prefix-miss"));
  expect(prefilled("kv")).toBe(prefilled("cold"));
  expect(prefilled("prefix-cache") - prefilled("kv")).toBeLessThan(16);
  expect(prefilled("summary")).toBeLessThan(prefilled("text"));
  expect(prefilled("single")).toBe(0);
  const bytes = (arm: string) => valueIn(rows, arm, "wireBytesPerHop");
  expect(bytes("text")).toBe(bytes("prefix-cache"));
  expect(bytes("kv") / bytes("text")).toBeGreaterThan(10_000);
  expect([bytes("cold"), bytes("single")]).toEqual([0, 0]);
  expect(valueIn(rows, "prefix-cache", "cacheReadShare")).toBeGreaterThan(0.8);
});

test("an unknown arm is named with the nearest", () => {
  const make = () => createAgentExperiment({ scenario: small(), seeds: [1], arms: ["prefix-cach"] });
  expect(make).toThrow(
    'agent arm: expected one of cold, text, prefix-cache, prefix-miss, summary, kv, single, got "prefix-cach" - did you mean "prefix-cache"?',
  );
});

test("tasks that may wait for each other are one group, and waiting shows", async () => {
  const open = createAgentExperiment({
    scenario: small({ "arrivals.meanGapS": 0.5, tasksPerSeed: 6 }),
    seeds: [1],
    arms: ["text"],
  });
  const closed = createAgentExperiment({ scenario: small({ tasksPerSeed: 6 }), seeds: [1], arms: ["text"] });
  const groups = (result: ShardResult) => new Set(result.units.map((unit) => unit.group)).size;
  expect(groups(await open.runShard(open.shards[0]))).toBe(1);
  expect(groups(await closed.runShard(closed.shards[0]))).toBe(6);
  const slow = valueIn(await rowsOf(open), "text", "timeToFirstTokenMs.p95");
  expect(slow).toBeGreaterThan(valueIn(await rowsOf(closed), "text", "timeToFirstTokenMs.p95"));
  expect(valueIn(await rowsOf(open), "text", "prefillTokensPerHop")).toBe(
    valueIn(await rowsOf(closed), "text", "prefillTokensPerHop"),
  );
});

test("a pipeline whose tasks come faster than they are done is marked, and tells its drain rate and the wait at the entry", async () => {
  const rowsAt = async (meanGapS: number) =>
    (
      await rowsOf(
        createAgentExperiment({
          scenario: small({ "arrivals.meanGapS": meanGapS, tasksPerSeed: 80 }),
          seeds: [1],
          arms: ["cold"],
        }),
      )
    ).filter(({ arm }) => arm === "cold");
  // The slowest agent, the reasoner, says 192 tokens at 60 tokens/s: a task in some 3.3 s.
  const over = await rowsAt(1);
  const under = await rowsAt(30);
  expect(new Set(over.map(({ mark }) => mark))).toEqual(new Set(["overloaded"]));
  expect(new Set(under.map(({ mark }) => mark))).toEqual(new Set([undefined]));
  expect(valueIn(over, "cold", "drainTasksPerS")).toBeCloseTo(60 / 192, 1);
  expect(under.some(({ metric }) => metric === "drainTasksPerS")).toBe(false);
  expect(valueIn(over, "cold", "overloadedShare")).toBe(1);
  // An entry that is free reads at once.
  expect(valueIn(under, "cold", "entryTimeToFirstTokenMs.p50")).toBeLessThan(60);
  expect(valueIn(over, "cold", "entryTimeToFirstTokenMs.p95")).toBeGreaterThan(100);
});

test("the bytes of a generated summary are simulated, for a stand-in was encoded", async () => {
  const rows = await rowsOf(
    createAgentExperiment({
      scenario: small({ "summary.method": "generated" }),
      seeds: [1],
      arms: ["summary"],
    }),
  );
  expect(rows.find((row) => row.metric === "wireBytesPerHop")?.kind).toBe("simulated");
  const extractive = await rowsOf(
    createAgentExperiment({ scenario: small(), seeds: [1], arms: ["summary"] }),
  );
  // The first hop waits for the summary to be decoded; those behind it forward what there is.
  const first = (r: readonly KpiRow[]) => valueIn(r, "summary", "timeToFirstTokenMs.p50", "default/hop=1");
  const second = (r: readonly KpiRow[]) => valueIn(r, "summary", "timeToFirstTokenMs.p50", "default/hop=2");
  expect(first(rows)).toBeGreaterThan(first(extractive) + 500);
  expect(second(rows)).toBeCloseTo(second(extractive), 6);
});

test("a workload sets the lengths of documents and of the last stage", async () => {
  const file = join(folder, "requests.csv");
  writeFileSync(file, "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,700,33\n");
  const scenario = small({ "workload.file": file });
  const experiment = createAgentExperiment({ scenario, seeds: [1], arms: ["cold", "text"] });
  const rows = await rowsOf(experiment);
  const documentTokens =
    valueIn(rows, "text", "prefillTokensPerHop") - valueIn(rows, "cold", "prefillTokensPerHop");
  expect(documentTokens).toBeGreaterThan(670);
  expect(documentTokens).toBeLessThanOrEqual(700);
  expect(JSON.stringify(experiment.config)).not.toContain(folder);
  expect(experiment.config).toMatchObject({ workload: { requests: 1, inputTokens: 700 } });
  const missing = small({ "workload.file": join(folder, "none.csv") });
  expect(() => createAgentExperiment({ scenario: missing, seeds: [1] })).toThrow(
    "none.csv: expected a trace file, got no such file",
  );
});

test("hand-offs are told one row each", async () => {
  const experiment = createAgentExperiment({ scenario: small(), seeds: [1], arms: ["text"] });
  const { tables } = await experiment.runShard(experiment.shards[0]);
  expect(tables.handovers).toHaveLength(2 * 5);
  expect(tables.handovers?.[0]).toMatchObject({
    arm: "text",
    seed: 1,
    task: 0,
    hop: 1,
    from_stage: "router",
    to_stage: "planner",
  });
});
