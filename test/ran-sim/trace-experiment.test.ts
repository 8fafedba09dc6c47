import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkKpiRows, type Experiment, type KpiRow, poolUnits, type UnitResult } from "#core";
import { createTraceExperiment } from "#ran-sim";
import { temporaryFolder } from "../support/run-baton.ts";
import { sharedPath, testWithShared } from "../support/shared-data.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function rowsOf(experiment: Experiment<"ran">): Promise<readonly KpiRow<"ran">[]> {
  const units: UnitResult<"ran">[] = [];
  for (const shard of experiment.shards) units.push(...(await experiment.runShard(shard)).units);
  return checkKpiRows([...experiment.inputs, ...poolUnits(experiment, units)]);
}

const valueIn = (rows: readonly KpiRow[], arm: string, metric: string): number | null | undefined =>
  rows.find((row) => row.arm === arm && row.metric === metric)?.value;

/** Two cells whose levels cross halfway: the second is 12 dB weaker, then 12 dB stronger. */
function crossing(name: string, ticks = 600): string {
  const path = join(folder.path, name);
  const lines = Array.from({ length: ticks }, (_, tick) => {
    const second = tick < ticks / 2 ? -102 : -78;
    return `${tick * 10},-90,${second},${second < -90 ? 12 : -6},${second < -90 ? -6 : 18}`;
  });
  writeFileSync(path, ["t_ms,rsrp_dbm_a,rsrp_dbm_b,sinr_db_a,sinr_db_b", ...lines, ""].join("\n"));
  return path;
}

test("names the files that it reads: one, or those of a folder with their groups", () => {
  const road = crossing("road.csv");
  expect(createTraceExperiment(road, { arms: ["a3-set3"] }).inputFiles).toEqual([road]);
  const { path } = folder;
  mkdirSync(join(path, "more"));
  const more = crossing("more/street.csv");
  writeFileSync(join(path, "groups.json"), '{"groups": [["road", "more/street"]]}');
  writeFileSync(join(path, "notes.txt"), "not a trace");
  const { inputFiles = [] } = createTraceExperiment(path, { arms: ["a3-set3"] });
  expect([...inputFiles].sort()).toEqual([join(path, "groups.json"), more, road].sort());
});

test("a multi-cell file is replayed closed loop under its own name, and the phone follows our decision", async () => {
  const experiment = createTraceExperiment(crossing("road.csv"), { arms: ["a3-set3", "cold", "whole"] });
  expect(experiment.shards.map(({ scenario, seed }) => [scenario, seed])).toEqual([["road", null]]);
  const rows = await rowsOf(experiment);
  for (const arm of ["a3-set3", "cold", "whole"]) {
    expect([arm, valueIn(rows, arm, "handovers")]).toEqual([arm, 1]);
    expect([arm, valueIn(rows, arm, "radioLinkFailures")]).toEqual([arm, 0]);
  }
  expect(rows.every(({ seeds, kind }) => seeds === 0 && (kind === "simulated" || kind === "measured"))).toBe(
    true,
  );
});

test("values that no phone could report are counted, and files left out are told", () => {
  const traces = join(folder.path, "town");
  mkdirSync(traces);
  crossing("town/1.csv");
  expect(createTraceExperiment(traces, { arms: ["a3"] }).notes).toEqual([]);
  writeFileSync(join(traces, "read.me"), "x");
  // TS 38.133: -156 dBm, -31 dBm, -23 dB and 40 dB can still be reported.
  const rows = ["0,-156,-31,-23,40", "10,-156.1,-30.9,-23.1,40.1", "20,-400,-90,5,N/A"];
  const header = "t_ms,rsrp_dbm_a,rsrp_dbm_b,sinr_db_a,sinr_db_b";
  writeFileSync(join(traces, "2.csv"), [header, ...rows, ""].join("\n"));
  const { notes, config } = createTraceExperiment(traces, { arms: ["a3"] });
  expect(notes[0]).toContain("1 RSRP value that is missing or impossible, 1 SINR value that is missing");
  expect(notes[1]).toContain("2 of 1206 RSRP and 2 of 1206 SINR values, in 1 of 2 traces, lie outside");
  expect(notes[1]).toContain("(-156...-31 dBm, -23...40 dB)");
  expect(notes[2]).toContain("read.me: not read as a trace");
  expect(config).toMatchObject({
    traces: [
      { unused: { rsrp: 0, sinr: 0, notHeard: { rsrp: 0, sinr: 0 } } },
      { unused: { rsrp: 1, sinr: 1, notHeard: { rsrp: 2, sinr: 1 }, sinrAboveRange: 1 } },
    ],
  });
  // The published baseline takes values as stored.
  const compat = createTraceExperiment(traces, { compat: true });
  expect(compat.notes).toHaveLength(2);
  expect(compat.config).toMatchObject({ traces: [{}, { missing: { rsrp: 1, sinr: 1 } }] });
});

