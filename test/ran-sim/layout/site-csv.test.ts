import fc from "fast-check";
import { expect, test } from "vitest";
import { planCustom } from "../../../ran-sim/layout/custom-plan.ts";
import type { LayoutOf } from "../../../ran-sim/layout/layout-schema.ts";
import { parseSiteCsv } from "../../../ran-sim/layout/site-csv.ts";
import { parseColumnTexts } from "../../../ran-sim/trace/column-map.ts";

const sites = (...lines: string[]) => parseSiteCsv(lines.join("\n"), "sites.csv");
const layout: LayoutOf<"custom"> = {
  kind: "custom",
  file: "sites.csv",
  marginM: 100,
  edge: "bounce",
  antenna: { kind: "sector", boresightsDeg: [0, 120, 240], downtiltDeg: 8 },
};

test("sites in metres keep their places; empty fields are the scenario's", () => {
  const csv = sites(
    "name,x_m,y_m,azimuths_deg,height_m,power_dbm",
    "mill,0,0,30;150,30,43",
    "dam,900,-100,,,",
  );
  expect(csv.origin).toBeNull();
  expect(csv.sites[0]).toEqual({
    name: "mill",
    xM: 0,
    yM: 0,
    azimuthsDeg: [30, 150],
    hBsM: 30,
    txPowerDbm: 43,
  });
  const plan = planCustom(layout, csv, { hBsM: 25, txPowerDbm: 46 });
  expect(plan.placement.boresightsDeg).toEqual([
    [30, 150],
    [0, 120, 240],
  ]);
  expect(plan.placement.hBsM).toEqual([30, 25]);
  expect(plan.placement.txPowerDbm).toEqual([43, 46]);
  expect(plan.isdM).toBeCloseTo(Math.hypot(900, 100), 9);
  expect(plan.ground).toMatchObject({ xMinM: -100, xMaxM: 1000, yMinM: -200, yMaxM: 100, xEdge: "bounce" });
});

test("sites in degrees are projected around their middle", () => {
  const csv = sites("lat,lon", "49.00,8.40", "49.01,8.40");
  expect(csv.origin?.latDeg).toBeCloseTo(49.005, 9);
  // 0.01 degrees of latitude at 49 degrees: 1,112.1 m.
  expect(csv.sites[1].yM - csv.sites[0].yM).toBeCloseTo(1112.1, 0);
});

test.each([
  [["x_m,y_m,height_m", "0,0,30", "0.5,0,25"], /line 3, within 1 m of line 2, height_m.*got 25 beside 30/],
  [["x_m,y_m,azimuths_deg", "0,0,30", "0.5,0,"], /azimuths in all rows of a site, or in none, got 1 of 2/],
  [["x_m,y_m,azimuths_deg", "0,0,30", "0.5,0,30.5"], /azimuths at least 1 degree apart/],
  [
    ["radio,lat,lon", "LTE,1,1", "LTE,1.01,1", "NR,1,1.01"],
    /column radio: expected cells of one radio technology, got LTE \(2 rows\), NR \(1 row\) - pick one: --columns lat=lat,lon=lon,radio=radio:LTE/,
  ],
  [
    ["radio,mcc,cell,Longitude,Latitude", "LTE,272,100,-8.4,51.9"],
    /column: .*got "mcc" - .*--columns name=cell,lat=Latitude,lon=Longitude,radio=radio:LTE/,
  ],
  [["x_m,y_m,azimuths_deg", "0,0,30;30.5"], /line 2, azimuths_deg.*azimuths at least 1 degree apart/],
  [["x_m,y_m,azimuth_deg", "0,0,3"], /column.*did you mean "azimuths_deg"/],
  [["x_m,y_m,lat,lon", "0,0,1,1"], /x_m, y_m or lat, lon, got both/],
  [["x_m,z", "0,0"], /column/],
  [["x_m", "0"], /a column y_m/],
  [["lat,lon", "95,0"], /line 2, lat: expected a number from -89 to 89, got "95"/],
  [["x_m,y_m,height_m", "0,0,200"], /height_m: expected a number from 1\.5 to 150, got "200"/],
  [["x_m,y_m", "0,0", "30000,0"], /within 20 km/],
  [["name,x_m,y_m", "a,0,0", "a,500,0"], /line 3, name.*"a" in line 2 too/],
])("refuses %j", (lines, message) => {
  expect(() => sites(...lines)).toThrow(message);
});

const mapped = (columns: string, ...lines: string[]) =>
  parseSiteCsv(lines.join("\n"), "sites.csv", parseColumnTexts(columns));

test("--columns names the columns, picks a radio, and leaves the others out", () => {
  const csv = mapped(
    "name=cell,lat=lat,lon=lon,radio=radio:LTE",
    "radio,mcc,cell,lon,lat",
    "LTE,272,100,-8.4,51.9",
    "NR,272,102,-8.39,51.91",
    "LTE,272,101,-8.4,51.91",
  );
  expect(csv.sites.map(({ name }) => name)).toEqual(["100", "101"]);
  expect(csv.notes).toEqual(["1 of 3 rows are of another radio than LTE: LTE (2 rows), NR (1 row)"]);
  const compass = mapped("x_m=x,y_m=y,azimuths_deg=az:compass,height_m=h:ft", "x,y,az,h", "0,0,0,100");
  // North is 90 degrees from x, which points east.
  expect([compass.sites[0].azimuthsDeg, compass.sites[0].hBsM]).toEqual([[90], 100 * 0.3048]);
});

test("law: rows within 1 m are the sectors of one site, spread evenly where nothing says where they point, and said", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }), (sectors) => {
      const rows = sectors.flatMap((n, site) =>
        Array.from({ length: n }, (_, i) => `${site * 500 + i * 0.1},0`),
      );
      const csv = sites("x_m,y_m", ...rows);
      expect(csv.sites.map(({ azimuthsDeg }) => azimuthsDeg?.length ?? 1)).toEqual(sectors);
      for (const { azimuthsDeg } of csv.sites) {
        for (const [i, azimuth] of (azimuthsDeg ?? []).entries()) {
          expect(azimuth).toBeCloseTo((i * 360) / (azimuthsDeg?.length ?? 1), 9);
        }
      }
      expect(csv.notes.length).toBe(sectors.some((n) => n > 1) ? 1 : 0);
    }),
    { seed: 21, numRuns: 100 },
  );
});

test("sites across the antimeridian are as near as they are", () => {
  const { sites: two, origin } = sites("lat,lon", "-16.8,179.999", "-16.8,-179.997");
  // 0.004 degrees of longitude at 16.8 degrees south: 426 m.
  expect(two[1].xM - two[0].xM).toBeCloseTo(426.3, 0);
  expect(Math.abs(origin?.lonDeg ?? 0)).toBeCloseTo(179.999, 9);
});

test("azimuths of the file do not go with isotropic antennas", () => {
  const csv = sites("x_m,y_m,azimuths_deg", "0,0,30");
  const isotropic = { ...layout, antenna: { kind: "isotropic", gainDbi: 0 } } as const;
  expect(() => planCustom(isotropic, csv, { hBsM: 25, txPowerDbm: 46 })).toThrow(
    /layout\.antenna\.kind isotropic/,
  );
});
