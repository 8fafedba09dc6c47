import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BadInputError } from "#core";
import { readMultiCellTraces, readTraces } from "../../../ran-sim/trace/read-traces.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

const csv = "t_ms,rsrp_dbm_a,sinr_db_a\n0,-90,1\n10,-91,2\n";
const jsonl = '{"t_ms":0,"serving":{"cell_id":7},"neighbours":[]}\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "traces-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(BadInputError);
    return (error as Error).message;
  }
  throw new Error("was not refused");
}

test("reads plain, gzipped and zipped traces of a folder and its subfolders by name, and says what it set aside", () => {
  mkdirSync(join(folder, "sub"));
  write("b.csv", csv);
  write("a.csv.gz", gzipSync(csv));
  write(
    "c.zip",
    zipSync({ "x/d.csv": strToU8(csv), "__MACOSX/x/._d.csv": strToU8("fork"), "x/.DS_Store": strToU8("") }),
  );
  write("sub/e.csv", csv);
  write("LICENSE", "MIT");
  const input = readTraces(folder);
  expect(input.kind === "multi-cell" && input.traces.map((trace) => trace.name)).toEqual([
    "a",
    "b",
    "x/d",
    "sub/e",
  ]);
  expect(input.setAside).toEqual([
    { file: join(folder, "LICENSE"), reason: "not a .csv, .jsonl, .gz or .zip file" },
    { file: `${join(folder, "c.zip")}/__MACOSX/x/._d.csv`, reason: "a macOS resource fork" },
    { file: `${join(folder, "c.zip")}/x/.DS_Store`, reason: "not a .csv, .jsonl, .gz or .zip file" },
  ]);
});

test("reads one named file whatever its name, with the format from its first line", () => {
  expect(readMultiCellTraces(write("trace.txt", csv))[0]?.group).toBe("trace.txt");
  expect(readTraces(write("drive.csv", jsonl)).kind).toBe("drive-test");
});

test("takes groups from groups.json, a trace without one being its own", () => {
  for (const name of ["a", "b", "c"]) write(`${name}.csv`, csv);
  write("groups.json", JSON.stringify({ rule: "why", groups: [["c", "a"], ["elsewhere"]] }));
  expect(readMultiCellTraces(folder).map((trace) => trace.group)).toEqual(["c", "b", "c"]);
});

test.each([
  ["{", /groups\.json: expected JSON/],
  ['{"groups": "a"}', /groups\.json groups: expected lists of trace names/],
  ['{"groups": [["a"], ["a"]]}', /expected every trace in one group, got "a" twice/],
])("refuses a groups.json of %s", (groups, message) => {
  write("a.csv", csv);
  write("groups.json", groups);
  expect(refusal(() => readTraces(folder))).toMatch(message);
});

test("a missing path is refused with the nearest name beside it", () => {
  write("karlsruhe.csv", csv);
  expect(refusal(() => readTraces(join(folder, "karlsrue.csv")))).toMatch(
    /karlsrue\.csv: expected a file or folder of traces, got no such file or folder - did you mean ".*karlsruhe\.csv"\?/,
  );
  expect(refusal(() => readTraces(join(folder, "karlsruhe.csv", "below")))).toMatch(/no such file or folder/);
  expect(refusal(() => readTraces(join(folder, "x", "y", "z")))).toMatch(/no such file or folder/);
});

test("one bad trace refuses the folder, naming the file, the line and the column", () => {
  write("a.csv", csv);
  write("b.csv.gz", gzipSync(csv.replace("10,", "0,")));
  expect(refusal(() => readTraces(folder))).toMatch(/b\.csv\.gz line 3 column t_ms: .*time is repeated/);
});

test.each<[string, string, string | Uint8Array, RegExp]>([
  [
    "a gzip cut short",
    "a.csv.gz",
    gzipSync(csv).subarray(0, 30),
    /a\.csv\.gz: expected a readable gzip file/,
  ],
  ["text named .gz", "a.csv.gz", csv, /a\.csv\.gz: expected a readable gzip file/],
  ["text named .zip", "a.zip", csv, /a\.zip: expected a zip archive/],
  [
    "a zip cut short",
    "a.zip",
    zipSync({ "a.csv": strToU8(csv) }).subarray(0, 60),
    /a\.zip: expected a zip archive/,
  ],
  ["an empty archive", "a.zip", zipSync({}), /expected at least one .* with a trace/],
  ["a path that leaves the archive", "a.zip", zipSync({ "../a.csv": strToU8(csv) }), /a path that leaves it/],
  ["an absolute path in an archive", "a.zip", zipSync({ "/a.csv": strToU8(csv) }), /a path that leaves it/],
  ["an empty file", "a.csv", "", /a\.csv: expected .*got an empty file/],
  ["an empty gzip", "a.csv.gz", gzipSync(""), /a\.csv\.gz: expected .*got an empty file/],
  [
    "bytes that are no text",
    "a.csv",
    new Uint8Array([0x74, 0xff, 0xfe, 0x0a]),
    /a\.csv: expected UTF-8 text/,
  ],
  [
    "an unknown header",
    "a.csv",
    "time,power\n0,1\n",
    /a\.csv line 1: expected the header t_ms, .* got "time,power"/,
  ],
  [
    "a header with no t_ms",
    "a.csv",
    csv.replace("t_ms,", "time,"),
    /a\.csv line 1 column 1: expected t_ms, .* got "time"/,
  ],
])("refuses %s", (_name, file, content, message) => {
  write(file, content);
  expect(refusal(() => readTraces(folder))).toMatch(message);
});

