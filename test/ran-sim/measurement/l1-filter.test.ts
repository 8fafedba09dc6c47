import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createL1,
  createMeans,
  meanOf,
  rowsOfMeans,
  slotsOf,
  stepL1,
} from "../../../ran-sim/measurement/l1-filter.ts";
import { createPowerHistory, takeInDb } from "../../../ran-sim/measurement/power-history.ts";

/** Returns the filter's output for one entry after each input, having seen that a mean on demand is the same. */
function run(inputsDb: readonly number[], tickMs: number, windowMs: number, lateTicks = 0): number[] {
  const slotCount = slotsOf(tickMs, windowMs);
  const history = createPowerHistory(1, rowsOfMeans(slotCount, lateTicks));
  const state = createL1(1, slotCount);
  const out = new Float64Array(1);
  const means: number[] = [];
  for (const [tick, input] of inputsDb.entries()) {
    takeInDb(history, Float64Array.of(input));
    stepL1(state, history, out, true);
    means.push(out[0]);
    const asked = tick - lateTicks;
    if (asked >= 0) expect(10 * Math.log10(meanOf(history, 0, slotCount, asked))).toBe(means[asked]);
  }
  return means;
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

test("a mean that is asked for late is that of its tick", () => {
  const inputs = Array.from({ length: 200 }, (_, n) => (n % 23 === 0 ? -40 : -120 + (n % 7)));
  expect(run(inputs, 10, 70, 9)).toHaveLength(200);
});

test("the mean carried on from tick to tick is that of the whole window to the last bit, whatever was asked for before", () => {
  const [ueCount, cellCount] = [3, 4];
  fc.assert(
    fc.property(
      // What is asked of each phone on a tick: nothing, or a cell, which now and then is another.
      fc.array(fc.array(fc.constantFrom(null, 0, 0, 0, 0, 3), { minLength: ueCount, maxLength: ueCount }), {
        minLength: 1,
        maxLength: 60,
      }),
      fc.integer({ min: 1, max: 7 }),
      (asked, slotCount) => {
        const history = createPowerHistory(ueCount * cellCount, rowsOfMeans(slotCount));
        const meanNow = createMeans(history, cellCount, slotCount);
        for (const [tick, cells] of asked.entries()) {
          const levels = Float64Array.from({ length: ueCount * cellCount }, (_, i) =>
            (tick + i) % 9 === 0 ? -30 : -110 + ((7 * tick + i) % 11),
          );
          takeInDb(history, levels);
          for (const [ue, cell] of cells.entries()) {
            if (cell === null) continue;
            const entry = ue * cellCount + cell;
            expect(meanNow(entry)).toBe(meanOf(history, entry, slotCount));
            expect(meanNow(entry)).toBe(meanOf(history, entry, slotCount));
          }
        }
      },
    ),
    { seed: 1 },
  );
});

test("entries are independent, and an entry without power is -Infinity", () => {
  const history = createPowerHistory(2, rowsOfMeans(2));
  const out = new Float64Array(2);
  takeInDb(history, Float32Array.of(-90, Number.NEGATIVE_INFINITY));
  stepL1(createL1(2, 2), history, out, true);
  expect(out[0]).toBeCloseTo(-90, 4);
  expect(out[1]).toBe(Number.NEGATIVE_INFINITY);
});

test("the quick logarithm gives the mean of the exact one within 1e-12 dB", () => {
  const history = createPowerHistory(500, rowsOfMeans(1));
  const inputs = Float64Array.from({ length: 500 }, (_, i) => -156 + i / 4);
  const out = new Float64Array(500);
  takeInDb(history, inputs);
  stepL1(createL1(500, 1), history, out, false);
  for (const [i, value] of out.entries()) expect(Math.abs(value - inputs[i])).toBeLessThan(1e-12);
});

test("a window that is not a whole number of ticks is refused", () => {
  expect(() => slotsOf(30, 200)).toThrow("whole number of ticks of 30 ms, got 200");
});
