/**
 * When a terminal measures: SSB bursts come periodically, and only every k-th may be used (one of the paper's
 * perturbations). A terminal has an L1 sample where a burst was measured and nowhere else.
 */

/** Which bursts are measured. Without these parameters every tick of the simulation is. */
export interface SsbBursts {
  /** ssb-periodicityServingCell of TS 38.331 6.3.2; 20 ms is what initial access assumes (TS 38.213 4.1). */
  readonly periodMs: number;
  /** Only every k-th burst is measured: 1 all, 4 a quarter of them. */
  readonly everyKth: number;
}

/** Samples of an L1 period that the accuracy of a measurement is stated for: TS 38.133 9.2.5.2, TR 36.839. */
const SAMPLES_OF_A_MEASUREMENT = 5;

/** Returns the time between measured bursts, in ms. */
export function measurementIntervalMs({ periodMs, everyKth }: SsbBursts): number {
  return periodMs * everyKth;
}

/**
 * Returns the standard deviation of the error of a mean over `samples` bursts, where `sigmaDb` is that of five: TS 38.133
 * 9.2.5.2 grants five SMTC periods to a measurement of the stated accuracy. Fewer average less of the error out, sigma
 * going by 1 / sqrt(samples); more than five are no better, because `sigmaDb` bounds what a receiver reaches.
 */
export function errorOfSamplesDb(sigmaDb: number, samples: number): number {
  return sigmaDb * Math.sqrt(SAMPLES_OF_A_MEASUREMENT / Math.min(SAMPLES_OF_A_MEASUREMENT, samples));
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
