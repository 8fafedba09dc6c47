import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listRuns } from "#core/node";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Stops a command before its first shard, changes a file that it reads, and goes on. */
async function resumeAfter(words: readonly string[], change: () => void) {
  const interrupt = new AbortController();
  interrupt.abort();
  const all = [...words, "--out", join(folder.path, "runs")];
  const stopped = await runBaton(all, { signal: interrupt.signal, cwd: folder.path });
  expect([stopped.code, stopped.notes]).toEqual([130, expect.stringContaining("--resume")]);
  const [{ id, inputs }] = await listRuns(join(folder.path, "runs"));
  change();
  const resumed = await runBaton([...all, "--resume", id, "--quiet"], { cwd: folder.path });
  return { ...resumed, id, inputs };
}

const inFolder = (name: string): string => join(folder.path, name);
const refused = (path: string) => [
  2,
  expect.stringMatching(new RegExp(`run \\S+, input file ${path}: expected \\d+ bytes with SHA-256`)),
];

const requests = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,700,33\n";

test("a trace that changed is refused on resume, by its name", async () => {
  writeFileSync(inFolder("requests.csv"), requests);
  const words = ["agent", "import", "requests.csv"];
  const { code, notes, inputs } = await resumeAfter(words, () =>
    writeFileSync(inFolder("requests.csv"), requests.replace("700", "701")),
  );
  expect([code, notes]).toEqual(refused("requests.csv"));
  expect(notes).toContain("docs/errors.md#cannot-resume");
  expect(inputs).toMatchObject([{ path: "requests.csv", bytes: requests.length }]);
});

test("a run whose inputs are the same goes on, also from a copy", async () => {
  mkdirSync(inFolder("data"));
  writeFileSync(inFolder("data/requests.csv"), requests);
  const words = ["agent", "import", "data/requests.csv"];
  const { code, notes } = await resumeAfter(words, () => {
    cpSync(inFolder("data/requests.csv"), inFolder("copy.csv"));
    writeFileSync(inFolder("data/requests.csv"), readFileSync(inFolder("copy.csv")));
  });
  expect([code, notes]).toEqual([0, ""]);
});

test("the file that tasks take their lengths from is an input", async () => {
  writeFileSync(inFolder("requests.csv"), requests);
  const agents = ["agent", "run", "default", "--arms", "cold", "--seeds", "1"];
  const workload = await resumeAfter([...agents, "--set", "workload.file=requests.csv"], () =>
    // As many requests and tokens as before.
    writeFileSync(inFolder("requests.csv"), `${requests}\n`),
  );
  expect([workload.code, workload.notes]).toEqual(refused("requests.csv"));
});

test("the sites of a custom layout are an input", async () => {
  const sites = "name,x_m,y_m\na,0,0\nb,400,0\n";
  writeFileSync(inFolder("sites.csv"), sites);
  writeFileSync(
    inFolder("town.yaml"),
    "layout: { kind: custom, file: sites.csv }\nmobility: { users: 2, model: { kind: random-waypoint } }\ndurationS: 2\n",
  );
  const words = ["ran", "run", "town.yaml", "--arms", "a3", "--seeds", "1"];
  const { code, notes, inputs } = await resumeAfter(words, () =>
    writeFileSync(inFolder("sites.csv"), sites.replace("400", "410")),
  );
  expect([code, notes]).toEqual(refused("sites.csv"));
  expect(inputs.map(({ path }) => path)).toEqual(["sites.csv"]);
});
