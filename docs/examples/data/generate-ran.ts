// The sample recordings of this folder, made by the simulator: `npx tsx docs/examples/data/generate-ran.ts`.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { createRanLive, createSyntheticWorld, parseRanScenario } from "#ran-sim";

const TICK_MS = 20;
const SAMPLE_MS = 100;
const TRACE_S = 30;
const DRIVE_S = 120;
const DRIVE_SEED = 3;
/** As a phone lists them. */
const LISTED_NEIGHBOURS = 3;

/** One phone on a motorway with two-way cells, 120 km/h: a handover or two in half a minute. */
const scenario = parseRanScenario(
  {
    name: "sample",
    tickMs: TICK_MS,
    warmUpS: 0,
    layout: { kind: "highway", sites: 4, isdM: 500 },
    mobility: { users: 1, speedKmh: 120, model: { kind: "path" } },
  },
  "generate-ran",
);

/** Returns the contents of the files by their paths below this folder; the same on every machine. */
export async function sampleRecordings(): Promise<Readonly<Record<string, string>>> {
  return {
    "traces/drive-1.csv": multiCellTrace(1),
    "traces/drive-2.csv": multiCellTrace(2),
    "drive-test.jsonl": await driveTest(),
  };
}

/** RSRP and SINR of every cell, as the simulator has them before any filter. */
function multiCellTrace(seed: number): string {
  const world = createSyntheticWorld(scenario, seed);
  const { cellCount, cellNames } = world;
  const sample = { rsrpDbm: new Float32Array(cellCount), sinrDb: new Float32Array(cellCount) };
  const header = ["t_ms", ...cellNames.flatMap((name) => [`rsrp_dbm_${name}`, `sinr_db_${name}`])];
  const rows = Array.from({ length: (TRACE_S * 1000) / SAMPLE_MS }, (_, tick) => {
    world.radioAt((tick * SAMPLE_MS) / TICK_MS, sample);
    const levels = cellNames.flatMap((_, cell) => [sample.rsrpDbm[cell], sample.sinrDb[cell]]);
    return [tick * SAMPLE_MS, ...levels.map((level) => level.toFixed(1))].join(",");
  });
  return `${[header.join(","), ...rows].join("\n")}\n`;
}

/** What the phone of one world would log once a second while the arm a3-set3 hands it over. */
async function driveTest(): Promise<string> {
  const world = createSyntheticWorld(scenario, DRIVE_SEED, { endless: true });
  const live = await createRanLive({ scenario, arm: "a3-set3", worlds: 1, firstSeed: DRIVE_SEED });
  const { cellCount, cellNames } = world;
  const sample = { rsrpDbm: new Float32Array(cellCount), sinrDb: new Float32Array(cellCount) };
  const lines: string[] = [];
  for (let second = 0; second < DRIVE_S; second++) {
    await live.advance(1000 / TICK_MS);
    const { serving } = live.frame();
    world.radioAt((second + 1) * (1000 / TICK_MS) - 1, sample);
    const level = (cell: number): number => Math.round(sample.rsrpDbm[cell]);
    const neighbours = [...cellNames.keys()]
      .filter((cell) => cell !== serving[0])
      .sort((a, b) => sample.rsrpDbm[b] - sample.rsrpDbm[a])
      .slice(0, LISTED_NEIGHBOURS)
      .map((cell) => ({ id: cellNames[cell], rsrp_dbm: level(cell) }));
    const cell = serving[0];
    const sinrDb = Number(sample.sinrDb[cell]?.toFixed(1) ?? 0);
    lines.push(
      JSON.stringify({
        t_ms: second * 1000,
        speed_mps: 33.3,
        serving: cell < 0 ? null : { cell_id: cellNames[cell], rsrp_dbm: level(cell), sinr_db: sinrDb },
        neighbours,
      }),
    );
  }
  return `${lines.join("\n")}\n`;
}

if (process.argv[1]?.endsWith("generate-ran.ts")) {
  for (const [name, content] of Object.entries(await sampleRecordings())) {
    const path = fileURLToPath(new URL(name, import.meta.url));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
