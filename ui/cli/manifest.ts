import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Experiment } from "#core";
import { hashInputFiles, type RunDescription } from "#core/node";
import type { Context } from "./context.ts";

/** Returns what a run's manifest says before the run starts. Throws a BadInputError for an input file that is gone. */
export async function describeRun(
  context: Context,
  experiments: readonly Experiment[],
): Promise<RunDescription> {
  return {
    command: withoutResume(context.argv),
    startedAt: context.now(),
    experiments: experiments.map(({ name, domain, arms, shards, config }) => ({
      name,
      domain,
      arms: [...arms],
      seeds: [...new Set(shards.flatMap(({ seed }) => (seed === null ? [] : [seed])))],
      shards: shards.length,
      config,
    })),
    inputs: [
      ...(await hashInputFiles(
        experiments.flatMap(({ inputFiles = [] }) => inputFiles),
        context.cwd,
      )),
    ],
    versions: versions(context.projectRoot),
    gitRevision: gitRevision(context.projectRoot),
    machine: {
      platform: `${process.platform} ${process.arch}`,
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGib: Math.round(totalmem() / 2 ** 30),
    },
  };
}

/** Returns the command line without `--resume run`, so that a resumed run keeps its first command. */
export function withoutResume(argv: readonly string[]): string[] {
  return argv.filter(
    (word, i) => word !== "--resume" && argv[i - 1] !== "--resume" && !word.startsWith("--resume="),
  );
}

function versions(projectRoot: string): Record<string, string> {
  const read = (path: string): string =>
    (JSON.parse(readFileSync(join(projectRoot, path), "utf8")) as { version: string }).version;
  return {
    baton: read("package.json"),
    node: process.version,
    duckdb: read("node_modules/@duckdb/node-api/package.json"),
  };
}

/** Returns the commit, with "+changes" when the tree has uncommitted ones; null outside a checkout. */
function gitRevision(projectRoot: string): string | null {
  const git = (...words: string[]): string | null => {
    const { status, stdout } = spawnSync("git", ["-C", projectRoot, ...words], { encoding: "utf8" });
    return status === 0 ? stdout.trim() : null;
  };
  const revision = git("rev-parse", "HEAD");
  if (revision === null) return null;
  return git("status", "--porcelain", "--untracked-files=no") === "" ? revision : `${revision}+changes`;
}
