import fc from "fast-check";
import { expect, test } from "vitest";
import { BadInputError } from "#core";
import { parseDriveTestJsonl } from "../../../ran-sim/trace/parse-drive-test-jsonl.ts";

const sample = {
  t_ms: 0,
  lat: 39.7,
  lon: -86.1,
  speed_mps: 12.5,
  serving: { cell_id: 7, pci: 42, arfcn: 66_986, rsrp_dbm: -90, rsrq_db: -11, sinr_db: 8.5 },
  neighbours: [
    { pci: 43, rsrp_dbm: -95, rsrq_db: null },
    { id: "x", rsrp_dbm: -97.5, rsrq_db: -14 },
  ],
};
const parse = (...samples: unknown[]) =>
  parseDriveTestJsonl(samples.map((each) => JSON.stringify(each)).join("\n"), { name: "a", file: "a.jsonl" });

test("gives one entry a sample in every array, null for missing", () => {
  const drive = parse(sample, { t_ms: 480, lat: null, serving: null, neighbours: null });
  expect(drive).toMatchObject({
    name: "a",
    sampleCount: 2,
    rowCount: 2,
    timeMs: [0, 480],
    lat: [39.7, null],
    lon: [-86.1, null],
    speedMps: [12.5, null],
    servingCellId: ["7", null],
    servingPci: [42, null],
    servingArfcn: [66_986, null],
    servingRsrpDbm: [-90, null],
    servingRsrqDb: [-11, null],
    servingSinrDb: [8.5, null],
    networkMode: ["LTE", null],
    neighbours: [
      [
        { id: "pci 43", rsrpDbm: -95, rsrqDb: null },
        { id: "x", rsrpDbm: -97.5, rsrqDb: -14 },
      ],
      [],
    ],
  });
});

test("derives the operator's changes within a technology, and keeps the events the file logs, all cited", () => {
  const cell = (t_ms: number, cell_id: string, arfcn: number, events?: unknown) => ({
    t_ms,
    serving: { cell_id, arfcn, rsrp_dbm: -90 },
    neighbours: [],
    ...(events === undefined ? {} : { events }),
  });
  const logged = [{ t_ms: 950, rat: "LTE", name: "handover command" }];
  const drive = parse(
    cell(0, "a", 5035),
    cell(1000, "b", 5035, logged),
    cell(2000, "n", 504_990),
    cell(3000, "m", 504_990),
  );
  expect(
    drive.events.map(({ timeMs, origin, name, fromCellId, toCellId }) => [
      timeMs,
      origin,
      name,
      fromCellId,
      toCellId,
    ]),
  ).toEqual([
    [950, "logged", "handover command", null, null],
    [1000, "derived", "servingCellChange", "a", "b"],
    [3000, "derived", "servingCellChange", "n", "m"],
  ]);
  expect(drive.events.every((event) => event.provenance === "cited")).toBe(true);
});

test("names a cell without cell_id by PCI and ARFCN", () => {
  const drive = parse({ t_ms: 0, serving: { cell_id: null, pci: 5, arfcn: 123_456 }, neighbours: [] });
  expect(drive.servingCellId).toEqual(["pci 5 arfcn 123456"]);
  expect(drive.networkMode).toEqual(["NR"]);
});

test("reads values outside the reporting range as missing, and counts them and the neighbours without RSRP", () => {
  const drive = parse({
    t_ms: 0,
    serving: { cell_id: 7, rsrp_dbm: -200 },
    neighbours: [
      { pci: 1, rsrp_dbm: null },
      { pci: 2, rsrp_dbm: 7 },
    ],
  });
  expect(drive.servingRsrpDbm).toEqual([null]);
  expect(drive.neighbours).toEqual([[]]);
  expect(drive.setAside).toMatchObject({ outOfRangeValues: 2, neighboursWithoutRsrp: 2 });
});

test("lines that are no sample, and samples that others of their time follow, are set aside and counted", () => {
  const text = ["{", ...[0, 0, 1].map((t_ms) => JSON.stringify({ ...sample, t_ms })), "", "[]"].join("\n");
  const drive = parseDriveTestJsonl(text, { name: "a" });
  expect([drive.sampleCount, drive.rowCount]).toEqual([2, 5]);
  expect(drive.setAside).toMatchObject({
    unreadableRows: 2,
    repeatedSeconds: 1,
    repeatedSecondsOtherCell: 0,
  });
});

test("signs for none are missing, and a drive in which nothing was measured is refused", () => {
  const drive = parse({
    ...sample,
    speed_mps: "N/A",
    serving: { ...sample.serving, rsrq_db: "-", pci: 65_535 },
  });
  expect([drive.speedMps, drive.servingRsrqDb, drive.servingPci]).toEqual([[null], [null], [null]]);
  expect(() => parse({ t_ms: 0, serving: null, neighbours: [] })).toThrow(
    /a\.jsonl: expected rows.*got none in 1 rows/,
  );
});

test.each<[string, string, RegExp]>([
  ["an empty file", "\n", /a\.jsonl: expected a JSON object a line, got an empty file/],
  ["text", "t_ms,rsrp", /a\.jsonl line 1: expected a JSON object/],
  ["a missing key", '{"t_ms":0,"neighbours":[]}', /line 1 key serving/],
  [
    "an unknown key",
    '{"t_ms":0,"serving":{"rsrp_dBm":-90},"neighbours":[]}',
    /line 1 key serving\.rsrp_dBm: .*did you mean "rsrp_dbm"\?/,
  ],
  [
    "a value of another type",
    '{"t_ms":0,"serving":{"rsrp_dbm":"-90"},"neighbours":[]}',
    /line 1 key serving\.rsrp_dbm/,
  ],
  [
    "a value that is not finite",
    '{"t_ms":0,"serving":{"rsrp_dbm":-1e999},"neighbours":[]}',
    /line 1 key serving\.rsrp_dbm/,
  ],
  ["NaN", '{"t_ms":NaN,"serving":null,"neighbours":[]}', /line 1: expected a JSON object/],
  [
    "time going backwards",
    `${JSON.stringify({ ...sample, t_ms: 5 })}\n${JSON.stringify(sample)}`,
    /line 2 key t_ms: expected a time after 5 ms, got 0 ms - time goes backwards/,
  ],
])("refuses %s", (_name, text, message) => {
  const read = () => parseDriveTestJsonl(text, { name: "a", file: "a.jsonl" });
  expect(read).toThrow(BadInputError);
  expect(read).toThrow(message);
});

test("any JSON, and any damaged line, is read or refused with BadInputError", () => {
  const line = JSON.stringify(sample);
  const damaged = fc
    .tuple(fc.nat(line.length), fc.nat(10), fc.string({ maxLength: 3 }))
    .map(([at, cut, insert]) => line.slice(0, at) + insert + line.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(damaged, fc.json(), fc.string()), (text) => {
      try {
        parseDriveTestJsonl(text, { name: "a" });
      } catch (error) {
        if (!(error instanceof BadInputError)) throw error;
      }
    }),
    { seed: 6, numRuns: 500 },
  );
});
