import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

let folder: ReturnType<typeof temporaryFolder>;
let bad: string;
let good: string;
let third: string;

const words = (seed: number) =>
  `ran run hex-uma --arms a3 --seed ${seed} --set layout.sites=1 --set mobility.users=10 --set durationS=20`.split(
    " ",
  );

beforeAll(async () => {
  folder = temporaryFolder();
  const made: string[] = [];
  for (const seed of [1, 1, 1]) {
    await runBaton([...words(seed), "--out", folder.path, "--quiet"]);
    made.push(readdirSync(folder.path).find((name) => !made.includes(name)) as string);
  }
  [bad, good, third] = made;
  rmSync(join(folder.path, bad, "events.parquet"));
  const units = join(folder.path, bad, "units.parquet");
  const bytes = readFileSync(units);
  bytes[100] ^= 4;
  writeFileSync(units, bytes);
}, 60_000);
afterAll(() => folder.remove());

const baton = (...argv: string[]) => runBaton([...argv, "--out", folder.path]);

test("query answers for the runs that are whole, and names and counts what it leaves out", async () => {
  const { code, out, notes } = await baton(
    "query",
    "SELECT count(DISTINCT run) AS runs FROM units",
    "--json",
  );
  expect([code, JSON.parse(out)]).toEqual([
    0,
    {
      columns: ["runs"],
      rows: [{ runs: 2 }],
      leftOut: [{ run: bad, part: "units.parquet", reason: "other contents than its manifest says" }],
    },
  ]);
  expect(notes).toContain(`run ${bad}, units.parquet: other contents than its manifest says; left out\n`);
  expect(notes).toContain("1 file of 1 run left out");
});

test("compare and trace refuse the damaged run with the command that makes it again, and serve the others", async () => {
  const again = `run it again: npm run -s baton -- ${words(1).join(" ")}`;
  for (const argv of [
    ["compare", good, bad],
    ["ran", "trace", bad, "--ue", "0"],
  ]) {
    const { code, out, notes } = await baton(...argv);
    expect([code, out]).toEqual([2, ""]);
    expect(notes).toContain(again);
    expect(notes).toContain("docs/errors.md#damaged-run");
    expect(notes.trim()).not.toContain("\n");
  }
  expect((await baton("compare", good, third)).code).toBe(0);
  const { code, notes } = await baton("ran", "trace", good, "--ue", "0");
  expect([0, 2]).toContain(code);
  expect(notes).not.toContain("damaged");
});
