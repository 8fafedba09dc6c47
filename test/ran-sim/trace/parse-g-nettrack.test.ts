import { expect, test } from "vitest";
import { BadInputError } from "#core";
import { parseGNetTrack } from "../../../ran-sim/trace/parse-g-nettrack.ts";
import { readTraces } from "../../../ran-sim/trace/read-traces.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

const header = "Timestamp,Longitude,Latitude,Speed,RAWCELLID,NetworkMode,RSRP,RSRQ,SNR,CQI,NRxRSRP,NRxRSRQ";
const row = (second: string, rest: string) => `2019.12.01_12.11.${second},-8.5,51.9,36,${rest}`;
const parse = (...rows: string[]) =>
  parseGNetTrack([header, ...rows].join("\n"), { name: "a", file: "a.csv" });

test("gives SI units, null for missing, and one unnamed neighbour", () => {
  const drive = parse(row("21", "100,LTE,-92,-11,2.0,8,-95.0,-12.0"), row("22", "100,LTE,-93,-,-,-,-,-"));
  expect(drive).toMatchObject({
    sampleCount: 2,
    timeMs: [0, 1000],
    lat: [51.9, 51.9],
    lon: [-8.5, -8.5],
    speedMps: [10, 10],
    servingCellId: ["100", "100"],
    servingRsrpDbm: [-92, -93],
    servingRsrqDb: [-11, null],
    servingSinrDb: [2, null],
    neighbours: [[{ id: null, rsrpDbm: -95, rsrqDb: -12 }], []],
    networkMode: ["LTE", "LTE"],
    events: [],
  });
});

test("reads the column name `Speed (km/h)` as well", () => {
  const text = `${header.replace("Speed", "Speed (km/h)")}\n${row("21", "1,LTE,-92,-11,2,8,-,-")}`;
  expect(parseGNetTrack(text, { name: "a" }).speedMps).toEqual([10]);
});

test("keeps the last row of a second, and counts the others and those that named another cell", () => {
  const drive = parse(
    row("21", "100,LTE,-92,-11,2,8,-,-"),
    row("21", "100,LTE,-90,-11,2,8,-,-"),
    row("22", "100,LTE,-91,-11,2,8,-,-"),
    row("22", "200,LTE,-80,-11,2,8,-,-"),
  );
  expect(drive.servingRsrpDbm).toEqual([-90, -80]);
  expect(drive.setAside).toMatchObject({ repeatedSeconds: 2, repeatedSecondsOtherCell: 1 });
  expect(drive.rowCount).toBe(4);
});

test("sets 3G rows aside, and a cell change across them is no handover", () => {
  const drive = parse(
    row("21", "100,LTE,-92,-11,2,8,-,-"),
    row("22", "7,HSPA+,-60,-5,-,-,-,-"),
    row("23", "200,LTE,-80,-11,2,8,-,-"),
    row("24", "300,5G,-81,-11,2,8,-,-"),
  );
  expect(drive.setAside.otherTechnology).toBe(1);
  expect(drive.events).toEqual([
    {
      timeMs: 3000,
      provenance: "cited",
      origin: "derived",
      name: "servingCellChange",
      rat: "5G",
      fromCellId: "200",
      toCellId: "300",
    },
  ]);
});

test("reads the tool's marks for none as missing, and counts them", () => {
  const drive = parse(
    row("21", "100,5G,-200,-11,-30,8,-205.0,-225.0"),
    row("22", "100,5G,-90,-11,3,8,-95,2147483647"),
  );
  expect(drive.servingRsrpDbm).toEqual([null, -90]);
  expect(drive.servingSinrDb).toEqual([null, 3]);
  expect(drive.neighbours).toEqual([[], [{ id: null, rsrpDbm: -95, rsrqDb: null }]]);
  expect(drive.setAside).toMatchObject({ outOfRangeValues: 5, neighboursWithoutRsrp: 1 });
});

test("a clock corrected by one second is set aside; a larger step back is refused", () => {
  const rest = "100,LTE,-92,-11,2,8,-,-";
  expect(parse(row("21", rest), row("20", rest), row("22", rest)).setAside.steppedBack).toBe(1);
  expect(() => parse(row("21", rest), row("19", rest))).toThrow(
    /a\.csv line 3 column Timestamp: .*time goes backwards/,
  );
});

test("time runs on over the end of a month and a leap day", () => {
  const at = (stamp: string) => `${stamp},-8.5,51.9,36,1,LTE,-92,-11,2,8,-,-`;
  const drive = parse(
    at("2020.02.28_23.59.59"),
    at("2020.02.29_00.00.00"),
    at("2020.03.01_00.00.00"),
    at("2021.03.01_00.00.00"),
  );
  expect(drive.timeMs).toEqual([0, 1000, 86_401_000, 86_401_000 + 365 * 86_400_000]);
});

