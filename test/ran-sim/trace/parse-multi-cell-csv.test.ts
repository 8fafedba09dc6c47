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
    "1,2,0,3,4,5,6",
    "1,2,5,3,4,5,6",
  ]);
  expect(trace.cellIds).toEqual(["9", "10", "B"]);
  expect([...trace.rsrpDbm]).toEqual([6, 2, 3, 6, 2, 3]);
  expect([...trace.sinrDb]).toEqual([4, 5, 1, 4, 5, 1]);
});

test("takes times written with rounding as one period, and the period as their mean", () => {
  const rows = Array.from({ length: 10 }, (_, i) => `${((i * 100) / 3).toFixed(2)},-90,-91,1,2`);
  expect(parse([header, ...rows]).sampleMs).toBeCloseTo(100 / 3, 9);
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
    [
      "NaN",
      without(2, (text) => text.replace("-99.25", "NaN")),
      /^folder\/a\.csv line 3 column rsrp_dbm_1: expected a finite number, got "NaN"/,
    ],
    [
      "infinity",
      without(2, (text) => text.replace("2.5", "-Infinity")),
      /line 3 column sinr_db_0: .*"-Infinity"/,
    ],
    [
      "a number too large",
      without(2, (text) => text.replace("2.5", "1e999")),
      /line 3 column sinr_db_0: .*"1e999"/,
    ],
    ["text", without(1, (text) => text.replace("-100", "weak")), /line 2 column rsrp_dbm_1: .*"weak"/],
    [
      "a number and text",
      without(1, (text) => text.replace("-100", "-100 dBm")),
      /line 2 column rsrp_dbm_1: .*"-100 dBm"/,
    ],
    ["hexadecimal", without(1, (text) => text.replace("-100", "0x10")), /line 2 column rsrp_dbm_1: .*"0x10"/],
    [
      "an empty value",
      without(3, (text) => text.replace("-98", "")),
      /line 4 column rsrp_dbm_1: .*got nothing/,
    ],
    [
      "a blank value",
      without(3, (text) => text.replace("-98", "  ")),
      /line 4 column rsrp_dbm_1: .*got nothing/,
    ],
    [
      "a short row",
      without(3, () => "20,-92,-98,2"),
      /line 4: expected 5 values, as in the header, got 4 - no value for sinr_db_1/,
    ],
    ["a long row", without(3, (text) => `${text},1`), /line 4: expected 5 values, as in the header, got 6/],
    ["a blank line within", [...good.slice(0, 2), "", ...good.slice(2)], /line 3: .*got a blank line/],
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
    ["a single row", good.slice(0, 2), /column t_ms: expected at least two rows/],
    [
      "a period above 200 ms",
      [header, "0,1,1,1,1", "250,1,1,1,1"],
      /at most 200 ms, got 250 ms - .*irregular or slower than 200 ms is refused closed loop/,
    ],
  ])("%s", (_name, lines, message) => {
    expect(() => parse(lines)).toThrow(BadInputError);
    expect(() => parse(lines)).toThrow(message);
  });
});

test("accepts a period of exactly 200 ms", () => {
  expect(parse([header, "0,1,1,1,1", "200,1,1,1,1"]).sampleMs).toBe(200);
});

const cellName = fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}$/);
/** No -0: it is written as 0. */
const value = fc.double({ min: -309, max: 100, noNaN: true }).map((number) => number + 0);

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
      column === "t_ms" ? startMs + tick * sampleMs : (rows[tick]?.[column] ?? -1.5);
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

test("a damaged CSV is read or refused with BadInputError, and what is read is finite", () => {
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
          expect([...trace.rsrpDbm, ...trace.sinrDb].every(Number.isFinite)).toBe(true);
          expect(trace.rsrpDbm).toHaveLength(trace.tickCount * trace.cellIds.length);
        } catch (error) {
          if (!(error instanceof BadInputError)) throw error;
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("a header in quotes, as many tools write it, is recognised and read", () => {
  const text = '"t_ms","rsrp_dbm_a","sinr_db_a"\n"0","-90","5"\n"10","-91","4"\n';
  expect(looksLikeMultiCellCsv(text.split("\n")[0])).toBe(true);
  expect([...parseMultiCellCsv(text, { name: "quoted" }).rsrpDbm]).toEqual([-90, -91]);
});
