import fc from "fast-check";
import { expect, test } from "vitest";
import { cellIdentity, isMissingWord, technologyOfIdentities } from "../../../ran-sim/trace/field-domains.ts";
import { technologyOfMode } from "../../../ran-sim/trace/network-mode.ts";
import { parseDriveTestCsv } from "../../../ran-sim/trace/parse-drive-test-csv.ts";
import { parseDriveTestJsonl } from "../../../ran-sim/trace/parse-drive-test-jsonl.ts";
import { parseMultiCellCsv } from "../../../ran-sim/trace/parse-multi-cell-csv.ts";

test("a mark is no cell where 28 bits end, and a cell where 36 bits are", () => {
  for (const mark of ["268435455", "2147483647", "4294967295"]) {
    expect([mark, cellIdentity(mark, "E-UTRA"), cellIdentity(mark, "NR")]).toEqual([mark, null, mark]);
  }
  for (const none of ["-1", "0", "-", "", "N/A", "NaN", "68719476735", "9223372036854775807"]) {
    expect([none, cellIdentity(none, "E-UTRA"), cellIdentity(none, "NR")]).toEqual([none, null, null]);
  }
  expect(cellIdentity("268435454", "E-UTRA")).toBe("268435454");
});

test("one identity has one name, however it is written", () => {
  for (const text of ["100", " 100 ", "100.0", "0100", "+100"])
    expect(cellIdentity(text, "E-UTRA")).toBe("100");
  expect(cellIdentity("310-260-1a", "E-UTRA")).toBe("310-260-1a");
});

test("a file's own identities tell their technology, and the marks of wider fields do not", () => {
  expect(technologyOfIdentities(["100", "2147483647", "4294967295", "-"])).toBe("E-UTRA");
  expect(technologyOfIdentities(["100", "5000000001"])).toBe("NR");
});

test.each([
  [
    "E-UTRA",
    ["LTE", "lte", "LTE-A", "LTE_CA", "4G", "4G+", "E-UTRAN", "5G", "5G NSA", "NR_NSA", "EN-DC", "LTE+NR"],
  ],
  ["NR", ["NR", "5G SA", "5G-SA", "5GSA", "NR-SA", "5G NR", "NR5G", "NGRAN", "SA", "5G Standalone"]],
  [null, ["HSPA+", "UMTS", "EDGE", "GSM", "-", "", "IWLAN", "unknown"]],
] as const)("%s is what its labels mean", (technology, labels) => {
  for (const label of labels) expect([label, technologyOfMode(label)]).toEqual([label, technology]);
});

/** Every level that no phone can report, and what tools write in place of one. */
const noLevel = fc.oneof(
  fc.constantFrom(
    "",
    "-",
    "N/A",
    "nan",
    "NaN",
    "null",
    "None",
    "2147483647",
    "-1",
    "0",
    "268435455",
    "65535",
    "-9999",
  ),
  fc.integer({ min: -30, max: 2 ** 31 }).map(String),
  fc.integer({ min: -(2 ** 31), max: -401 }).map(String),
);

test("law: what is no level in one reader is none in any", () => {
  fc.assert(
    fc.property(noLevel, fc.integer({ min: -156, max: -31 }), (none, level) => {
      const csv = `time,cell,rsrp\n0,7,${level}\n1000,7,${none}`;
      const columns = { time: "time", cell: "cell", rsrp: "rsrp" };
      const asJson =
        Number.isNaN(Number(none)) || none === "" ? (isMissingWord(none) ? none : null) : Number(none);
      const sample = (t_ms: number, rsrp_dbm: unknown) =>
        JSON.stringify({ t_ms, serving: { cell_id: 7, rsrp_dbm }, neighbours: [] });
      const multi = `t_ms,rsrp_dbm_a,sinr_db_a\n0,${level},1\n100,${none},1`;
      expect(parseDriveTestCsv(csv, { name: "a", columns }).servingRsrpDbm).toEqual([level, null]);
      expect(
        parseDriveTestJsonl(`${sample(0, level)}\n${sample(1000, asJson)}`, { name: "a" }).servingRsrpDbm,
      ).toEqual([level, null]);
      expect([...parseMultiCellCsv(multi, { name: "a" }).rsrpDbm]).toEqual([level, Number.NaN]);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("law: a phone that stays in one cell is handed over never, whatever marks stand between", () => {
  const marks = fc.constantFrom("268435455", "2147483647", "-1", "0", "-", "", "N/A", "NaN");
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant("100"), marks), { minLength: 2, maxLength: 20 }), (ids) => {
      const text = ["time,cell,mode,rsrp", ...ids.map((id, i) => `${i * 1000},${id},LTE,-90`)].join("\n");
      const columns = { time: "time", cell: "cell", mode: "mode", rsrp: "rsrp" };
      expect(parseDriveTestCsv(text, { name: "a", columns }).events).toEqual([]);
    }),
    { seed: 2, numRuns: 200 },
  );
});

test("law: k good rows and bad ones: the good ones count, and every row is a sample or set aside", () => {
  const good = fc.record({
    level: fc.integer({ min: -156, max: -31 }),
    cell: fc.integer({ min: 1, max: 1000 }),
  });
  const bad = fc.constantFrom("yesterday,7,LTE,-90", "2019", "1,2,3,4,5,6,7", ",,,");
  fc.assert(
    fc.property(fc.array(fc.oneof(good, bad), { minLength: 1, maxLength: 30 }), (rows) => {
      const kept = rows.filter((row) => typeof row !== "string");
      fc.pre(kept.length > 0);
      const lines = rows.map((row, i) =>
        typeof row === "string" ? row : `${i * 1000},${row.cell},LTE,${row.level}`,
      );
      const columns = { time: "t", cell: "cell", mode: "mode", rsrp: "rsrp" };
      const drive = parseDriveTestCsv(["t,cell,mode,rsrp", ...lines].join("\n"), { name: "a", columns });
      expect(drive.servingRsrpDbm).toEqual(kept.map(({ level }) => level));
      expect(drive.sampleCount + drive.setAside.unreadableRows).toBe(rows.length);
      expect(drive.rowCount).toBe(rows.length);
    }),
    { seed: 3, numRuns: 200 },
  );
});

test("law: the same table with semicolons and decimal commas, or tabs, is the same drive", () => {
  const rows = fc.array(
    fc.record({
      level: fc.double({ min: -156, max: -31, noNaN: true }),
      lat: fc.double({ min: -80, max: 80, noNaN: true }),
    }),
    { minLength: 1, maxLength: 10 },
  );
  fc.assert(
    fc.property(rows, (samples) => {
      const lines = samples.map(({ level, lat }, i) => [i * 1000, 7, level.toFixed(2), lat.toFixed(5)]);
      const table = (between: string, point: string) =>
        [["t", "cell", "rsrp", "lat"], ...lines]
          .map((line) => line.map((field) => String(field).replace(".", point)).join(between))
          .join("\n");
      const columns = { time: "t", cell: "cell", rsrp: "rsrp", lat: "lat" };
      const read = (text: string) => parseDriveTestCsv(text, { name: "a", columns });
      expect(read(table(";", ","))).toEqual(read(table(",", ".")));
      expect(read(table("\t", ","))).toEqual(read(table(",", ".")));
    }),
    { seed: 4, numRuns: 100 },
  );
});
