import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BadInputError } from "#core";
import { looksLikeMultiCellCsv, parseMultiCellCsv } from "../../../ran-sim/trace/parse-multi-cell-csv.ts";

const header = "t_ms,rsrp_dbm_0,rsrp_dbm_1,sinr_db_0,sinr_db_1";
const good = [header, "0,-90.5,-100,3,-4", "10,-91,-99.25,2.5,-3.5", "20,-92,-98,2,-3"];
const parse = (lines: readonly string[]) =>
  parseMultiCellCsv(lines.join("\n"), { name: "a", file: "folder/a.csv" });

test("gives both quantities [tick, cell] row-major, with the sample period", () => {
  const trace = parse(good);
  expect(trace.name).toBe("a");
  expect(trace.cellIds).toEqual(["0", "1"]);
  expect([trace.sampleMs, trace.tickCount]).toEqual([10, 3]);
  expect([...trace.rsrpDbm]).toEqual([-90.5, -100, -91, -99.25, -92, -98]);
  expect([...trace.sinrDb]).toEqual([3, -4, 2.5, -3.5, 2, -3]);
});

test("reads blanks around values, a byte order mark, CRLF, exponents and a line break at the end or none", () => {
  const plain = parse(good);
  expect(parse([...good, ""])).toEqual(plain);
  expect(parseMultiCellCsv(`\ufeff${good.join("\r\n")}\r\n`, { name: "a" })).toEqual(plain);
  expect(parse(good.map((line) => line.replaceAll(",", " , ")))).toEqual(plain);
  expect(parse(good.map((line) => line.replace("-100", "-1e2")))).toEqual(plain);
});

test("orders cells by number, then by name, wherever their columns are", () => {
  const trace = parse([
    "sinr_db_B,rsrp_dbm_10,t_ms,rsrp_dbm_B,sinr_db_9,sinr_db_10,rsrp_dbm_9",
    "1,-92,0,-93,4,5,-96",
    "1,-92,5,-93,4,5,-96",
  ]);
  expect(trace.cellIds).toEqual(["9", "10", "B"]);
  expect([...trace.rsrpDbm]).toEqual([-96, -92, -93, -96, -92, -93]);
  expect([...trace.sinrDb]).toEqual([4, 5, 1, 4, 5, 1]);
});

test("takes times written with rounding as one period, and the period as their mean", () => {
  const rows = Array.from({ length: 10 }, (_, i) => `${((i * 100) / 3).toFixed(2)},-90,-91,1,2`);
  expect(parse([header, ...rows]).sampleMs).toBeCloseTo(100 / 3, 9);
});

test("what is missing, impossible or no number is NaN and counted, and so is every value of a row that cannot be read", () => {
  const trace = parse([
    header,
    "0,-90,-100,3,-4",
    "10,NaN,,2147483647,N/A",
    "20,weak,-9999,0x10,-3",
    "30,-92",
    "40,-92,-98,2,-3",
    "",
  ]);
  const gone = Number.NaN;
  expect([...trace.rsrpDbm]).toEqual([-90, -100, gone, gone, gone, gone, gone, gone, -92, -98]);
  expect([...trace.sinrDb]).toEqual([3, -4, gone, gone, gone, -3, gone, gone, 2, -3]);
  expect(trace.missing).toEqual({ rsrp: 3, sinr: 2, unreadable: 2, rows: 1 });
});

test("a file of semicolons and decimal commas gives what its twin of commas and points gives", () => {
  const german = good.map((line) => line.replaceAll(",", ";").replaceAll(".", ","));
  expect(parse(german)).toEqual(parse(good));
  expect(parse(["sep=;", ...german])).toEqual(parse(good));
  expect(parse(good.map((line) => line.replaceAll(",", "\t")))).toEqual(parse(good));
});

