import fc from "fast-check";
import { expect, test } from "vitest";
import { RRC_ENUMERATIONS } from "../../../ran-sim/measurement/rrc-enumerations.ts";
import {
  errorOfSamplesDb,
  isMeasuredTick,
  lastMeasuredTick,
  measurementIntervalMs,
} from "../../../ran-sim/radio/ssb-bursts.ts";

test("at ticks of 10 ms, every fourth burst of 20 ms is measured at 0, 80, 160 ms", () => {
  const bursts = { periodMs: 20, everyKth: 4 };
  const measured = Array.from({ length: 20 }, (_, tick) => tick).filter((tick) =>
    isMeasuredTick(bursts, tick, 10),
  );
  expect(measured).toEqual([0, 8, 16]);
  expect(lastMeasuredTick(bursts, 15, 10)).toBe(8);
});

test("a burst between two ticks counts for the later", () => {
  // Bursts at 0, 20, 40, 60 ms; ticks of 15 ms at 0, 15, 30, 45, 60.
  expect([0, 1, 2, 3, 4].map((tick) => lastMeasuredTick({ periodMs: 20, everyKth: 1 }, tick, 15))).toEqual([
    0, 0, 2, 3, 4,
  ]);
});

test("what is known is never from the future, never older than an interval and a tick, and measured itself", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...RRC_ENUMERATIONS.ssbPeriodMs),
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 0, max: 100_000 }),
      fc.constantFrom(1, 5, 10, 15, 40),
      (periodMs, everyKth, tick, tickMs) => {
        const bursts = { periodMs, everyKth };
        const last = lastMeasuredTick(bursts, tick, tickMs);
        expect(last).toBeLessThanOrEqual(tick);
        expect((tick - last) * tickMs).toBeLessThan(measurementIntervalMs(bursts) + tickMs);
        expect(isMeasuredTick(bursts, last, tickMs)).toBe(true);
      },
    ),
  );
});

test("the error is as stated from five samples on, and twice as large in power at half of five", () => {
  expect(errorOfSamplesDb(1.216, 10)).toBe(1.216);
  expect(errorOfSamplesDb(1.216, 5)).toBe(1.216);
  expect(errorOfSamplesDb(1, 1) ** 2).toBeCloseTo(5, 12);
  expect(errorOfSamplesDb(0, 1)).toBe(0);
});
