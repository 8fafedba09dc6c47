import { expect, test } from "vitest";
import {
  copiesInView,
  neighbourDirectionDeg,
  type Point,
  sectorShape,
} from "../../../ui/web/map/sector-shape.ts";

/** Shoelace formula. */
function areaM2(corners: readonly Point[]): number {
  return Math.abs(
    corners.reduce((sum, { xM, yM }, i) => {
      const next = corners[(i + 1) % corners.length];
      return sum + (xM * next.yM - next.xM * yM) / 2;
    }, 0),
  );
}

test.each([
  [1, [0]],
  [3, [30, 150, 270]],
  [3, [0, 120, 240]],
  [6, [0, 60, 120, 180, 240, 300]],
])("cuts a hexagon into %i sectors of equal area that fill it", (sectors, azimuths) => {
  // A hexagon whose opposite sides are d apart has the area d^2 sqrt(3) / 2.
  const whole = (500 ** 2 * Math.sqrt(3)) / 2;
  for (const azimuth of azimuths) {
    expect(areaM2(sectorShape(500, 30, azimuth, sectors))).toBeCloseTo(whole / sectors, 3);
  }
});

test("finds the direction of the nearest site", () => {
  const sites = [0, 90, 30].map((deg, i) => ({
    xM: i === 0 ? 0 : (i === 1 ? 900 : 500) * Math.cos((deg * Math.PI) / 180),
    yM: i === 0 ? 0 : (i === 1 ? 900 : 500) * Math.sin((deg * Math.PI) / 180),
  }));
  expect(neighbourDirectionDeg(sites)).toBeCloseTo(30);
  expect(neighbourDirectionDeg([{ xM: 0, yM: 0 }])).toBe(30);
});

test("repeats the area on the lattice, itself first, and not at all without one", () => {
  const lattice = [
    { xM: 100, yM: 0 },
    { xM: 50, yM: 86.6 },
  ];
  const copies = copiesInView(lattice, 110);
  expect(copies[0]).toEqual({ xM: 0, yM: 0 });
  expect(copies).toHaveLength(7);
  expect(copiesInView([], 110)).toHaveLength(1);
});
