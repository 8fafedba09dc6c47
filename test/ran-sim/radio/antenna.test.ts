import { expect, test } from "vitest";
import { sectorGainDbi } from "../../../ran-sim/radio/antenna.ts";

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
