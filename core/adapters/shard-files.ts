// The finished shards of a run on disk, one file each, so that a run that was stopped goes on where it was.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Shard, ShardResult } from "../experiment/experiment.ts";
import { makeFolder } from "./make-folder.ts";
import { writeWhole } from "./write-whole.ts";

/** What a folder of shards holds of one experiment. */
export interface FinishedShards {
  /** By the keys of the shards. */
  readonly results: ReadonlyMap<string, ShardResult>;
  /** Names of files that are not what was written; their shards run again. */
  readonly damaged: readonly string[];
}

/**
 * Keeps one shard, whole or not at all: a line of JSON with its key and the SHA-256 of the second line, which is its result.
 * Throws WriteError.
 */
export async function saveShardFile(
  folder: string,
  experiment: number,
  { key }: Shard,
  result: ShardResult,
): Promise<void> {
  const text = JSON.stringify(result);
  await makeFolder(folder).catch(() => {});
  const head = JSON.stringify({ key, sha256: digest(key, text) });
  await writeWhole(join(folder, shardFileName(experiment, key)), `${head}\n${text}\n`);
}

/** Returns the shards of one experiment. Files that are being written are none of it. */
export async function readShardFiles(folder: string, experiment: number): Promise<FinishedShards> {
  const results = new Map<string, ShardResult>();
  const damaged: string[] = [];
  const names = existsSync(folder) ? (await readdir(folder)).sort() : [];
  for (const name of names.filter((name) => name.startsWith(`${experiment}-`) && name.endsWith(".json"))) {
    const shard = parseShard(await readFile(join(folder, name), "utf8").catch(() => ""));
    if (shard === null || name !== shardFileName(experiment, shard.key)) damaged.push(name);
    else results.set(shard.key, shard.result);
  }
  return { results, damaged };
}

/** Takes the shards away; those that cannot be are of no more use, and do no harm. */
export async function removeShardFiles(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

function shardFileName(experiment: number, key: string): string {
  return `${experiment}-${createHash("sha256").update(key).digest("hex").slice(0, 32)}.json`;
}

/** Returns null for what was not written so. One line with both is the form of before there were checksums. */
function parseShard(text: string): { readonly key: string; readonly result: ShardResult } | null {
  const [first, second = ""] = text.split("\n", 2);
  try {
    const { key, sha256, result } = JSON.parse(first);
    if (sha256 === undefined) return isResult(result) ? { key, result } : null;
    return sha256 === digest(key, second) ? { key, result: JSON.parse(second) } : null;
  } catch {
    return null;
  }
}

function isResult(value: unknown): value is ShardResult {
  const { units, tables } = (value ?? {}) as Record<string, unknown>;
  return Array.isArray(units) && typeof tables === "object" && tables !== null;
}

function digest(key: string, result: string): string {
  return createHash("sha256").update(`${key}\n${result}`).digest("hex");
}
