import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkKpiRows, poolUnits, type ShardResult, type UnitResult } from "#core";
import { createRanExperiment, type RanExperimentOptions } from "../../ran-sim/experiment.ts";
import { loadRanScenario } from "../../ran-sim/scenario-file.ts";

const small = loadRanScenario("hex-uma", [
  { path: "network.memory", value: "trend" },
  { path: "mobility.users", value: 10 },
  { path: "durationS", value: 10 },
  { path: "training.worlds", value: 1 },
  { path: "training.durationS", value: 8 },
]);
const arms = [
  "a3-set3",
  "a5",
  "cold",
  "whole",
  "pca",
  "raw",
  "random-projection",
  "another",
  "mean",
  "noise",
];

test("hex-uma in small is what it was when the golden file was written", async () => {
  const experiment = createRanExperiment({ scenario: small, seeds: [1], arms });
  const { units, tables } = await experiment.runShard(experiment.shards[0]);
  const kpis = checkKpiRows(poolUnits(experiment, units));
  const types: Record<string, number> = {};
  for (const { arm, type } of tables.events ?? [])
    types[`${arm}/${type}`] = (types[`${arm}/${type}`] ?? 0) + 1;
  const digest = {
    what: "hex-uma with 10 users, 10 s, seed 1: events by arm and type, KPI values, SHA-256 of the events in JSON",
    events: types,
    eventsSha256: createHash("sha256").update(JSON.stringify(tables.events)).digest("hex"),
    kpis: Object.fromEntries(kpis.map(({ arm, metric, value }) => [`${arm}/${metric}`, value])),
  };
  const path = fileURLToPath(new URL("../golden/hex-uma.json", import.meta.url));
  if (process.env.BATON_WRITE_GOLDEN === "1") writeFileSync(path, `${JSON.stringify(digest, null, 2)}\n`);
  expect(digest).toEqual(JSON.parse(readFileSync(path, "utf8")));
});

test("equal seeds give equal numbers, in any order of shards and from any process' training", async () => {
  const tiny = { ...small, durationS: 4, warmUpS: 1 };
  const run = async (order: readonly number[]): Promise<readonly UnitResult[]> => {
    const experiment = createRanExperiment({ scenario: tiny, seeds: [1, 2], arms: ["cold", "pca"] });
    const results: ShardResult[] = [];
    for (const i of order) results[i] = await experiment.runShard(experiment.shards[i]);
    return results.flatMap(({ units }) => units);
  };
  const forwards = await run([0, 1]);
  expect(await run([1, 0])).toEqual(forwards);
  expect(forwards[0].tallies).not.toEqual(forwards[2].tallies);
});

test("open-loop measures are broken down by vendor where it is asked for, or an arm is of two", async () => {
  const run = { scenario: { ...small, durationS: 4, warmUpS: 1 }, seeds: [1] };
  const asked = createRanExperiment({ ...run, arms: ["cold"], byVendor: true });
  const { units } = await asked.runShard(asked.shards[0]);
  expect(units.map(({ scenario }) => scenario)).toEqual([
    "hex-uma",
    ...["a-to-a", "a-to-b", "b-to-a", "b-to-b"].map((way) => `hex-uma/way=${way}`),
  ]);
  const byDefault = (...arms: string[]) => createRanExperiment({ ...run, arms }).config;
  expect(byDefault("cold", "vendors-cold")).toMatchObject({ byVendor: true });
  expect(byDefault("cold")).not.toHaveProperty("byVendor");
});

test("seeds that are kept for training, unknown arms and arms named twice are refused", () => {
  expect(() => createRanExperiment({ scenario: small, seeds: [1_000_000] })).toThrow(/seeds below 1000000/);
  expect(() => createRanExperiment({ scenario: small, seeds: [1], arms: ["coldd"] })).toThrow(
    /did you mean "cold"/,
  );
  expect(() => createRanExperiment({ scenario: small, seeds: [1], arms: ["cold", "cold"] })).toThrow(
    /"cold" twice/,
  );
  expect(() => createRanExperiment({ scenario: small, seeds: [1], arms: ["a3", "lookup"] })).toThrow(
    /synthetic worlds, got "lookup", which looks up recorded journeys/,
  );
});

test("a variant does what its arm does in a run with the variant's parameters, beside arms that it does not disturb", async () => {
  const tiny = { ...small, durationS: 4, warmUpS: 1 };
  const other = { ...tiny, a3: { ...tiny.a3, offsetDb: 5 }, network: { ...tiny.network, biasLimitDb: 1 } };
  const run = async (options: Partial<RanExperimentOptions>): Promise<readonly UnitResult[]> => {
    const experiment = createRanExperiment({ scenario: tiny, seeds: [1], arms: ["a3"], ...options });
    return (await experiment.runShard(experiment.shards[0])).units;
  };
  const variant = (arm: string, loops: "both" | "closed" | "open" = "both") => ({
    name: `${arm} of 5 dB`,
    arm,
    scenario: other,
    loops,
  });
  const variants = [
    variant("a3"),
    variant("pca"),
    { ...variant("pca", "closed"), name: "closed loop only" },
    { ...variant("pca", "open"), name: "open loop only" },
  ];
  const [plain, a3, pca, closed, open] = await run({ variants });
  const [alone] = await run({});
  const [a3There, pcaThere] = await run({ scenario: other, arms: ["a3", "pca"] });
  expect(plain).toEqual(alone);
  expect(a3.arm).toBe("a3 of 5 dB");
  expect(a3.tallies).toEqual(a3There.tallies);
  expect(a3.tallies).not.toEqual(plain.tallies);
  const byCommonRule = (unit: UnitResult, wanted: boolean) =>
    Object.entries(unit.tallies).filter(([metric]) => metric.startsWith("postHandover") === wanted);
  expect(byCommonRule(pca, false)).toEqual(byCommonRule(pcaThere, false));
  expect(byCommonRule(closed, false)).toEqual(byCommonRule(pcaThere, false));
  expect(byCommonRule(pca, true)).toHaveLength(8);
  expect(byCommonRule(closed, true)).toEqual([]);
  expect(byCommonRule(open, true)).toEqual(byCommonRule(pca, true));
  expect(byCommonRule(open, false)).toEqual([]);
  const twice = [variant("a3"), variant("a3")];
  expect(() => createRanExperiment({ scenario: tiny, seeds: [1], variants: twice })).toThrow(/a3 of 5 dB/);
});