test("refuses a folder without a trace, two traces of one name, and two formats", () => {
  expect(refusal(() => readTraces(folder))).toMatch(/got a folder without one/);
  write("a.csv", csv);
  write("b.jsonl", jsonl);
  expect(refusal(() => readTraces(folder))).toMatch(
    /b\.jsonl: expected multi-cell-csv, as the files before it, got drive-test-jsonl/,
  );
  rmSync(join(folder, "b.jsonl"));
  write("a.csv.gz", gzipSync(csv));
  expect(refusal(() => readTraces(folder))).toMatch(
    /a\.csv\.gz: expected one trace named a, got another in .*a\.csv/,
  );
});

test("a drive test is refused where every cell must be known", () => {
  expect(refusal(() => readMultiCellTraces(write("a.jsonl", jsonl)))).toMatch(
    /can be replayed open loop only/,
  );
});

test("a gzip that unpacks, or an archive that claims to, to more than 128 MiB is refused before it does", () => {
  const bomb = gzipSync(new Uint8Array(129 * 2 ** 20), { level: 1 });
  expect(refusal(() => readTraces(write("a.csv.gz", bomb)))).toMatch(/at most 134217728 bytes unpacked/);
  const zip = zipSync({ "a.csv": strToU8(csv) });
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const directory = view.getUint32(zip.length - 22 + 16, true);
  view.setUint32(directory + 24, 129 * 2 ** 20, true);
  expect(refusal(() => readTraces(write("a.zip", zip)))).toMatch(
    /at most 134217728 bytes unpacked, got 135266304/,
  );
});

const otherCsv = "t_ms,rsrp_dbm_a,sinr_db_a\n0,-80,3\n10,-81,4\n20,-82,5\n";

test.each([
  ["an archive", "a.zip", zipSync({ "a.csv": strToU8(csv), "b/a.csv": strToU8(otherCsv) })],
  [
    "a stored archive",
    "a.zip",
    zipSync({ "a.csv": strToU8(csv), "b/a.csv": strToU8(otherCsv) }, { level: 0 }),
  ],
  ["a gzip", "a.csv.gz", gzipSync(csv + csv.split("\n")[2].replace("10,", "20,"))],
  ["a gzip of two members", "a.csv.gz", Buffer.concat([gzipSync(csv), gzipSync("20,-92,3\n")])],
])(
  "%s with any bit flipped is read with the same contents or refused with BadInputError",
  (_, name, whole) => {
    const read = (bytes: Uint8Array) =>
      readMultiCellTraces(write(name, bytes)).map(({ name, rsrpDbm, sinrDb }) => ({ name, rsrpDbm, sinrDb }));
    const original = read(whole);
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
        const damaged = Uint8Array.from(whole);
        damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
        try {
          expect(read(damaged)).toEqual(original);
        } catch (error) {
          if (!(error instanceof BadInputError)) throw error;
          expect(error.message).not.toMatch(/\n/);
        }
      }),
      { seed: 23, numRuns: 500 },
    );
  },
);

test("a gzip with bytes after its end is refused, with how a file is checked", () => {
  const path = write("a.csv.gz", Buffer.concat([gzipSync(csv), Buffer.from("garbage")]));
  expect(refusal(() => readTraces(path))).toBe(
    `${path}: expected a readable gzip file, got bytes after its end that are no gzip - ` +
      "the file is damaged, cut short or not gzip: get it again (gzip -t checks a file)",
  );
});

testWithShared(
  "the 97 Karlsruhe traces are 508,350 rows of five cells at 10 ms in 15 groups",
  () => {
    const traces = readMultiCellTraces(sharedPath("data", "karlsruhe"));
    expect(traces).toHaveLength(97);
    expect(traces.reduce((sum, trace) => sum + trace.tickCount, 0)).toBe(508_350);
    expect(new Set(traces.map((trace) => trace.group)).size).toBe(15);
    expect(new Set(traces.map((trace) => `${trace.cellIds} ${trace.sampleMs}`))).toEqual(
      new Set(["0,1,2,3,4 10"]),
    );
    expect(traces[0]?.name).toBe("30kmh_10");
  },
  60_000,
);
