import { afterAll, beforeAll, expect, test } from "vitest";
import type { KpiRow } from "#core";
import { runBaton, temporaryFolder } from "../support/run-baton.ts";
import { describeWithShared, sharedPath } from "../support/shared-data.ts";

// The inputs of cases/README.md that are drive tests, recorded positions or site lists, with the answers that it gives.

let runs: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  runs = temporaryFolder();
});
afterAll(() => runs.remove());

const path = (name: string): string => sharedPath("cases", "public-reports", name);

async function baton(...words: string[]) {
  const said = await runBaton(["ran", ...words, "--json", "--out", runs.path]);
  const kpis: readonly KpiRow[] = said.code === 0 ? JSON.parse(said.out).kpis : [];
  const kpi = (arm: string, metric: string) =>
    kpis.find((row) => row.arm === arm && row.metric === metric)?.value;
  return { ...said, kpi };
}

const replay = (name: string, ...words: string[]) =>
  baton("replay", path(name), "--arms", "a3-set3", ...words);
const run = (name: string, ...words: string[]) =>
  baton("run", path(name), "--arms", "a3-set3", "--seed", "1", ...words);

describeWithShared("inputs made after public reports", () => {
  test.each([
    ["09-gnettrack-unknown-cell/clean.csv", ""],
    ["09-gnettrack-unknown-cell/dashes.csv", ""],
    ["09-gnettrack-unknown-cell/marks.csv", "4 cell identities that are none"],
    ["12-gnettrack-modes/5G-SA.csv", ""],
    ["12-gnettrack-modes/NR.csv", ""],
    ["14-locale/semicolon.csv", ""],
    ["14-locale/empty-fields.csv", ""],
    ["14-locale/ms.csv", ""],
  ])("%s: one handover of the operator", async (name, note) => {
    const { code, notes, kpi } = await replay(name);
    expect([code, kpi("operator", "handovers")]).toEqual([0, 1]);
    expect(notes).toContain(note);
    if (note === "") expect(notes).not.toContain("set aside");
  });

  test("14-locale: a mark in a multi-cell file is a missing value", async () => {
    const { notes, kpi } = await replay("14-locale/multicell-2147483647.csv");
    expect([kpi("a3-set3", "handovers"), kpi("a3-set3", "pingPongs")]).toEqual([0, 0]);
    expect(notes).toContain("2 RSRP values that are missing or impossible");
    expect((await replay("14-locale/multicell-na.csv")).notes).toContain("1 RSRP value that is missing");
    expect((await replay("14-locale/multicell-semicolon.csv")).code).toBe(0);
  });

  test("20-sumo-parked: exposure is the 98 s for which vehicles are there", async () => {
    const { notes, kpi } = await run("20-sumo-parked/fcd.yaml");
    const handovers = kpi("a3-set3", "handovers") ?? 0;
    expect(handovers).toBeGreaterThan(0);
    expect(handovers / (kpi("a3-set3", "handoversPerUeMinute") ?? 0)).toBeCloseTo(98 / 60, 9);
    expect(notes).toContain("98 s in all after the warm-up");
    for (const name of ["20-sumo-parked/human-time.yaml", "20-sumo-parked/csv.yaml"]) {
      const early = await run(name);
      expect([name, early.code]).toEqual([name, 2]);
      expect(early.notes).toMatch(/so that nothing can be counted - set .*atEnd: stay/);
      const read = await run(name, "--set", "mobility.model.atEnd=stay");
      expect([name, read.code]).toEqual([name, 0]);
    }
  });

  test("18-sumo-geo: degrees are read as such, and said", async () => {
    const { code, notes } = await run("18-sumo-geo/fcd-geo.yaml");
    expect(code).toBe(0);
    expect(notes).toContain("x and y are longitude and latitude: its own comment says fcd-output.geo");
    // The same file with the comment overruled.
    const metres = await run("18-sumo-geo/fcd-geo.yaml", "--set", "mobility.model.coordinates=metres");
    expect([metres.code, metres.notes]).toEqual([2, expect.stringContaining("as its own comment says")]);
  });

  test.each([
    ["19-sumo-long-comment/fcd.yaml", ""],
    ["15-gpx/dup-times.yaml", "set aside: 2 samples at times that their phones already had"],
    ["15-gpx/segment-border-repeated.yaml", "set aside: 1 sample at a time that its phone already had"],
    ["15-gpx/segments-unordered.yaml", "1 step back in time was put in order"],
    ["15-gpx/one-without-time.yaml", "set aside: 1 record that cannot be read"],
    ["15-gpx/time-in-extensions.yaml", ""],
    ["15-gpx/elapsed-time-in-extensions.yaml", ""],
    ["16-antimeridian/fiji.yaml", ""],
    ["16-antimeridian/greenwich.yaml", ""],
    ["16-antimeridian/sites.yaml", ""],
  ])("%s is read", async (name, note) => {
    const { code, notes } = await run(name);
    expect([code, notes]).toEqual([0, expect.stringContaining(note)]);
  });

  test("21-opencellid: the refusal shows a mapping, which makes it work, and what was made of the rows is said", async () => {
    const refused = await run("21-opencellid/cells.yaml");
    expect(refused.code).toBe(2);
    const [, columns] = /--columns (\S+)/.exec(refused.notes) ?? [];
    const { code, notes } = await run("21-opencellid/cells.yaml", "--columns", columns);
    expect([code, notes]).toEqual([0, expect.stringContaining("1 of 3 rows are of another radio than LTE")]);
    expect(notes).toContain("2 rows are 1 sites");
    const renamed = await run("21-opencellid/renamed.yaml");
    expect([renamed.code, renamed.notes]).toEqual([0, expect.stringContaining("spread evenly")]);
  });
});
