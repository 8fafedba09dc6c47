/** When a terminal measures: SSB bursts come periodically, and only every k-th may be used. */

import { BadInputError } from "#core";

/** TS 38.331 6.3.2, ssb-periodicityServingCell, in ms. */
export const SSB_PERIODS_MS = [5, 10, 20, 40, 80, 160] as const;

/** Which bursts are measured. Without these parameters every tick of the simulation is. */
export interface SsbBursts {
  /** One of `SSB_PERIODS_MS`; 20 ms is what initial access assumes (TS 38.213 4.1). */
  readonly periodMs: number;
  /** Only every k-th burst is measured: 1 all, 4 a quarter of them. */
  readonly everyKth: number;
}

/** Throws BadInputError ("radio-parameter") for a period that the specification does not have, or no whole k >= 1. */
export function checkSsbBursts({ periodMs, everyKth }: SsbBursts, path = "measurement.ssb"): void {
  const require = (legal: boolean, name: string, expected: string, got: number): void => {
    if (!legal)
      throw new BadInputError("radio-parameter", { subject: `${path}.${name}`, expected, got: `${got}` });
  };
  const periods: readonly number[] = SSB_PERIODS_MS;
  require(periods.includes(periodMs), "periodMs", `one of ${periods.join(", ")} (TS 38.331 6.3.2)`, periodMs);
  require(Number.isInteger(everyKth) &&
    everyKth >= 1 &&
    everyKth <= 64, "everyKth", "a whole number from 1 to 64", everyKth);
}

/** Returns the time between measured bursts, in ms. */
export function measurementIntervalMs({ periodMs, everyKth }: SsbBursts): number {
  return periodMs * everyKth;
}

/**
 * Returns the last tick, at or before `tick`, in which a burst was measured: what a terminal knows at `tick` it has from
 * then. Bursts are at 0, interval, 2 interval, ... ms; one between two ticks counts for the later. Equal to `tick` where
 * the interval is no longer than a tick.
 */
export function lastMeasuredTick(bursts: SsbBursts, tick: number, tickMs: number): number {
  const intervalMs = measurementIntervalMs(bursts);
  const burst = Math.floor((tick * tickMs) / intervalMs + 1e-9);
  return Math.max(0, Math.ceil((burst * intervalMs) / tickMs - 1e-9));
}

/** Returns whether a burst is measured in `tick`. */
export function isMeasuredTick(bursts: SsbBursts, tick: number, tickMs: number): boolean {
  return lastMeasuredTick(bursts, tick, tickMs) === tick;
}
