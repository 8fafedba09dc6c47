/** Builds the page when it is missing or older than what it is made of. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashOfFiles } from "../../.ci/hash-files.mjs";
import { packFiles } from "./pack-files.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const distFolder = join(root, "ui/web/dist");
const stampFile = ".built-from";
/** All that can change the page. */
const inputs = [
  "ui/web",
  "ui/protocol.ts",
  "ui/frame.ts",
  "ui/server/pack-files.ts",
  "core",
  "vite.config.ts",
  "package-lock.json",
];

/**
 * Returns the folder of the built page. Builds it first, saying so through `log`, when the hash of its sources differs
 * from the one that it was built from. Throws Error when the build fails; its output has gone to stderr.
 */
export async function builtWeb(log: (line: string) => void): Promise<string> {
  const hash = hashOfFiles(
    inputs.map((input) => join(root, input)),
    (file) => !file.startsWith(distFolder),
  );
  const stamp = join(distFolder, stampFile);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return distFolder;
  log("building the dashboard (vite build) ...");
  // Built aside and moved into place: a second server that starts meanwhile never sees half a page.
  const cache = join(root, "node_modules/.cache");
  const aside = join(cache, `baton-web-${process.pid}`);
  mkdirSync(cache, { recursive: true });
  await runVite(aside);
  packFiles(aside);
  writeFileSync(join(aside, stampFile), hash);
  rmSync(distFolder, { recursive: true, force: true });
  renameSync(aside, distFolder);
  return distFolder;
}

function runVite(outFolder: string): Promise<void> {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  // In a process of its own: a test runner's NODE_ENV would otherwise make a development build of it.
  const { VITEST: _, ...environment } = process.env;
  const child = spawn(
    process.execPath,
    [vite, "build", "--outDir", outFolder, "--emptyOutDir", "--logLevel", "warn"],
    { cwd: root, stdio: ["ignore", 2, 2], env: { ...environment, NODE_ENV: "production" } },
  );
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`building the dashboard failed (vite build, exit code ${code})`));
    });
  });
}
