import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

let folder: ReturnType<typeof temporaryFolder>;
let run = "";
beforeAll(async () => {
  folder = temporaryFolder();
  const sets = ["layout.sites=1", "mobility.users=6", "durationS=6"].flatMap((set) => ["--set", set]);
  await runBaton([
    "ran",
    "run",
    "hex-uma",
    ...sets,
    "--arms",
    "a3-set5,cho",
    "--seeds",
    "1",
    "--out",
    folder.path,
  ]);
  [run] = readdirSync(folder.path);
}, 60_000);
afterAll(() => folder.remove());

const trace = (...more: string[]) => runBaton(["ran", "trace", run, "--out", folder.path, ...more]);

test("ran trace draws every handover of a phone of a stored run, and one alone", async () => {
  const charts = await Promise.all([0, 1, 2, 3, 4, 5].map((ue) => trace("--ue", `${ue}`)));
  expect(charts.every(({ code }) => code === 0)).toBe(true);
  const all = charts.map(({ out }) => out).join("\n");
  for (const word of ["HANDOVER REQUEST ACK", "RRCReconfiguration", "PATH SWITCH REQUEST", "completed"]) {
    expect(all).toContain(word);
  }
  const ue = charts.findIndex(({ out }) => out.includes("attempt 2,"));
  const one = await trace("--ue", `${ue}`, "--attempt", "2", "--arm", "a3-set5");
  expect(one.out).toContain("attempt 2,");
  expect(one.out).not.toContain("attempt 1,");
});

test("a phone, an arm, an attempt or a run that is not there ends with exit code 2 and says what is", async () => {
  const said = async (...argv: string[]): Promise<[number, string]> => {
    const { code, notes } = await trace(...argv);
    return [code, notes];
  };
  expect(await said("--ue", "99")).toEqual([2, expect.stringContaining("expected a phone, 0 to 5")]);
  expect(await said("--ue", "x")).toEqual([2, expect.stringContaining("expected a whole number")]);
  expect(await said("--ue", "0", "--arm", "chp")).toEqual([2, expect.stringContaining('did you mean "cho"')]);
  expect(await said("--ue", "0", "--attempt", "999")).toEqual([2, expect.stringContaining("--attempt")]);
  const missing = await runBaton(["ran", "trace", "no-run", "--ue", "0", "--out", folder.path]);
  expect(missing.code).toBe(2);
});
