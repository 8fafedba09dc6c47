import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listRuns, openRun } from "#core/node";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));
const words =
  "ran run hex-uma --arms a3 --seeds 4 --set layout.sites=1 --set mobility.users=20 --set durationS=20".split(
    " ",
  );

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Starts the command as a process and sends it `signal` once it has kept a shard; returns the run and the exit code. */
async function stopAfterAShard(signal: NodeJS.Signals) {
  const child = spawn(process.execPath, [".ci/enter.mjs", "ui/cli/main.ts", ...words, "--out", folder.path], {
    cwd: projectRoot,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let notes = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    notes += text;
  });
  const ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
  const kept = async (): Promise<boolean> => {
    const [run] = await listRuns(folder.path);
    const shards = join(folder.path, run?.id ?? "", "shards");
    return (
      run !== undefined && existsSync(shards) && readdirSync(shards).some((name) => name.endsWith(".json"))
    );
  };
  while (!(await kept())) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill(signal);
  const code = await ended;
  const [{ id }] = await listRuns(folder.path);
  return { id, code, notes };
}

const kpis = async (...more: string[]) => {
  const said = await runBaton([...words, "--out", folder.path, "--json", "--quiet", ...more]);
  expect(said.code, said.notes).toBe(0);
  return { kpis: JSON.parse(said.out).kpis, notes: said.notes };
};

test("a run killed in its middle goes on to the numbers of one that was not; a shard damaged meanwhile runs again", async () => {
  const { id, code } = await stopAfterAShard("SIGKILL");
  expect(code).toBe(null);
  // The lock of the killed process is still there.
  expect(existsSync(join(folder.path, id, "lock"))).toBe(true);
  const shards = join(folder.path, id, "shards");
  const [name] = readdirSync(shards).filter((file) => file.endsWith(".json"));
  writeFileSync(join(shards, name), readFileSync(join(shards, name), "utf8").replace('"sum":', '"sum":1'));
  const resumed = await kpis("--resume", id);
  expect(resumed.notes).toBe(
    `run ${id}: 1 of its shards is not what was written and run again: shards/${name}\n`,
  );
  expect(resumed.kpis).toEqual((await kpis()).kpis);
  expect(readdirSync(join(folder.path, id)).sort()).not.toContain("lock");
});

test("SIGTERM keeps what was finished, like Ctrl-C, and the same run goes on", async () => {
  const { id, code, notes } = await stopAfterAShard("SIGTERM");
  expect(code).toBe(130);
  expect(notes).toMatch(
    new RegExp(`[1-4] of 4 shards of ran are kept in run ${id}; go on with: .* --resume ${id}`),
  );
  expect((await openRun(folder.path, id)).manifest.complete).toBe(false);
  expect((await kpis("--resume", id)).kpis).toEqual((await kpis()).kpis);
});
