import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BadInputError, nearestName } from "../bad-input.ts";
import type { Shard, ShardResult, TableRow } from "../experiment/experiment.ts";
import type { KpiRow } from "../experiment/kpi-row.ts";
import { WriteError } from "../write-error.ts";
import { hashFile } from "./input-files.ts";
import { makeFolder } from "./make-folder.ts";
import { writeParquet } from "./parquet.ts";
import { lockRun, type RunLock } from "./run-lock.ts";
import { manifestText, parseManifest, type RunDescription, type RunManifest } from "./run-manifest.ts";
import { type FinishedShards, readShardFiles, removeShardFiles, saveShardFile } from "./shard-files.ts";
import { writeWhole } from "./write-whole.ts";

/**
 * Runs on disk: `runs/<id>/manifest.json` and, beside it, one JSON file a finished shard while the run goes on and
 * Parquet files (`kpis`, `timings`, `units`, `events`, `handovers`) once it is complete.
 */
export interface StoredRun {
  readonly folder: string;
  readonly manifest: RunManifest;
  /** Returns the finished shards of one experiment of the run, and the files of those that were damaged since. */
  finishedShards(experiment: number): Promise<FinishedShards>;
}

/** A run that this process alone may write, until it gives it back. */
export interface OpenRun extends StoredRun {
  /** Keeps one shard, whole or not at all. `wallTimeS` is what it took. Throws WriteError. */
  saveShard(experiment: number, shard: Shard, result: ShardResult, wallTimeS: number): Promise<void>;
  /** Writes the tables and then marks the run as complete. Throws WriteError: the shards are then still there. */
  complete(tables: RunTables, finishedAt: string): Promise<void>;
  /** Lets others write the run. */
  release(): Promise<void>;
}

export interface RunTables {
  readonly kpis: readonly KpiRow[];
  readonly timings: readonly KpiRow[];
  readonly units: readonly TableRow[];
  readonly events: readonly TableRow[];
  readonly handovers: readonly TableRow[];
}

/** A run, or a table of one, that is not what was written: what it is, and why it is left out. */
export interface LeftOut {
  readonly run: string;
  readonly part: string;
  readonly reason: string;
}

/**
 * Starts a run in `root`, locked for this process, and returns it. The id is the start time, the command and a random suffix.
 * Throws a BadInputError when no folder can be made there, and WriteError when the disk is full: nothing is then left behind.
 */
