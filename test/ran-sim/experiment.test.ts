import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkKpiRows, poolUnits, type ShardResult, type UnitResult } from "#core";
import { createRanExperiment } from "../../ran-sim/experiment.ts";
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
  "full",
  "pca",
  "raw128",
  "random-projection",
  "shuffled",
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
