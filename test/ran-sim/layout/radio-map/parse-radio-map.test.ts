import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { parseRadioMap } from "../../../../ran-sim/layout/radio-map/parse-radio-map.ts";
import { sharedPath, testWithShared } from "../../../support/shared-data.ts";

const header = "grid_lat,grid_lon,freq,cid,rat,rsrp_avg,rsrp_std";
const rows = [
  "40.000,-80.000,500,7,sub6,-80,2",
  "40.000,-79.999,500,7,sub6,-90,",
  "40.001,-80.000,500,7,sub6,-85,4",
  "40.000,-80.000,500,9,sub6,-100,1",
  "40.001,-79.999,500,9,sub6,-70,3",
  "40.000,-80.000,1850,3,lte,-60,1",
  "40.000,-79.999,500,9,sub6,None,None",
];
const parse = (lines: readonly string[], options = { channel: 500, leastSquares: 1 }) =>
  parseRadioMap([header, ...lines].join("\n"), "map.csv", options);

test("squares of one channel, by row from the south and column from the west", () => {
  const map = parse(rows);
  expect([map.rows, map.columns, map.stepDeg, map.rat]).toEqual([2, 2, 0.001, "sub6"]);
  expect(map.cellIds).toEqual([7, 9]);
  expect(map.corner).toEqual({ latDeg: 40, lonDeg: -80 });
  expect([...map.meanDbm]).toEqual([-80, -100, -90, Number.NaN, -85, Number.NaN, Number.NaN, -70]);
  expect([...map.deviationDb]).toEqual([2, 1, Number.NaN, Number.NaN, 4, Number.NaN, Number.NaN, 3]);
  expect([...map.visited]).toEqual([1, 1, 1, 1]);
});

test("the header may come twice, in two lines or in one", () => {
  const twice = `${header}\n${header}\n${rows.join("\n")}`;
  const inOne = `${header},${header}\n${rows.join("\n")}`;
  for (const text of [twice, inOne]) {
    expect(parseRadioMap(text, "map.csv", { channel: 500, leastSquares: 1 })).toEqual(parse(rows));
  }
});

test.each([
  [
    rows,
    { channel: 501, leastSquares: 1 },
    /layout\.channel: expected a channel of map\.csv: 500 \(6 rows\), 1850 \(1 rows\), got 501/,
  ],
  [
    rows,
    { channel: 500, leastSquares: 3 },
    /layout\.leastSquares: expected a number that leaves at least two cells.*at most 2, got 3/,
  ],
  [[...rows, rows[0]], { channel: 500, leastSquares: 1 }, /line 9: expected cell 7 once in a square/],
  [[...rows, "40.0003,-80,500,7,sub6,-80,2"], { channel: 500, leastSquares: 1 }, /common grid of grid_lat/],
  [
    [...rows, "40,-80,500,x,sub6,-80,2"],
    { channel: 500, leastSquares: 1 },
    /line 9, column cid: expected a number, got "x"/,
  ],
])("refuses what is no map of the channel", (lines, options, message) => {
  expect(() => parse(lines, options)).toThrow(message);
});

test("a missing column is named", () => {
  expect(() => parseRadioMap("grid_lat\n4", "map.csv", { channel: 1, leastSquares: 1 })).toThrow(
    /a column grid_lon/,
  );
});

// Counted in the file itself with another program (Python's csv): 2,382 rows, 415 squares, 52 cells.
testWithShared("the Indianapolis map has 52 cells of channel 519630 in 415 squares", () => {
  const file = "T-R12_rss_cell_20210405_20220127_310260_0.0005_0_0.csv.gz";
  const text = gunzipSync(readFileSync(sharedPath("data", "purdue-radio-map", file))).toString("utf8");
  const map = parseRadioMap(text, file, { channel: 519630, leastSquares: 1 });
  expect(map.cellIds).toHaveLength(52);
  expect(map.visited.reduce((sum, one) => sum + one, 0)).toBe(415);
  expect(map.meanDbm.filter((level) => !Number.isNaN(level))).toHaveLength(2382);
  expect(map.stepDeg).toBe(0.0005);
});