export async function createRun(root: string, description: RunDescription): Promise<OpenRun> {
  const time = description.startedAt.replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const name = description.command.slice(0, 2).filter((word) => /^[a-z]+$/.test(word));
  const id = [time, ...name, randomBytes(2).toString("hex")].join("-");
  const folder = join(root, id);
  try {
    await makeFolder(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (["ENOSPC", "EDQUOT", "EIO"].includes(code)) throw new WriteError(folder, error);
    throw new BadInputError("runs-folder", {
      subject: `folder ${root}`,
      expected: "a folder that can be written, or a place for one",
      got: code,
    });
  }
  const manifest: RunManifest = {
    ...description,
    format: 1,
    id,
    finishedAt: null,
    complete: false,
    wallTimeS: 0,
    tables: null,
  };
  try {
    const lock = await lockRun(folder);
    await writeWhole(join(folder, "manifest.json"), manifestText(manifest));
    return openForWriting(folder, manifest, lock);
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

/**
 * Returns the run `id` of `root`, complete or not, to be read. Throws a BadInputError when there is none (with the nearest id) or
 * its manifest is damaged.
 */
export async function openRun(root: string, id: string): Promise<StoredRun> {
  const folder = await runFolder(root, id);
  return openFolder(folder, await readManifest(folder, id));
}

/** Does the same for a run that is to go on: nobody else writes it meanwhile. Throws as `openRun` and `lockRun` do. */
export async function resumeRun(root: string, id: string): Promise<OpenRun> {
  const folder = await runFolder(root, id);
  // Before the lock, so that a folder that is none is told first.
  await readManifest(folder, id);
  const lock = await lockRun(folder);
  try {
    return openForWriting(folder, await readManifest(folder, id), lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Returns the manifests of all runs in `root`, oldest first; unreadable ones are left out. */
export async function listRuns(root: string): Promise<readonly RunManifest[]> {
  return (await readStore(root)).runs;
}

/** Returns the manifests of all runs in `root`, oldest first, and the runs whose manifest is missing or damaged. */
export async function readStore(
  root: string,
): Promise<{ readonly runs: readonly RunManifest[]; readonly leftOut: readonly LeftOut[] }> {
  const runs: RunManifest[] = [];
  const leftOut: LeftOut[] = [];
  const ids = existsSync(root) ? (await readdir(root)).sort() : [];
  for (const id of ids) {
    const folder = join(root, id);
    if (!(await isRunFolder(folder))) continue;
    try {
      runs.push(await readManifest(folder, id));
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
      leftOut.push({ run: id, part: "manifest.json", reason: error.parts.got });
    }
  }
  return { runs, leftOut };
}

async function runFolder(root: string, id: string): Promise<string> {
  const folder = join(root, id);
  if (/^[a-z0-9-]+$/.test(id) && (await isRunFolder(folder))) return folder;
  const { runs } = await readStore(root);
  const ids = runs.map((run) => run.id);
  const near = nearestName(id, ids);
  const newest = ids.slice(-3).reverse().join(", ");
  throw new BadInputError("unknown-run", {
    subject: "run",
    expected: "the id of a stored run",
    got: `"${id}"`,
    remedy:
      near !== undefined
        ? `did you mean "${near}"?`
        : ids.length === 0
          ? `none is stored in ${root} yet: baton ran run walk makes one`
          : `the newest are ${newest}; baton query "select id from runs" lists all`,
  });
}

/** Returns whether a run was ever written there: what else lies in the folder of the runs is none of ours. */
async function isRunFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => name === "manifest.json" || name === "shards" || name.endsWith(".parquet"));
}

async function readManifest(folder: string, id: string): Promise<RunManifest> {
  const path = join(folder, "manifest.json");
  const refuse = (got: string): BadInputError =>
    new BadInputError("unreadable-run", {
      subject: path,
      expected: "the manifest of a run of this version, as it was written",
      got,
      remedy: "run it again, and delete the folder",
    });
  const text = await readFile(path, "utf8").catch((error) => {
    throw refuse(error.code === "ENOENT" ? "no such file" : `an error, ${error.code}`);
  });
  try {
    const manifest = parseManifest(text);
    if (manifest.id === id) return manifest;
    // A copy of a folder would count its run twice.
    throw new RangeError(`that of run ${manifest.id}`);
  } catch (error) {
    if (error instanceof RangeError) throw refuse(error.message);
    throw error;
  }
}

function openFolder(folder: string, manifest: RunManifest): StoredRun {
  return {
    folder,
    manifest,
    finishedShards: (experiment) => readShardFiles(join(folder, "shards"), experiment),
  };
}

function openForWriting(folder: string, initial: RunManifest, lock: RunLock): OpenRun {
  let manifest = initial;
  const shards = join(folder, "shards");
  const saveManifest = async (change: Partial<RunManifest>): Promise<void> => {
    const changed = { ...manifest, ...change };
    await writeWhole(join(folder, "manifest.json"), manifestText(changed));
    manifest = changed;
  };
  return {
    ...openFolder(folder, initial),
    get manifest() {
      return manifest;
    },
    async saveShard(experiment, shard, result, wallTimeS) {
      await saveShardFile(shards, experiment, shard, result);
      await saveManifest({ wallTimeS: manifest.wallTimeS + wallTimeS });
    },
    async complete(tables, finishedAt) {
      const written: NonNullable<RunManifest["tables"]> = {};
      for (const [name, rows] of Object.entries(tables)) {
        if (rows.length === 0) continue;
        const file = `${name}.parquet`;
        await writeParquet(join(folder, file), rows.map(flatten));
        written[file] = { rows: rows.length, ...(await hashFile(join(folder, file))) };
      }
      await saveManifest({ complete: true, finishedAt, tables: written });
      await removeShardFiles(shards);
    },
    release: () => lock.release(),
  };
}

/** Returns the row with `ci95`, `atMost` and `atLeast` as columns of their own: `ci95_lo`, `at_most_independent` and so on. */
function flatten(row: KpiRow | TableRow): TableRow {
  if (!("ci95" in row) || !Array.isArray(row.ci95)) return row as TableRow;
  const { ci95, atMost, atLeast, memory, mark, ...rest } = row as KpiRow;
  return {
    ...rest,
    memory: memory ?? "none",
    mark: mark ?? "none",
    ci95_lo: ci95[0],
    ci95_hi: ci95[1],
    at_most_independent: atMost?.independent ?? null,
    at_most_by_group: atMost?.byGroup ?? null,
    at_least_independent: atLeast?.independent ?? null,
    at_least_by_group: atLeast?.byGroup ?? null,
  };
}
