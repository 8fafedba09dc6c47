import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BadInputError, nearestName } from "../bad-input.ts";
import type { Shard, ShardResult, TableRow } from "../experiment/experiment.ts";
import type { KpiRow } from "../experiment/kpi-row.ts";
import { writeParquet } from "./parquet.ts";
import { type RunManifest, runManifestSchema } from "./run-manifest.ts";
import { writeWhole } from "./write-whole.ts";

/**
 * Runs on disk: `runs/<id>/manifest.json` and, beside it, one JSON file a finished shard while the run goes on and
 * Parquet files (`kpis`, `timings`, `units`, `events`, `handovers`) once it is complete.
 */
export interface StoredRun {
  readonly folder: string;
  readonly manifest: RunManifest;
  /** Returns the finished shards of one experiment of the run, by key. A half-written file counts as not finished. */
  finishedShards(experiment: number): Promise<ReadonlyMap<string, ShardResult>>;
  /** Keeps one shard, whole or not at all. `wallTimeS` is what it took. */
  saveShard(experiment: number, shard: Shard, result: ShardResult, wallTimeS: number): Promise<void>;
  /** Writes the tables and then marks the run as complete. */
  complete(tables: RunTables, finishedAt: string): Promise<void>;
}

export interface RunTables {
  readonly kpis: readonly KpiRow[];
  readonly timings: readonly KpiRow[];
  readonly units: readonly TableRow[];
  readonly events: readonly TableRow[];
  readonly handovers: readonly TableRow[];
}

/**
 * Starts a run in `root` and returns it. The id is the start time, the command and a random suffix. Throws a
 * BadInputError when no folder can be made there.
 */
export async function createRun(
  root: string,
  manifest: Omit<RunManifest, "format" | "id" | "finishedAt" | "complete" | "wallTimeS">,
): Promise<StoredRun> {
  const time = manifest.startedAt.replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const name = manifest.command.slice(0, 2).filter((word) => /^[a-z]+$/.test(word));
  const id = [time, ...name, randomBytes(2).toString("hex")].join("-");
  const folder = join(root, id);
  try {
    await mkdir(join(folder, "shards"), { recursive: true });
  } catch (error) {
    throw new BadInputError("runs-folder", {
      subject: `folder ${root}`,
      expected: "a folder that can be written, or a place for one",
      got: (error as NodeJS.ErrnoException).code ?? String(error),
    });
  }
  const whole: RunManifest = { ...manifest, format: 1, id, finishedAt: null, complete: false, wallTimeS: 0 };
  await writeWhole(join(folder, "manifest.json"), JSON.stringify(whole, null, 2));
  return openFolder(folder, whole);
}

/**
 * Returns the run `id` of `root`, complete or not. Throws a BadInputError when there is none (with the nearest id) or
 * its manifest cannot be read.
 */
export async function openRun(root: string, id: string): Promise<StoredRun> {
  const folder = join(root, id);
  const ids = existsSync(root) ? await readdir(root) : [];
  if (!/^[a-z0-9-]+$/.test(id) || !existsSync(join(folder, "manifest.json"))) {
    const near = nearestName(id, ids);
    throw new BadInputError("unknown-run", {
      subject: "run",
      expected: "the id of a stored run",
      got: `"${id}"`,
      remedy: near === undefined ? `see baton query "select id from runs"` : `did you mean "${near}"?`,
    });
  }
  return openFolder(folder, await readManifest(folder));
}

/** Returns the manifests of all runs in `root`, oldest first; unreadable ones are left out. */
export async function listRuns(root: string): Promise<readonly RunManifest[]> {
  if (!existsSync(root)) return [];
  const manifests: RunManifest[] = [];
  for (const id of (await readdir(root)).sort()) {
    try {
      manifests.push(await readManifest(join(root, id)));
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
    }
  }
  return manifests;
}

async function readManifest(folder: string): Promise<RunManifest> {
  const path = join(folder, "manifest.json");
  try {
    return runManifestSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    throw new BadInputError("unreadable-run", {
      subject: path,
      expected: "the manifest of a run of this version",
      got: existsSync(path) ? "something else" : "nothing",
      remedy: "delete the folder, or run it again",
    });
  }
}

function openFolder(folder: string, initial: RunManifest): StoredRun {
  let manifest = initial;
  const shards = join(folder, "shards");
  const saveManifest = async (change: Partial<RunManifest>): Promise<void> => {
    manifest = { ...manifest, ...change };
    await writeWhole(join(folder, "manifest.json"), JSON.stringify(manifest, null, 2));
  };
  return {
    folder,
    get manifest() {
      return manifest;
    },
    async finishedShards(experiment) {
      const finished = new Map<string, ShardResult>();
      if (!existsSync(shards)) return finished;
      const mine = (await readdir(shards)).filter(
        (name) => name.startsWith(`${experiment}-`) && name.endsWith(".json"),
      );
      for (const name of mine) {
        const { key, result } = JSON.parse(await readFile(join(shards, name), "utf8"));
        finished.set(key, result);
      }
      return finished;
    },
    async saveShard(experiment, shard, result, wallTimeS) {
      const name = `${experiment}-${createHash("sha256").update(shard.key).digest("hex").slice(0, 32)}.json`;
      await writeWhole(join(shards, name), JSON.stringify({ key: shard.key, result }));
      await saveManifest({ wallTimeS: manifest.wallTimeS + wallTimeS });
    },
    async complete(tables, finishedAt) {
      for (const [name, rows] of Object.entries(tables)) {
        if (rows.length > 0) await writeParquet(join(folder, `${name}.parquet`), rows.map(flatten));
      }
      await saveManifest({ complete: true, finishedAt });
      await rm(shards, { recursive: true, force: true });
    },
  };
}

/** Returns the row with `ci95`, `atMost` and `atLeast` as columns of their own: `ci95_lo`, `at_most_independent` and so on. */
function flatten(row: KpiRow | TableRow): TableRow {
  if (!("ci95" in row) || !Array.isArray(row.ci95)) return row as TableRow;
  const { ci95, atMost, atLeast, ...rest } = row as KpiRow;
  return {
    ...rest,
    ci95_lo: ci95[0],
    ci95_hi: ci95[1],
    at_most_independent: atMost?.independent ?? null,
    at_most_by_group: atMost?.byGroup ?? null,
    at_least_independent: atLeast?.independent ?? null,
    at_least_by_group: atLeast?.byGroup ?? null,
  };
}
