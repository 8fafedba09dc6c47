/**
 * Prints, as JSON, how late frames come to 18 viewers that read while two more read nothing at all: the server as it is, 20 frames a second a
 * side, 5,000 phones a frame. The viewers are a process of their own, so that their reading is not the server's work.
 * Run: node .ci/enter.mjs test/bench/slow-readers.ts
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../../ui/server/serve.ts";

const webFolder = mkdtempSync(join(tmpdir(), "baton-bench-"));
writeFileSync(join(webFolder, "index.html"), "<!doctype html>");
const server = await serve({
  port: 0,
  webFolder,
  workerEntry: new URL("slow-readers-worker.js", import.meta.url),
});
const viewers = fork(fileURLToPath(new URL("slow-readers-viewers.js", import.meta.url)), [
  String(server.port),
]);
const late = await new Promise((resolve, reject) => {
  viewers.once("message", resolve);
  viewers.once("exit", (code) => reject(new Error(`the viewers ended with code ${code}`)));
});
const metrics = await (await fetch(`${server.url}/metrics`)).text();
const counted = (name: string) => Number(new RegExp(`^${name} (.+)$`, "m").exec(metrics)?.[1]);
viewers.kill();
await server.close();
rmSync(webFolder, { recursive: true });
process.stdout.write(
  `${JSON.stringify({
    ...(late as object),
    framesSent: counted("baton_frames_sent_total"),
    framesLeftOut: counted("baton_frames_left_out_total"),
    residentMiB: Math.round(counted("process_resident_memory_bytes") / 2 ** 20),
  })}\n`,
);
