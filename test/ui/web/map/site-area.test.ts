import fc from "fast-check";
import { expect, test } from "vitest";
import { sectorShape } from "../../../../ui/web/map/sector-shape.ts";
import { type Point, siteArea } from "../../../../ui/web/map/site-area.ts";

/** Shoelace formula; positive counter-clockwise. */
function areaM2(corners: readonly Point[]): number {
  return corners.reduce((sum, { xM, yM }, i) => {
    const next = corners[(i + 1) % corners.length];
    return sum + (xM * next.yM - next.xM * yM) / 2;
  }, 0);
}

const around = (count: number, distanceM: number, firstDeg: number): Point[] =>
  Array.from({ length: count }, (_, k) => {
    const angle = ((firstDeg + (360 * k) / count) * Math.PI) / 180;
    return { xM: distanceM * Math.cos(angle), yM: distanceM * Math.sin(angle) };
  });
const here = { xM: 0, yM: 0 };
const hexagon = siteArea(here, [here, ...around(6, 500, 30)], 500);
// A hexagon whose opposite sides are d apart has the area d^2 sqrt(3) / 2.
const hexagonM2 = (500 ** 2 * Math.sqrt(3)) / 2;

test("is a hexagon on a hexagonal grid and a square on a square one", () => {
  expect(areaM2(hexagon)).toBeCloseTo(hexagonM2, 3);
  const square = siteArea(here, [...around(4, 200, 0), ...around(4, 200 * Math.SQRT2, 45)], 200);
  expect(areaM2(square)).toBeCloseTo(200 ** 2, 3);
});

test("is a disc around a lone site, also beside one at the same place", () => {
  const disc = areaM2(siteArea({ xM: 7e5, yM: -3 }, [{ xM: 7e5, yM: -3 }], 1000));
  expect(disc / (Math.PI * 720 ** 2)).toBeCloseTo(1, 2);
});

test.each([
  [[0]],
  [[0, 180]],
  [[30, 150, 270]],
  [[0, 120, 240]],
  [[0, 90, 180, 270]],
  [[0, 60, 120, 180, 240, 300]],
  [[-10, 20, 200]],
])("sectors that look to %j fill the area of their site", (azimuths) => {
  const shapes = azimuths.map((azimuth) => sectorShape(hexagon, azimuth, azimuths));
  for (const shape of shapes) expect(areaM2(shape)).toBeGreaterThan(0);
  expect(shapes.reduce((sum, shape) => sum + areaM2(shape), 0)).toBeCloseTo(hexagonM2, 3);
});

test("gives three sectors a third each, and sectors that look the same way the same shape", () => {
  for (const azimuth of [30, 150, 270])
    expect(areaM2(sectorShape(hexagon, azimuth, [30, 150, 270]))).toBeCloseTo(hexagonM2 / 3, 3);
  expect(sectorShape(hexagon, 0, [0, 0])).toEqual(hexagon);
});

test("is nearer to its site than to any other, at every corner and wherever the others are", () => {
  const metres = fc.double({ min: -900, max: 900, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.record({ xM: metres, yM: metres }), { maxLength: 12 }), (others) => {
      const area = siteArea(here, others, 500);
      for (const corner of area) {
        const ownM = Math.hypot(corner.xM, corner.yM);
        expect(ownM).toBeLessThanOrEqual(360 + 1e-6);
        for (const { xM, yM } of others) {
          if (Math.hypot(xM, yM) < 1e-3) continue;
          expect(Math.hypot(corner.xM - xM, corner.yM - yM)).toBeGreaterThan(ownM - 1e-3);
        }
      }
    }),
  );
});
