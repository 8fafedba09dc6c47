import fc from "fast-check";
import { expect, test } from "vitest";
import { metresPerDegree, middleOf, toLocal } from "../../../ran-sim/layout/projection.ts";

// Lengths of a degree on WGS 84: NGA "Length of a degree of latitude and longitude", equator, 45 degrees and 60 degrees.
test.each([
  [0, 110_574.3, 111_319.5],
  [45, 111_131.8, 78_846.8],
  [60, 111_412.2, 55_800.3],
])("at %i degrees a degree of latitude has %d m and one of longitude %d m", (latDeg, northM, eastM) => {
  const found = metresPerDegree(latDeg);
  expect(Math.abs(found.northM - northM)).toBeLessThan(1);
  expect(Math.abs(found.eastM - eastM)).toBeLessThan(1);
});

test("the origin is (0, 0), east is x and north is y, across the antimeridian too", () => {
  const origin = { latDeg: -17, lonDeg: 179.999 };
  expect(toLocal(origin, origin)).toEqual({ xM: 0, yM: 0 });
  const east = toLocal(origin, { latDeg: -17, lonDeg: -179.999 });
  expect(east.xM).toBeCloseTo(0.002 * metresPerDegree(-17).eastM, 6);
  expect(toLocal(origin, { latDeg: -16.99, lonDeg: 179.999 }).yM).toBeGreaterThan(1000);
});

test("the middle of an area is halfway between its outermost points, however many there are inside", () => {
  const points = [40, 41, 41.9, 42].map((latDeg) => ({ latDeg, lonDeg: -latDeg }));
  expect(middleOf(points)).toEqual({ latDeg: 41, lonDeg: -41 });
});

test("law: the middle of an area turns with the Earth, over the antimeridian too", () => {
  const area = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(area, fc.double({ min: -180, max: 180, noNaN: true }), (offsets, west) => {
      const at = (turnDeg: number) =>
        offsets.map((offset) => {
          const lonDeg = turnDeg + offset;
          return { latDeg: 1, lonDeg: lonDeg > 180 ? lonDeg - 360 : lonDeg };
        });
      const off = middleOf(at(west)).lonDeg - west - middleOf(at(0)).lonDeg;
      expect(off - 360 * Math.round(off / 360)).toBeCloseTo(0, 9);
    }),
    { seed: 31, numRuns: 200 },
  );
});
