import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { listRuns, queryRuns } from "#core/node";
import { execute } from "../../../ui/cli/execute.ts";
import { FailedError } from "../../../ui/cli/failure.ts";
import { quickExperiment, quietContext } from "../../support/quick-experiment.ts";
import { temporaryFolder } from "../../support/run-baton.ts";

/** How many more writes the disk takes. */
const disk = vi.hoisted(() => ({ writesLeft: Number.POSITIVE_INFINITY }));

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const use = (): void => {
    if (disk.writesLeft-- <= 0) throw Object.assign(new Error("ENOSPC: write"), { code: "ENOSPC" });
  };
  return {
    ...real,
    mkdir: async (...args: Parameters<typeof real.mkdir>) => {
      use();
      return real.mkdir(...args);
    },
    writeFile: async (...args: Parameters<typeof real.writeFile>) => {
      use();
      return real.writeFile(...args);
    },
    open: async (path: string, flags: string) => {
      if (flags === "wx") use();
      return real.open(path, flags);
    },
  };
});

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  disk.writesLeft = Number.POSITIVE_INFINITY;
  folder.remove();
});

function run(resume?: string) {
  const flags = { out: folder.path, resume, dryRun: false, json: true, quiet: true, kpis: [] };
  return execute(quietContext(folder.path, projectRoot), flags as Parameters<typeof execute>[1], [
    quickExperiment(3),
  ]);
}

test("a disk that fills up at any write ends with one line; what was kept goes on to the same numbers", async () => {
  const whole = await run();
  let failures = 0;
  for (let writes = 0; ; writes++) {
    disk.writesLeft = writes;
    const before = await listRuns(folder.path);
    const outcome = await run().catch((error) => error);
    disk.writesLeft = Number.POSITIVE_INFINITY;
    if (!(outcome instanceof Error)) break;
    failures++;
    expect(outcome).toBeInstanceOf(FailedError);
    expect(outcome.message).toMatch(/^cannot write .*: no space left on the disk; /);
    expect(outcome.message).not.toContain("\n");
    const fresh = (await listRuns(folder.path)).filter(({ id }) => before.every((old) => old.id !== id));
    if (fresh.length === 0) {
      expect(outcome.message).toContain("nothing was begun: make room");
      continue;
    }
    const [{ id, complete }] = fresh;
    expect(complete).toBe(false);
    expect(outcome.message).toMatch(
      new RegExp(`[0-3] of 3 shards of quick are kept in run ${id}; go on with: .* --resume ${id}$`),
    );
    const resumed = await run(id);
    expect(resumed?.kpis).toEqual(whole?.kpis);
  }
  // At least: a folder, a lock, a manifest, three shards, three tables of two files each, and the manifest again.
  expect(failures).toBeGreaterThan(12);
  const { rows, leftOut } = await queryRuns(
    folder.path,
    "SELECT run, sum(value) AS v FROM kpis GROUP BY run",
  );
  expect(new Set(rows.map(({ v }) => v)).size).toBe(1);
  expect(leftOut).toEqual([]);
}, 120_000);