test("a folder is one scenario, and settings change the rule that is replayed", async () => {
  const traces = join(folder.path, "town");
  mkdirSync(traces);
  crossing("town/1.csv");
  crossing("town/2.csv");
  const handovers = async (settings: { path: string; value: unknown }[]) =>
    valueIn(await rowsOf(createTraceExperiment(traces, { arms: ["a3"], settings })), "a3", "handovers");
  expect(await handovers([])).toBe(2);
  expect(await handovers([{ path: "a3.offsetDb", value: 15 }])).toBe(0);
  expect(() => createTraceExperiment(traces, { settings: [{ path: "a3.ofsetDb", value: 1 }] })).toThrow(
    'did you mean "offsetDb"?',
  );
});

test("arms that need a fit are refused on traces of one group", () => {
  expect(() => createTraceExperiment(crossing("road.csv"), { arms: ["cold", "pca"] })).toThrow(
    "at least two groups",
  );
});

/** A drive in which the neighbour passes the serving cell by 10 dB at 5 s, and the operator hands over at 8 s. */
function drive(): string {
  const path = join(folder.path, "drive.jsonl");
  const lines = Array.from({ length: 15 }, (_, second) => {
    const moved = second >= 8;
    return JSON.stringify({
      t_ms: second * 1000,
      serving: { cell_id: moved ? "B" : "A", rsrp_dbm: moved ? -80 : -90, sinr_db: 5 },
      neighbours: [{ id: moved ? "A" : "B", rsrp_dbm: moved ? -90 : second < 5 ? -100 : -80 }],
    });
  });
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

test("a drive test is replayed open loop: our triggers beside the operator's cited handovers", async () => {
  const experiment = createTraceExperiment(drive(), { arms: ["a3-set1", "a3-set3"] });
  const rows = await rowsOf(experiment);
  expect(valueIn(rows, "operator", "handovers")).toBe(1);
  expect(valueIn(rows, "a3-set3", "triggers")).toBe(1);
  expect(valueIn(rows, "a3-set3", "operatorHandoversMatched")).toBe(1);
  expect(valueIn(rows, "a3-set3", "triggerLeadMs.p50")).toBeGreaterThanOrEqual(1000);
  for (const row of rows)
    expect([row.arm, row.kind]).toEqual([row.arm, row.arm === "operator" ? "cited" : "measured"]);
  const closedLoopNames = rows.filter(
    ({ arm, metric }) => arm !== "operator" && /^handover|pingPong/.test(metric),
  );
  expect(closedLoopNames).toEqual([]);
});

test("drive tests have no compatibility mode and no arms with a memory", () => {
  expect(() => createTraceExperiment(drive(), { compat: true })).toThrow("replay them without --compat");
  expect(() => createTraceExperiment(drive(), { arms: ["cold"] })).toThrow('got "cold"');
});

testWithShared(
  "the Irish drive tests replay: the operator's changes are the ones counted in the files",
  async () => {
    const path = sharedPath("data", "ucc-5g", "5G-production-dataset.zip");
    const experiment = createTraceExperiment(path, { arms: ["a3-set5"] });
    // 83 drives, of which one has only 3G rows and is set aside.
    expect(experiment.shards).toHaveLength(82);
    const rows = await rowsOf(experiment);
    // 2,037 changes of cell within one technology and without a gap; an independent count of the same 83 files.
    expect(valueIn(rows, "operator", "handovers")).toBe(2037);
    expect(valueIn(rows, "a3-set5", "operatorHandoversMatched")).toBeGreaterThan(0.2);
    expect(rows[0].source).toContain(basename(path, ".zip"));
  },
);
