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

test("an attempt can be chosen by how it ended, and both ways of a ping-pong are told apart", async () => {
  const { out, notes, code } = await trace("--outcome", "ping-pong");
  expect(code).toBe(0);
  expect(notes).toContain("arm a3-set5");
  expect(out).toContain("a ping-pong begins: the next handover goes back to");
  expect(out).toMatch(/the way back of a ping-pong: 0\.\d+ s in \w+, then \w+ again/);
  const completed = await trace("--outcome", "completed", "--ue", "0");
  expect([completed.code, completed.out]).toEqual([0, expect.stringContaining(": completed")]);
  const unknown = await trace("--outcome", "pingpong");
  expect([unknown.code, unknown.notes]).toEqual([2, expect.stringContaining('did you mean "ping-pong"')]);
  const neither = await trace();
  expect([neither.code, neither.notes]).toEqual([2, expect.stringContaining("or --outcome")]);
  const { rows } = JSON.parse(
    (
      await runBaton([
        "query",
        "SELECT count(*) AS pairs FROM handovers a JOIN handovers b ON a.arm = b.arm AND a.ue = b.ue AND b.ping_pong AND a.completed_s + a.time_of_stay_s = b.completed_s WHERE a.ping_pong_out <> b.ping_pong OR abs(a.time_of_stay_s - b.stay_before_s) > 1e-9 OR NOT a.short_stay",
        ...["--out", folder.path, "--json"],
      ])
    ).out,
  );
  expect(rows).toEqual([{ pairs: 0 }]);
});

test("each step says what both cells were like, and by how much the target was the stronger", async () => {
  const charts = await Promise.all(
    [0, 1, 2, 3, 4, 5].map((ue) => trace("--ue", `${ue}`, "--arm", "a3-set5")),
  );
  const lines = charts.flatMap(({ out }) => out.split("\n"));
  const reports = lines.filter((line) => line.includes("MeasurementReport"));
  expect(reports.length).toBeGreaterThan(5);
  for (const line of reports) {
    const [, source, target, margin] =
      /source (-\d+\.\d) dBm, SINR .* target (-\d+\.\d) dBm, SINR .*, margin (-?\d+\.\d) dB$/.exec(line) ??
      [];
    expect(Number(target) - Number(source)).toBeCloseTo(Number(margin), 0);
    // Set 5: A3 at an offset of -1 dB, without hysteresis.
    expect(Number(margin)).toBeGreaterThan(-1.2);
  }
  expect(lines.some((line) => line.includes("the entering condition of the event begins to hold"))).toBe(
    true,
  );
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
