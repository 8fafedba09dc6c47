// Finished shards of a study on disk, so that a stopped one goes on where it was.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Experiment, Shard, ShardResult } from "#core";

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** What decides a result besides the parameters: the simulator with its weights, and the core. */
const CODE = ["core", "ran-sim"] as const;

/**
 * Returns the shards of `experiment` that `folder` holds, and a function that keeps one more, whole or not at all. Shards of other
 * parameters, other code or other weights are not among them; outside a checkout nothing of an earlier run is.
 */
export function openShardStore(folder: string, experiment: Experiment) {
  const about = JSON.stringify([experiment.name, experiment.config, codeVersion()]);
  const mine = join(folder, createHash("sha256").update(about).digest("hex").slice(0, 16));
  return {
    async finished(): Promise<ReadonlyMap<string, ShardResult>> {
      const shards = new Map<string, ShardResult>();
      if (!existsSync(mine)) return shards;
      for (const file of (await readdir(mine)).filter((name) => name.endsWith(".json"))) {
        const { key, result } = JSON.parse(await readFile(join(mine, file), "utf8"));
        shards.set(key, result);
      }
      return shards;
    },
    async save({ key }: Shard, result: ShardResult): Promise<void> {
      await mkdir(mine, { recursive: true });
      const path = join(mine, `${createHash("sha256").update(key).digest("hex").slice(0, 16)}.json`);
      await writeFile(`${path}.part`, JSON.stringify({ key, result }));
      await rename(`${path}.part`, path);
    },
  };
}

/** Returns the trees of the code as Git names them, with what is not committed; the moment outside a checkout. */
function codeVersion(): string {
  const git = (...words: string[]): string =>
    execFileSync("git", ["-C", projectRoot, ...words], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      stdio: "pipe",
    });
  try {
    const trees = CODE.map((path) => git("rev-parse", `HEAD:${path}`).trim());
    const changes = git("diff", "HEAD", "--binary", "--", ...CODE);
    const fresh = git("ls-files", "--others", "--exclude-standard", "--", ...CODE);
    return [
      ...trees,
      createHash("sha256")
        .update(changes + fresh)
        .digest("hex"),
    ].join();
  } catch {
    return new Date().toISOString();
  }
}
