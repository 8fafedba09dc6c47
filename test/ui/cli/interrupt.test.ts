import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { listRuns } from "#core/node";
import { joinLive } from "../../support/live-test-client.ts";
import { temporaryFolder } from "../../support/run-baton.ts";

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));

test("Ctrl-C stops a long run within its world, with exit code 130 and the command that goes on", async () => {
  const folder = temporaryFolder();
  try {
    const words = "ran run hex-uma --arms a3 --seeds 3 --set layout.sites=1 --set mobility.users=50".split(
      " ",
    );
    const endless = ["--set", "durationS=100000", "--out", folder.path];
    const child = spawn(process.execPath, [".ci/enter.mjs", "ui/cli/main.ts", ...words, ...endless], {
      cwd: projectRoot,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let notes = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      notes += text;
    });
    // The run has begun once its manifest is there.
    while ((await listRuns(folder.path)).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.on("exit", resolve));
    expect(code).toBe(130);
    expect(notes).toMatch(/0 of 3 shards of ran are kept in run (\S+); go on with: .* --resume \1/);
  } finally {
    folder.remove();
  }
});

test("SIGTERM closes the dashboard's sockets with 1001 and ends the server", async () => {
  const child = spawn(process.execPath, [".ci/enter.mjs", "ui/cli/main.ts", "serve", "--port", "0"], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal)));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(/:(\d+) /.exec(String(line))?.[1]);
  const client = await joinLive(port);
  await client.next("welcome");
  child.kill("SIGTERM");
  expect(await client.closed).toBe(1001);
  expect(await ended).toBe(0);
});
