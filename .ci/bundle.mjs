// One bundle of command line, server and workers, made when sources have changed: starting from 500 TypeScript files takes
// seconds, from the bundle a fraction of one. It lies in the ignored cache, named by the hash of what it was made of.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { hashOfFiles } from "./hash-files.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const cache = join(root, "node_modules/.cache/baton-bundle");
const unusedMs = 7 * 24 * 3600 * 1000;

/** What is imported by name at run time: the main, the threads, and the experiments that threads make again. */
const entryPoints = [
  "ui/cli/main.ts",
  "ui/server/worker.ts",
  "ui/server/drop/drop-worker.ts",
  "core/adapters/shard-worker.ts",
  "ran-sim/experiment.ts",
  "ran-sim/replay-experiment.ts",
  "agent-sim/experiment.ts",
  "agent-sim/fleet/experiment.ts",
];
const sourceFolders = ["core", "ran-sim", "agent-sim", "ui"];

/** Returns the URL of the bundle's folder; builds it first, saying so through `log`, when there is none of these sources. */
export async function builtBundle(log) {
  const folder = join(cache, hashOfSources());
  if (!existsSync(folder)) {
    log("bundling the command line (esbuild), once ...");
    await build(folder);
    deleteUnused();
  }
  const now = new Date();
  utimesSync(folder, now, now);
  return pathToFileURL(`${folder}/`);
}

/** Returns a name for the sources and, because their paths are absolute, the place of the clone: file URLs are written into the bundle. */
function hashOfSources() {
  const inputs = ["package-lock.json", ".ci/bundle.mjs", ".ci/hash-files.mjs", ...sourceFolders];
  const isBundled = (file) => /\.ts$/.test(file) && !file.includes(`${sep}ui${sep}web${sep}`);
  return hashOfFiles(
    inputs.map((input) => join(root, input)),
    isBundled,
  ).slice(0, 32);
}

async function build(folder) {
  const esbuild = await import("esbuild");
  // Built aside and moved into place: a second command that starts meanwhile never sees half a bundle.
  const aside = `${folder}-${process.pid}`;
  mkdirSync(cache, { recursive: true });
  await esbuild.build({
    absWorkingDir: root,
    entryPoints,
    outbase: ".",
    outdir: aside,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "linked",
    sourcesContent: false,
    chunkNames: "chunks/[name]-[hash]",
    logLevel: "warning",
    plugins: [packagesOutside, sourceUrls],
  });
  try {
    renameSync(aside, folder);
  } catch (error) {
    // Another command was first.
    if (!existsSync(folder)) throw error;
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Deletes what no command has used for a week: a command that still runs loads parts of its bundle late. */
function deleteUnused() {
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    if (Date.now() - statSync(folder).mtimeMs > unusedMs) rmSync(folder, { recursive: true, force: true });
  }
}

/** Packages stay where npm put them, and one that nothing uses is not loaded. */
const packagesOutside = {
  name: "packages-outside",
  setup(build) {
    build.onResolve({ filter: /^[^./#]/ }, ({ path, kind }) =>
      kind === "entry-point" ? null : { path, external: true, sideEffects: false },
    );
  },
};

/** Files beside a source (weights, scenarios, thread entries) are found from the source, not from the bundle. */
const sourceUrls = {
  name: "source-urls",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll("import.meta.url", () => JSON.stringify(pathToFileURL(path).href)),
      loader: "ts",
    }));
  },
};
