import fc from "fast-check";
import { expect, test } from "vitest";
import { createL1, stepL1 } from "../../../ran-sim/measurement/l1-filter.ts";

/** Returns the filter's output for one entry after each input. */
function run(inputsDb: readonly number[], tickMs: number, windowMs: number): number[] {
  const state = createL1(1, tickMs, windowMs);
  const out = new Float64Array(1);
  return inputsDb.map((input) => {
    stepL1(state, Float64Array.of(input), out);
    return out[0];
  });
}

test("averages in mW: -90 and -100 dBm are -92.6 dBm, not -95", () => {
  // 10 log10((1e-9 + 1e-10) / 2) = -92.5964.
  expect(run([-90, -100], 10, 200)[1]).toBeCloseTo(-92.5964, 4);
});

test("the window grows until it is full, then slides", () => {
  const out = run([-90, -90, -100, -100, -100], 10, 30);
  expect(out[0]).toBeCloseTo(-90, 9);
  expect(out[1]).toBeCloseTo(-90, 9);
  expect(out[2]).toBeCloseTo(10 * Math.log10((2e-9 + 1e-10) / 3), 9);
  expect(out[3]).toBeCloseTo(10 * Math.log10((1e-9 + 2e-10) / 3), 9);
  expect(out[4]).toBeCloseTo(-100, 9);
});

test("equals the mean of the window's inputs within 1e-9 dB, across twelve orders of magnitude", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -156, max: -31, noNaN: true }), { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 1, max: 20 }),
      (inputsDb, slots) => {
        const out = run(inputsDb, 10, 10 * slots);
        for (const [n, got] of out.entries()) {
          const window = inputsDb.slice(Math.max(0, n + 1 - slots), n + 1);
          const mean = window.reduce((sum, db) => sum + 10 ** (db / 10), 0) / window.length;
          expect(Math.abs(got - 10 * Math.log10(mean))).toBeLessThan(1e-9);
        }
      },
    ),
  );
});

test("does not drift over a long run", () => {
  const inputs = Array.from({ length: 100_000 }, (_, n) => (n % 977 === 0 ? -35 : -150 + (n % 13)));
  const out = run(inputs, 10, 200);
  const last = inputs.slice(-20);
  const mean = last.reduce((sum, db) => sum + 10 ** (db / 10), 0) / 20;
  expect(Math.abs((out.at(-1) as number) - 10 * Math.log10(mean))).toBeLessThan(1e-9);
});

test("entries are independent, and input and output may be one array", () => {
  const state = createL1(2, 10, 20);
  const values = Float32Array.of(-90, Number.NEGATIVE_INFINITY);
  stepL1(state, values, values);
  expect(values[0]).toBeCloseTo(-90, 4);
  expect(values[1]).toBe(Number.NEGATIVE_INFINITY);
});

test("a window that is not a whole number of ticks is refused", () => {
  expect(() => createL1(1, 30, 200)).toThrow("whole number of ticks of 30 ms, got 200");
});