describe("refuses", () => {
  const without = (line: number, change: (text: string) => string) =>
    good.map((text, index) => (index === line ? change(text) : text));
  test.each<[string, readonly string[], RegExp]>([
    ["an empty file", [""], /^folder\/a\.csv: expected a header and data rows, got an empty file/],
    ["a file of blank lines", ["", " ", ""], /got an empty file/],
    ["a header alone", [header], /got no data rows/],
    [
      "a header without t_ms",
      without(0, (text) => text.replace("t_ms,", "rsrp_dbm_2,")),
      /line 1: .*got no column t_ms, sinr_db_2/,
    ],
    [
      "RSRP without its SINR",
      without(0, (text) => text.replace("sinr_db_1", "sinr_db_2")),
      /line 1: .*got no column sinr_db_1, rsrp_dbm_2/,
    ],
    ["a time column alone", ["t_ms", "0", "10"], /got no column rsrp_dbm_<cell>, sinr_db_<cell>/],
    [
      "a repeated column",
      without(0, (text) => text.replace("sinr_db_1", "sinr_db_0")),
      /line 1 column 5: .*a second "sinr_db_0"/,
    ],
    [
      "an unknown column",
      without(0, (text) => text.replace("rsrp_dbm_1", "rspr_dbm_1")),
      /line 1 column 3: .*"rspr_dbm_1"/,
    ],
    ["a column without a name", good.map((text) => `${text},`), /line 1 column 6: .*an empty name/],
    [
      "a column for no cell",
      without(0, (text) => text.replace("rsrp_dbm_1", "rsrp_dbm_")),
      /line 1 column 3/,
    ],
    ["an open quote", without(2, (text) => text.replace("-99.25", '"-99.25')), /line 3/],
    [
      "time going backwards",
      without(3, (text) => text.replace("20,", "5,")),
      /line 4 column t_ms: expected a time after 10 ms, got 5 ms - time goes backwards/,
    ],
    [
      "time repeated",
      without(3, (text) => text.replace("20,", "10,")),
      /line 4 column t_ms: .*time is repeated/,
    ],
    [
      "time repeated at once",
      without(2, (text) => text.replace("10,", "0,")),
      /line 3 column t_ms: .*time is repeated/,
    ],
    [
      "an irregular period",
      without(3, (text) => text.replace("20,", "21,")),
      /line 4 column t_ms: expected a step of 10 ms, as at the start, got 11 ms - .*irregular or slower than 200 ms is refused closed loop/,
    ],
    [
      "only rows of another width",
      [header, "20,-92,-98,2"],
      /line 2: expected 5 values, as in the header, got 4 - no value for sinr_db_1/,
    ],
    [
      "a file without any level",
      [header, "0,-,N/A,1,2", "10,2147483647,weak,1,2"],
      /a\.csv: expected RSRP of some cell at some tick, got none/,
    ],
    ["a single row", good.slice(0, 2), /column t_ms: expected at least two rows/],
    [
      "a period above 200 ms",
      [header, "0,-90,-90,1,1", "250,-90,-90,1,1"],
      /at most 200 ms, got 250 ms - .*irregular or slower than 200 ms is refused closed loop/,
    ],
  ])("%s", (_name, lines, message) => {
    expect(() => parse(lines)).toThrow(BadInputError);
    expect(() => parse(lines)).toThrow(message);
  });
});

test("accepts a period of exactly 200 ms", () => {
  expect(parse([header, "0,-90,-90,1,1", "200,-90,-90,1,1"]).sampleMs).toBe(200);
});

const cellName = fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}$/);
/** No -0: it is written as 0. */
const value = fc.double({ min: -309, max: -31, noNaN: true }).map((number) => number + 0);

