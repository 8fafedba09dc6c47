import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formerAgentArms } from "#agent-sim";
import type { Domain, Experiment, KpiRow } from "#core";
import { queryRuns } from "#core/node";
import { formerRanArms } from "#ran-sim";
import { compareRuns } from "../../../ui/cli/compare-runs.ts";
import { execute } from "../../../ui/cli/execute.ts";
import { quietContext } from "../../support/quick-experiment.ts";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));
let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder.remove());

const settings = ["network.memory=trend", "layout.sites=1", "mobility.users=6", "durationS=6"];
const sets = settings.flatMap((set) => ["--set", set]);

describe.each(Object.entries(formerRanArms))("the arm of phones that was %s and is %s", (former, now) => {
  test("runs, is stored and is traced under the new name, by either", async () => {
    const out = ["--out", `${folder.path}/${former}`];
    const words = ["ran", "run", "hex-uma", ...sets, "--seeds", "1", ...out];
    const { code, out: text } = await runBaton([...words, "--arms", former, "--json"]);
    expect(code).toBe(0);
    const { kpis } = JSON.parse(text) as { kpis: KpiRow[] };
    expect(new Set(kpis.map(({ arm }) => arm))).toEqual(new Set([now]));
    const [run] = readdirSync(`${folder.path}/${former}`);
    const trace = (arm: string) =>
      runBaton(["ran", "trace", run, "--outcome", "completed", "--arm", arm, ...out]);
    const byFormer = await trace(former);
    expect([byFormer.code, byFormer.notes]).toEqual([0, expect.stringContaining(`arm ${now}`)]);
    expect(byFormer).toEqual(await trace(now));
    const twice = await runBaton([...words, "--arms", `${former},${now}`]);
    expect([twice.code, twice.notes]).toEqual([2, expect.stringContaining(`"${now}" twice`)]);
  }, 60_000);
});

const inFleetsOnly = ["latent"];
const byFormula = ["cold"];

describe.each(Object.entries(formerAgentArms))("the arm of agents that was %s and is %s", (former, now) => {
  const measured = ["--measured", "--facts", "1", "--set", "measured.documents=2"];
  const runs = [
    ["default", ...measured],
    ...(byFormula.includes(now) ? [["default"]] : []),
    ...(byFormula.includes(now) || inFleetsOnly.includes(now) ? [["fleet", "--set", "tasksPerSeed=2"]] : []),
  ];

  test.each(runs)(
    "runs and is stored under the new name, by either: agent run %s %s",
    async (...words) => {
      const out = ["--out", `${folder.path}/agent-${former}`, "--seeds", "1", "--json"];
      const rowsOf = async (arm: string) => {
        const { code, out: text } = await runBaton(["agent", "run", ...words, "--arms", arm, ...out]);
        expect(code).toBe(0);
        return (JSON.parse(text) as { kpis: KpiRow[] }).kpis;
      };
      const rows = await rowsOf(former);
      expect(new Set(rows.map(({ arm }) => arm).filter((arm) => arm !== "input"))).toEqual(new Set([now]));
      expect(rows.map(({ arm }) => arm)).not.toContain(former);
      expect(rows).toEqual(await rowsOf(now));
      const twice = await runBaton(["agent", "run", ...words, "--arms", `${former},${now}`, ...out]);
      expect([twice.code, twice.notes]).toEqual([2, expect.stringContaining(`"${now}" twice`)]);
    },
    60_000,
  );
});

const arms = [
  ...Object.entries(formerRanArms).map(([former, now]) => ["ran", former, now] as const),
  ...Object.entries(formerAgentArms).map(([former, now]) => ["agent", former, now] as const),
];

test.each(arms)(
  "the %s arm %s is compared with a run of before, which stored it under that name",
  async (domain, former, now) => {
    const root = `${folder.path}/${domain}-${former}-stored`;
    const before = await store(root, { domain, arm: former, now: "2026-01-02T03:04:05.000Z" });
    const after = await store(root, { domain, arm: now, now: "2026-01-02T03:04:06.000Z" });
    const { comparisons } = await compareRuns(root, before, after);
    // Stored with another arm beside it, so that no run is of one arm only.
    expect(comparisons.map(({ arm }) => arm.split("@")[0])).toEqual(["single", now, `${now} bytes=8`]);
    const { rows } = await queryRuns(root, "SELECT DISTINCT arm FROM kpis ORDER BY arm", { run: before });
    expect(rows.map(({ arm }) => arm).sort()).toEqual(["single", former, `${former} bytes=8`].sort());
  },
);

test("compare takes a former name for each domain by its own table, and both names of an arm for one", async () => {
  const words = ["compare", "--seeds", "1", "--json", "--out", `${folder.path}/compare`];
  const small = ["ran.mobility.users=4", "ran.durationS=4", "agent.measured.documents=1"];
  const sets = small.flatMap((set) => ["--set", set]);
  const { code, out } = await runBaton([...words, ...sets, "--arms", "shuffled,cold,none"]);
  expect(code).toBe(0);
  const { kpis } = JSON.parse(out) as { kpis: KpiRow[] };
  const of = (domain: Domain) =>
    new Set(kpis.filter((row) => row.domain === domain && row.arm !== "input").map(({ arm }) => arm));
  expect([of("ran"), of("agent")]).toEqual([new Set(["another", "cold"]), new Set(["permuted", "cold"])]);
}, 120_000);

/** Stores a run whose arms are `single`, `arm` and a point of a sweep of it, as a version that called it so did; returns its name. */
async function store(
  root: string,
  { domain, arm, now }: { readonly domain: Domain; readonly arm: string; readonly now: string },
): Promise<string> {
  const metrics = [{ metric: "handovers", unit: "1", pooling: { by: "total" } }] as const;
  const arms = ["single", arm, `${arm} bytes=8`];
  const units = arms.map((name) => ({
    ...({ domain, scenario: "s", arm: name, seed: 1, unit: "seed=1", group: "seed=1" } as const),
    tallies: { handovers: { sum: 3, weight: 1 } },
  }));
  const experiment: Experiment = {
    ...{ name: "stored", domain, kind: "simulated", arms, metrics },
    ...{ inputs: [], config: {}, shards: [{ key: "s/seed=1", scenario: "s", seed: 1 }] },
    runShard: () => ({ units, tables: {} }),
  };
  const context = { ...quietContext(folder.path, projectRoot), now: () => now };
  const flags = { out: root, dryRun: false, json: true, quiet: true, kpis: [] };
  const known = existsSync(root) ? readdirSync(root) : [];
  await execute(context, flags as Parameters<typeof execute>[1], [experiment]);
  return readdirSync(root).find((run) => !known.includes(run)) as string;
}
