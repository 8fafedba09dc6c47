import { expect, test } from "vitest";
import { columnFactorDb, ELEMENT_PATTERNS, sectorGainDbi, turnDown } from "../../../ran-sim/radio/antenna.ts";
import { type FixedAntennas, writeSiteGains } from "../../../ran-sim/radio/site-gain.ts";

const boresightsDeg = [30, 150, 270];

/** Returns the gains of a 25 m mast towards (173.2, 100), 200 m away at 30 degrees, with no second image near. */
function gains(antenna: FixedAntennas): number[] {
  const out = new Float64Array(3);
  const images = Float64Array.from([200 * Math.cos(Math.PI / 6), 100, 5000, 0, 0, 5000, 9000, 0]);
  writeSiteGains({ antenna, heightDifferenceM: 23.5, minimumD2dM: 10, seamM: 50 }, images, 200, out);
  return [...out];
}

const zenithDeg = 90 + (Math.atan(23.5 / 200) * 180) / Math.PI;

test("a panel is its element plus its column, and a panel of one row an untilted sector", () => {
  const panel = { kind: "panel", spacingWavelengths: 0.5, downtiltDeg: 12, boresightsDeg } as const;
  const untilted = [0, 120, 240].map((off) => sectorGainDbi(off, zenithDeg, 0));
  const columnDb = columnFactorDb(zenithDeg, 10, 0.5, 12);
  for (const [sector, gain] of gains({ ...panel, rows: 10 }).entries()) {
    expect(gain).toBeCloseTo(untilted[sector] + columnDb, 9);
  }
  expect(gains({ ...panel, rows: 1 })).toEqual(gains({ kind: "sector", boresightsDeg, downtiltDeg: 0 }));
});

test("a sector with the macro antenna of TR 36.814 has its gains, also when it is turned down", () => {
  const macro = { kind: "sector", pattern: "tr36814", boresightsDeg, downtiltDeg: 15 } as const;
  const expected = [0, 120, 240].map((off) => sectorGainDbi(off, zenithDeg, 15, ELEMENT_PATTERNS.tr36814));
  for (const [sector, gain] of gains(macro).entries()) expect(gain).toBeCloseTo(expected[sector], 9);
  const turned = gains({ ...macro, downtiltDeg: 0, mechanicalTiltDeg: 15 });
  expect(turned[0]).toBeCloseTo(expected[0], 9);
  expect(gains({ kind: "sector", boresightsDeg, downtiltDeg: 15 })[0]).not.toBeCloseTo(expected[0], 1);
});

test("a mechanical tilt acts in front like an electrical one, and less at the side", () => {
  const sector = { kind: "sector", boresightsDeg } as const;
  const electrical = gains({ ...sector, downtiltDeg: 8 });
  const mechanical = gains({ ...sector, downtiltDeg: 0, mechanicalTiltDeg: 8 });
  expect(mechanical[0]).toBeCloseTo(electrical[0], 9);
  const turned = new Float64Array(2);
  turnDown(-120, zenithDeg, 8, turned);
  expect(mechanical[1]).toBeCloseTo(sectorGainDbi(turned[0], turned[1], 0), 9);
  expect(gains({ ...sector, downtiltDeg: 8, mechanicalTiltDeg: 0 })).toEqual(electrical);
});
