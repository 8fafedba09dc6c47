import { expect, test } from "vitest";
import {
  addMeasurementError,
  createMeasurementError,
} from "../../../ran-sim/measurement/measurement-error.ts";

const sigmaDb = 1.216;

/** Returns the errors of `ueCount` x 3 links at `timeMs`. */
function errorsAt(ueCount: number, timeMs: number): Float64Array {
  const values = new Float64Array(ueCount * 3);
  addMeasurementError(createMeasurementError(ueCount, 3, sigmaDb, 1), values, timeMs);
  return values;
}

function meanProduct(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0) / a.length;
}

test("has mean 0 and variance sigma^2 at every instant, within a window and at its edge", () => {
  for (const timeMs of [0, 50, 100, 170, 200, 999]) {
    const errors = errorsAt(4000, timeMs);
    // 12,000 links: standard errors of 0.9 % of sigma for the mean and 1.3 % for the variance.
    expect(Math.abs(errors.reduce((a, b) => a + b, 0) / errors.length)).toBeLessThan(0.04 * sigmaDb);
    expect(Math.abs(meanProduct(errors, errors) / sigmaDb ** 2 - 1)).toBeLessThan(0.05);
  }
});

test("sigma 1.216 dB keeps 90 % of errors within 2 dB", () => {
  // TR 36.839 practice; 2 / 1.645 = 1.216.
  const errors = errorsAt(4000, 130);
  const within = errors.filter((error) => Math.abs(error) < 2).length / errors.length;
  expect(Math.abs(within - 0.9)).toBeLessThan(0.01);
});

test("is nearly the same after one tick and independent after two windows", () => {
  const variance = sigmaDb ** 2;
  expect(meanProduct(errorsAt(4000, 100), errorsAt(4000, 110)) / variance).toBeGreaterThan(0.99);
  expect(meanProduct(errorsAt(4000, 100), errorsAt(4000, 200)) / variance).toBeCloseTo(Math.SQRT1_2, 1);
  expect(Math.abs(meanProduct(errorsAt(4000, 100), errorsAt(4000, 500)) / variance)).toBeLessThan(0.04);
});

test("is a function of time, however it is stepped and however many users there are", () => {
  const stepped = createMeasurementError(20, 3, sigmaDb, 1);
  let values = new Float64Array(60);
  for (let timeMs = 0; timeMs <= 770; timeMs += 10) {
    values = new Float64Array(60);
    addMeasurementError(stepped, values, timeMs);
  }
  expect(values).toEqual(errorsAt(20, 770));
  expect(values).toEqual(errorsAt(50, 770).slice(0, 60));
});

test("sigma 0 changes nothing, and a negative sigma is refused", () => {
  const values = Float32Array.of(-90.25, -80.5);
  addMeasurementError(createMeasurementError(1, 2, 0, 1), values, 30);
  expect([...values]).toEqual([-90.25, -80.5]);
  expect(() => createMeasurementError(1, 2, -1, 1)).toThrow("sigmaDb must be 0 or more, got -1");
});
