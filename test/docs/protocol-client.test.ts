import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { kpiRowSchema } from "#core";
import { PROTOCOL_VERSION } from "../../ui/protocol.ts";
import { serve } from "../../ui/server/serve.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "docs/protocol.md"), "utf8");
const client = /^```js\n([\s\S]*?)^```/m.exec(page)?.[1] ?? "";

test("the client of the protocol's page has 20 lines of code and speaks the protocol of now", () => {
  const code = client.split("\n").filter((line) => !/^[\s})\];]*$/.test(line));
  expect(code.length).toBeLessThanOrEqual(20);
  expect(client).toContain(`protocol: ${PROTOCOL_VERSION} }`);
});

test("the client of the protocol's page prints rows of both sides and counts phones, with a token too", async () => {
  const webFolder = mkdtempSync(join(tmpdir(), "baton-client-"));
  writeFileSync(join(webFolder, "index.html"), "<!doctype html>");
  // Below the project, so that it finds the project's packages, as it says.
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const file = join(cache, `baton-client-${process.pid}.mjs`);
  writeFileSync(file, client);
  const server = await serve({ port: 0, webFolder, token: "only-for-this-test-1" });
  const child = spawn(process.execPath, [file, server.url], { stdio: ["ignore", "pipe", "pipe"] });
  try {
    let [out, notes] = ["", ""];
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      notes += data;
    });
    const rows = () =>
      out
        .split("\n")
        .slice(0, -1)
        .map((line) => kpiRowSchema.parse(JSON.parse(line)));
    const domains = () => new Set(rows().map(({ domain }) => domain));
    // A frame's table was read where it says: some phone is connected soon.
    while (domains().size < 2 || !/^[\d.]+ s: [1-9]\d* connected$/m.test(notes)) {
      expect([child.exitCode, notes]).toEqual([null, expect.not.stringContaining("Error")]);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(domains()).toEqual(new Set(["ran", "agent"]));
  } finally {
    child.kill();
    await server.close();
    rmSync(file);
    rmSync(webFolder, { recursive: true });
  }
});
