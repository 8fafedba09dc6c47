import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Experiment } from "#core";
import { queryRuns } from "#core/node";
import { execute } from "../../../ui/cli/execute.ts";
import { temporaryFolder } from "../../support/run-baton.ts";

test("a world with very many events is stored whole", async () => {
  const folder = temporaryFolder();
  const count = 200_000;
  const experiment: Experiment = {
    name: "many",
    domain: "ran",
    kind: "simulated",
    arms: [],
    metrics: [],
    shards: [{ key: "many/seed=1", scenario: "many", seed: 1 }],
    inputs: [],
    config: {},
    runShard: () => ({
      units: [],
      tables: { events: Array.from({ length: count }, (_, ue) => ({ ue })) },
    }),
  };
  let timeS = 0;
  const context = {
    out: () => undefined,
    note: () => undefined,
    terminal: false,
    cwd: folder.path,
    projectRoot: fileURLToPath(new URL("../../../", import.meta.url)),
    nowS: () => ++timeS,
    now: () => "2026-01-02T03:04:05.000Z",
    threads: 1,
    signal: new AbortController().signal,
    argv: ["ran", "run", "many"],
  };
  try {
    const flags = { out: folder.path, dryRun: false, json: true, quiet: true };
    await execute(context, flags as Parameters<typeof execute>[1], [experiment]);
    const { rows } = await queryRuns(folder.path, "SELECT count(*) AS n FROM events");
    expect(rows).toEqual([{ n: count }]);
  } finally {
    folder.remove();
  }
}, 60_000);
