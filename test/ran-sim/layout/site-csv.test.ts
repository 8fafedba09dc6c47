import { expect, test } from "vitest";
import { planCustom } from "../../../ran-sim/layout/custom-plan.ts";
import type { LayoutOf } from "../../../ran-sim/layout/layout-schema.ts";
import { parseSiteCsv } from "../../../ran-sim/layout/site-csv.ts";

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
  [
    ["x_m,y_m", "0,0", "0.5,0"],
    /line 3.*at least 1 m from every other site, got 0\.50 m from line 2.*in one row/,
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

test("azimuths of the file do not go with isotropic antennas", () => {
  const csv = sites("x_m,y_m,azimuths_deg", "0,0,30");
  const isotropic = { ...layout, antenna: { kind: "isotropic", gainDbi: 0 } } as const;
  expect(() => planCustom(isotropic, csv, { hBsM: 25, txPowerDbm: 46 })).toThrow(
    /layout\.antenna\.kind isotropic/,
  );
});
