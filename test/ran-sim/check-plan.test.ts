import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BadInputError } from "#core";
import { loadRanScenario } from "../../ran-sim/scenario-file.ts";
import { createSyntheticWorld } from "../../ran-sim/synthetic-world.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-plan-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes the files and returns what loading `my.yaml` says. */
function refusal(
  yaml: string,
  files: Readonly<Record<string, string>> = {},
): { code: string; message: string } {
  for (const [name, text] of Object.entries({ ...files, "my.yaml": yaml }))
    writeFileSync(join(folder, name), text);
  try {
    loadRanScenario(join(folder, "my.yaml"));
  } catch (error) {
    if (!(error instanceof BadInputError)) throw error;
    return { code: error.code, message: error.message };
  }
  throw new Error("nothing was refused");
}

const map = `grid_lat,grid_lon,freq,cid,rat,rsrp_avg,rsrp_std
${[0, 1, 2].flatMap((row) => [0, 1].flatMap((column) => [7, 9].map((cell) => `${40 + row / 1000},${-80 + column / 1000},1850,${cell},lte,-9${cell},2`))).join("\n")}`;

const cases: readonly (readonly [string, string, Record<string, string>, string, RegExp])[] = [
  [
    "two heights at one place",
    "layout: { kind: custom, file: s.csv }",
    { "s.csv": "x_m,y_m,height_m\n0,0,25\n500,0,25\n0.2,0,30" },
    "site-file",
    /my\.yaml, layout\.file \(.*s\.csv\).*expected the same for all sectors of a site, got/,
  ],
  [
    "two sectors in one direction",
    "layout: { kind: highway, antenna: { kind: sector, boresightsDeg: [0, 360] } }",
    {},
    "bad-parameter",
    /my\.yaml, layout\.antenna\.boresightsDeg: expected azimuths at least 1 degree apart.*got 0 and 360/,
  ],
  [
    "an illegal size",
    "layout: { kind: hex, sites: 8 }",
    {},
    "bad-parameter",
    /my\.yaml, layout\.sites: expected 1 or 7 or 19, got 8/,
  ],
  [
    "a kind there is not",
    "layout: { kind: ring }",
    {},
    "bad-parameter",
    /layout\.kind: expected one of hex, manhattan/,
  ],
  [
    "a channel bandwidth there is not",
    "radio: { bandwidthMhz: 22 }",
    {},
    "radio-parameter",
    /my\.yaml, radio\.bandwidthMhz: expected one of 5, 10, 15, 20.*got 22/,
  ],
  [
    "a map without the scenario's band",
    "layout: { kind: radio-map, file: m.csv, channel: 519630 }",
    { "m.csv": map },
    "radio-map",
    /my\.yaml, layout\.channel: expected a channel of .*m\.csv\): 1850 \(12 rows\), got 519630/,
  ],
  [
    "a trace that leaves the map",
    "mobility: { users: 1, model: { kind: trace, file: t.csv } }",
    { "t.csv": "t_ms,x_m,y_m\n0,0,0\n60000,9000,0" },
    "trace-leaves-map",
    /my\.yaml, mobility\.model\.file \(.*t\.csv\), 60 s: expected places in the drawn area, at most 764 m from the centre, got \(9000\.0, 0\.0\) m/,
  ],
  [
    "phones that may leave a map that nobody may leave",
    "layout: { kind: radio-map, file: m.csv, channel: 1850, edge: refuse }",
    { "m.csv": map },
    "bad-parameter",
    /my\.yaml, mobility\.model\.kind: expected random-waypoint, path or trace/,
  ],
  [
    "a file that is not there",
    "mobility: { users: 1, groups: [{ users: 1, model: { kind: trace, file: tt.csv } }] }",
    { "t.csv": "t_ms,x_m,y_m\n0,0,0" },
    "trace-file",
    /my\.yaml, mobility\.groups\[0\]\.model\.file \(.*tt\.csv\): expected a file, got no such file or folder - did you mean/,
  ],
];

test.each(cases)(
  "%s is refused before the run, with its place in the file and what is legal",
  (_, yaml, files, code, message) => {
    const found = refusal(yaml, files);
    expect(found.message).toMatch(message);
    expect(found.code).toBe(code);
  },
);

test("sites and traces of files are a world: degrees, names, sectors of their own", () => {
  writeFileSync(
    join(folder, "s.csv"),
    "name,lat,lon,azimuths_deg,height_m,power_dbm\nmill,49,8.4,30;150;270,30,46\ndam,49.004,8.404,0;180,20,40",
  );
  writeFileSync(join(folder, "t.csv"), "t_ms,lat,lon\n0,49,8.4\n20000,49.004,8.404");
  writeFileSync(
    join(folder, "town.yaml"),
    "layout: { kind: custom, file: s.csv }\nradio: { shadowing: false, lineOfSight: always }\nmobility: { users: 1, model: { kind: trace, file: t.csv } }",
  );
  const scenario = loadRanScenario(join(folder, "town.yaml"));
  const world = createSyntheticWorld(scenario, 1);
  expect(world.cellNames).toEqual(["milla", "millb", "millc", "dama", "damb"]);
  const out = { rsrpDbm: new Float32Array(5), sinrDb: new Float32Array(5) };
  const bestAt = (tick: number): string => {
    world.radioAt(tick, out);
    return world.cellNames[out.rsrpDbm.indexOf(Math.max(...out.rsrpDbm))];
  };
  expect(bestAt(300)).toMatch(/^mill/);
  expect(bestAt(1900)).toMatch(/^dam/);
});
