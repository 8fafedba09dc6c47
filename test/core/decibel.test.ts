import fc from "fast-check";
import { expect, test } from "vitest";
import { dbToLinear, linearToDb } from "#core";

test("ten decibels are a factor of ten, and no power is minus infinity", () => {
  expect(dbToLinear(0)).toBe(1);
  expect(dbToLinear(-30)).toBeCloseTo(1e-3, 15);
  expect(linearToDb(100)).toBeCloseTo(20, 12);
  expect(linearToDb(0)).toBe(Number.NEGATIVE_INFINITY);
});

test("linear and back is the same level", () => {
  fc.assert(
    fc.property(fc.double({ min: -200, max: 200, noNaN: true }), (db) => {
      expect(linearToDb(dbToLinear(db))).toBeCloseTo(db, 9);
    }),
  );
});