/** A valid CSV with its content: some cells, some ticks, columns in some order. */
const validCsv = fc
  .record({
    cells: fc.uniqueArray(cellName, { minLength: 1, maxLength: 6 }),
    tickCount: fc.integer({ min: 2, max: 12 }),
    sampleMs: fc.integer({ min: 1, max: 200 }),
    startMs: fc.integer({ min: -1000, max: 1_000_000 }),
  })
  .chain(({ cells, tickCount, sampleMs, startMs }) => {
    const names = cells.flatMap((cell) => [`rsrp_dbm_${cell}`, `sinr_db_${cell}`]);
    return fc.record({
      columns: fc.shuffledSubarray(["t_ms", ...names], { minLength: names.length + 1 }),
      rows: fc.array(fc.dictionary(fc.constantFrom(...names), value), {
        minLength: tickCount,
        maxLength: tickCount,
      }),
      sampleMs: fc.constant(sampleMs),
      startMs: fc.constant(startMs),
    });
  })
  .map(({ columns, rows, sampleMs, startMs }) => {
    const at = (tick: number, column: string) =>
      column === "t_ms" ? startMs + tick * sampleMs : (rows[tick]?.[column] ?? -71.5);
    const lines = [
      columns.join(","),
      ...rows.map((_, tick) => columns.map((column) => at(tick, column)).join(",")),
    ];
    return { text: lines.join("\n"), tickCount: rows.length, sampleMs, at };
  });

test("every value of a valid CSV comes back as written, whatever the order of the columns", () => {
  fc.assert(
    fc.property(validCsv, ({ text, tickCount, sampleMs, at }) => {
      const trace = parseMultiCellCsv(text, { name: "random" });
      expect(trace.sampleMs).toBe(sampleMs);
      expect(trace.tickCount).toBe(tickCount);
      for (const [cell, id] of trace.cellIds.entries()) {
        for (let tick = 0; tick < tickCount; tick++) {
          const index = tick * trace.cellIds.length + cell;
          expect(trace.rsrpDbm[index]).toBe(at(tick, `rsrp_dbm_${id}`));
          expect(trace.sinrDb[index]).toBe(at(tick, `sinr_db_${id}`));
        }
      }
    }),
  );
});

test("a damaged CSV is read or refused with BadInputError, and what is read is finite or missing, and counted", () => {
  const damage = fc.oneof(
    fc.constantFrom(
      ",",
      "\n",
      "\r",
      '"',
      "-",
      ".",
      "NaN",
      "",
      " ",
      "\0",
      "t_ms",
      "\ud800",
      "1e309",
      "{",
      "__proto__",
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(
      validCsv,
      fc.array(
        fc.record({
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          cut: fc.integer({ min: 0, max: 30 }),
          insert: damage,
        }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      ({ text }, damages) => {
        let damaged = text;
        for (const { at, cut, insert } of damages) {
          const index = Math.floor(at * damaged.length);
          damaged = damaged.slice(0, index) + insert + damaged.slice(index + cut);
        }
        try {
          const trace = parseMultiCellCsv(damaged, { name: "damaged" });
          const gone = [...trace.rsrpDbm, ...trace.sinrDb].filter((value) => !Number.isFinite(value));
          expect(gone.every(Number.isNaN)).toBe(true);
          expect(gone.length > 0).toBe(trace.missing !== undefined && gone.length > 0);
          const { rsrp = 0, sinr = 0, unreadable = 0 } = trace.missing ?? {};
          expect(gone.length).toBeGreaterThanOrEqual(rsrp + sinr + unreadable);
          expect(trace.rsrpDbm).toHaveLength(trace.tickCount * trace.cellIds.length);
        } catch (error) {
          if (!(error instanceof BadInputError)) throw error;
        }
      },
    ),
    { seed: 5, numRuns: 500 },
  );
});

test("a header in quotes, as many tools write it, is recognised and read", () => {
  const text = '"t_ms","rsrp_dbm_a","sinr_db_a"\n"0","-90","5"\n"10","-91","4"\n';
  expect(looksLikeMultiCellCsv(text.split("\n")[0])).toBe(true);
  expect([...parseMultiCellCsv(text, { name: "quoted" }).rsrpDbm]).toEqual([-90, -91]);
});
