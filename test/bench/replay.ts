/**
 * How fast recorded journeys are replayed, closed loop: million user-ticks per processor second of one thread, reading apart. One run of all
 * traces first, which reads models and has the code compiled. `node .ci/enter.mjs test/bench/replay.ts <arm> [<folder>] [<rounds>]`.
 */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runExperiment } from "#core";
import { createReplayExperiment, parseRanScenario, readMultiCellTraces } from "#ran-sim";
import { sharedPath } from "../support/shared-data.ts";

export interface ReplaySpeed {
  readonly arm: string;
  readonly userTicks: number;
  readonly rounds: number;
  /** User-ticks per processor second, all threads of the process: median, least and greatest of the rounds. */
  readonly perCpuS: number;
  readonly least: number;
  readonly greatest: number;
}

/** The traces that the marks are stated for; null where they are not there. */
export function karlsruheFolder(): string | null {
  const folder = sharedPath("data", "karlsruhe");
  return existsSync(folder) ? folder : null;
}

/** Returns the speed of one arm on the traces of a folder: events, tallies and tables included, nothing stored. */
export async function measureReplay(
  folder: string,
  arm: string,
  { rounds = 5, trend = false }: { readonly rounds?: number; readonly trend?: boolean } = {},
): Promise<ReplaySpeed> {
  const traces = readMultiCellTraces(folder);
  const userTicks = traces.reduce((sum, { tickCount }) => sum + tickCount, 0);
  const scenario = parseRanScenario(
    { name: "karlsruhe", ...(trend ? { network: { memory: "trend" } } : {}) },
    "bench",
  );
  const once = async (): Promise<number> => {
    const experiment = createReplayExperiment({ name: "karlsruhe", traces, scenario, arms: [arm] });
    const before = process.cpuUsage();
    await runExperiment(experiment, { nowS: () => performance.now() / 1000 });
    const { user, system } = process.cpuUsage(before);
    return userTicks / ((user + system) / 1e6);
  };
  await once();
  const speeds: number[] = [];
  for (let round = 0; round < rounds; round++) speeds.push(await once());
  speeds.sort((a, b) => a - b);
  return {
    ...{ arm, userTicks, rounds },
    perCpuS: speeds[Math.floor(rounds / 2)],
    least: speeds[0],
    greatest: speeds[rounds - 1],
  };
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? "")).href) {
  const [arm = "a3-set3", folder = karlsruheFolder(), rounds = "5"] = process.argv.slice(2);
  if (folder === null) throw new Error("no traces: name a folder, or set BATON_SHARED");
  process.stdout.write(`${JSON.stringify(await measureReplay(folder, arm, { rounds: Number(rounds) }))}\n`);
}
