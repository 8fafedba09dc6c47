import { expect, test } from "vitest";
import { columnFactorDb, ELEMENT_PATTERNS, sectorGainDbi, turnDown } from "../../../ran-sim/radio/antenna.ts";

test("the boresight of a tilted sector has 8 dBi", () => {
  expect(sectorGainDbi(0, 98, 8)).toBe(8);
});

// TR 38.901 Table 7.3-1: 12 (1/2)^2 = 3 dB at half of the 65 degree beam width in either cut.
test.each([
  [32.5, 90, 5],
  [-32.5, 90, 5],
  [0, 122.5, 5],
  [32.5, 57.5, 2],
])("azimuth %d and zenith %d give %d dBi", (azimuthDeg, zenithDeg, gainDbi) => {
  expect(sectorGainDbi(azimuthDeg, zenithDeg, 0)).toBeCloseTo(gainDbi, 12);
});

test("no direction is attenuated by more than 30 dB, and whole turns change nothing", () => {
  expect(sectorGainDbi(180, 90, 0)).toBe(-22);
  expect(sectorGainDbi(180, 0, 0)).toBe(-22);
  expect(sectorGainDbi(360 + 20, 90, 0)).toBeCloseTo(sectorGainDbi(20, 90, 0), 9);
  expect(sectorGainDbi(-340, 90, 0)).toBeCloseTo(sectorGainDbi(20, 90, 0), 9);
});

// TR 36.814 Table A.2.1.1-2: -min(12 (phi / 70)^2, 25), -min(12 ((theta - 15) / 10)^2, 20), together at most 25, 14 dBi.
test.each([
  ["at its tilt", 0, 105, 14],
  ["half a beam width aside", 35, 105, 11],
  ["half a beam width above", 0, 100, 11],
  ["at both", 35, 110, 8],
  ["far above", 0, 60, -6],
  ["behind", 180, 105, -11],
  ["behind and far above", 180, 60, -11],
])("the macro antenna of the LTE studies, tilted by 15 degrees, %s", (_, azimuthDeg, zenithDeg, gainDbi) => {
  expect(sectorGainDbi(azimuthDeg, zenithDeg, 15, ELEMENT_PATTERNS.tr36814)).toBeCloseTo(gainDbi, 12);
});

test("a column of ten gains 10 dB at its tilt and averages to nothing over all directions", () => {
  expect(columnFactorDb(102, 10, 0.5, 12)).toBeCloseTo(10, 9);
  expect(columnFactorDb(77, 1, 0.5, 12)).toBe(0);
  // First nulls at cos(theta) = -sin(12 deg) +- 1 / (M d) = +- 0.2.
  expect(columnFactorDb((Math.acos(0.2 - Math.sin(Math.PI / 15)) * 180) / Math.PI, 10, 0.5, 12)).toBe(-60);
  // At half a wavelength the elements' cross terms integrate to 0 over cos(theta): isotropic power is kept.
  let power = 0;
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    const zenithDeg = (Math.acos(-1 + (2 * (i + 0.5)) / count) * 180) / Math.PI;
    power += 10 ** (columnFactorDb(zenithDeg, 10, 0.5, 12) / 10);
  }
  expect(power / count).toBeCloseTo(1, 4);
});

// TR 38.901 (7.1-7), (7.1-8) by hand.
test.each([
  ["in front, the tilt becomes the boresight", 0, 102, 0, 90],
  ["in front, the horizon lies above the boresight", 0, 90, 0, 78],
  ["at the side the horizon stays", 90, 90, 90, 90],
  ["behind, the horizon lies below", 180, 90, 180, 102],
])("turned down by 12 degrees, %s", (_, azimuthDeg, zenithDeg, azimuthAfter, zenithAfter) => {
  const out = new Float64Array(2);
  turnDown(azimuthDeg, zenithDeg, 12, out);
  expect(out[0]).toBeCloseTo(azimuthAfter, 9);
  expect(out[1]).toBeCloseTo(zenithAfter, 9);
});