test("a value that is no number, or a word for none, is missing; the rest of its row counts", () => {
  const drive = parse(
    row("21", "100,LTE,NaN,-11,2,8,N/A,-"),
    row("22", "100,LTE,-92,,2,8,-95,-12"),
    row("23", "100,LTE,weak,-11,2,8,-95,-12"),
  );
  expect(drive.servingRsrpDbm).toEqual([null, -92, null]);
  expect(drive.servingRsrqDb).toEqual([-11, null, -11]);
  expect(drive.setAside).toMatchObject({
    unreadableValues: 1,
    outOfRangeValues: 0,
    neighboursWithoutRsrp: 0,
  });
});

test("a row that cannot be read is set aside, and the good ones count", () => {
  const good = "100,LTE,-92,-11,2,8,-,-";
  const drive = parse(
    row("21", good),
    "yesterday,-8.5,51.9,36,1,LTE,-92,-11,2,8,-,-",
    "2019",
    row("22", good),
  );
  expect([drive.sampleCount, drive.rowCount, drive.setAside.unreadableRows]).toEqual([2, 4, 2]);
});

test("a drive of other modes only is refused with the modes that were found", () => {
  expect(() => parse(row("21", "7,HSPA+,-60,-5,-,-,-,-"), row("22", "7,EDGE,-60,-5,-,-,-,-"))).toThrow(
    /a\.csv: expected rows of LTE or NR.*got none in 2 rows: 2 rows of other modes \(EDGE 1, HSPA\+ 1\)/,
  );
});

test.each<[string, string, RegExp]>([
  [
    "a malformed time",
    "yesterday,-8.5,51.9,36,1,LTE,-92,-11,2,8,-,-",
    /line 2 column Timestamp: .*"yesterday"/,
  ],
  [
    "a day that does not exist",
    "2019.02.29_00.00.00,-8.5,51.9,36,1,LTE,-92,-11,2,8,-,-",
    /line 2 column Timestamp/,
  ],
  ["a short row", row("21", "100,LTE"), /line 2: expected 12 values/],
])("refuses %s", (_name, line, message) => {
  expect(() => parse(line)).toThrow(BadInputError);
  expect(() => parse(line)).toThrow(message);
});

test("refuses a missing or repeated column", () => {
  const text = (from: string, to: string) =>
    `${header.replace(from, to)}\n${row("21", "1,LTE,-92,-11,2,8,-,-")}`;
  expect(() => parseGNetTrack(text("SNR", "SINR"), { name: "a" })).toThrow(/line 1: .*got no column SNR/);
  expect(() => parseGNetTrack(text("SNR", "SINR"), { name: "a" })).toThrow(/--columns .*sinr=SINR/);
  expect(() => parseGNetTrack(text("CQI", "SNR"), { name: "a" })).toThrow(/line 1: .*got a second SNR/);
});

// Rows and repeated seconds as counted by ../shared/data/README.md; the other counts by an independent count in Python over the
// same rows (3G rows before removing repeated seconds: 17,096; cell changes between consecutive LTE or 5G rows: 2,038).
testWithShared(
  "every row of the Irish drives is a sample or counted as set aside",
  () => {
    const input = readTraces(sharedPath("data", "ucc-5g", "5G-production-dataset.zip"));
    if (input.kind !== "drive-test") throw new Error(`read as ${input.kind}`);
    const { drives } = input;
    // One drive of 401 rows has neither LTE nor 5G in it, so that nothing of it can be read.
    expect(drives).toHaveLength(82);
    expect(input.setAside.map(({ reason }) => reason)).toContainEqual(
      expect.stringMatching(
        /^none in 401 rows: 342 rows of other modes \(.*, 59 rows that others of their time/,
      ),
    );
    const total = (count: (drive: (typeof drives)[number]) => number, only = "") =>
      drives.filter((drive) => drive.name.includes(only)).reduce((sum, drive) => sum + count(drive), 0);
    expect(total((drive) => drive.rowCount, "/Driving/")).toBe(103_545 - 401);
    expect(total((drive) => drive.rowCount)).toBe(188_711 - 401);
    expect(total((drive) => drive.setAside.repeatedSeconds)).toBe(7966 - 59);
    expect(total((drive) => drive.setAside.repeatedSecondsOtherCell)).toBe(109);
    expect(total((drive) => drive.setAside.steppedBack)).toBe(2);
    expect(total((drive) => drive.setAside.otherTechnology)).toBe(16_003 - 342);
    expect(total((drive) => drive.events.length)).toBe(2037);
    for (const { rowCount, sampleCount, setAside, timeMs } of drives) {
      expect(sampleCount + setAside.repeatedSeconds + setAside.steppedBack + setAside.otherTechnology).toBe(
        rowCount,
      );
      expect(timeMs.every((time, i) => i === 0 || time > (timeMs[i - 1] as number))).toBe(true);
    }
  },
  60_000,
);
