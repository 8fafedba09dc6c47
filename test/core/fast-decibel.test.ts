import { expect, test } from "vitest";
import { createStream } from "#core";
import { fastDbToLinear, fastLinearToDb } from "../../core/fast-decibel.ts";

test("both ways agree with the library's functions within 1e-12 dB, over all levels that a link can have", () => {
  const draw = createStream(1, "levels");
  for (let i = 0; i < 20_000; i++) {
    const db = -320 + 480 * draw.uniform(i);
    const linear = 10 ** (db / 10);
    expect(Math.abs(10 * Math.log10(fastDbToLinear(db)) - db)).toBeLessThan(1e-12);
    expect(Math.abs(fastLinearToDb(linear) - 10 * Math.log10(linear))).toBeLessThan(1e-12);
  }
});

test("no step of a table shows: a level grows with its power, and a power with its level, across the whole octave", () => {
  for (let i = 1; i <= 8192; i++) {
    const [low, high] = [1 + (i - 1) / 8192, 1 + i / 8192];
    expect(fastLinearToDb(high)).toBeGreaterThan(fastLinearToDb(low));
    expect(fastDbToLinear(high)).toBeGreaterThan(fastDbToLinear(low));
  }
});

test.each([
  [Number.NEGATIVE_INFINITY, 0],
  [0, 1],
  [-3100, 10 ** -310],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
])("%s dB is %s", (db, linear) => {
  expect(fastDbToLinear(db)).toBeCloseTo(linear, 12);
  expect(fastLinearToDb(linear)).toBeCloseTo(db, 9);
});

test("what is no power has no level", () => {
  expect(fastLinearToDb(-1)).toBeNaN();
  expect(fastLinearToDb(Number.NaN)).toBeNaN();
  expect(fastDbToLinear(Number.NaN)).toBeNaN();
});
