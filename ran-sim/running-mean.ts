/** The L1 mean: linear (mW) over a sliding window, given in dB. Averaging in dB would be biased low under fading. */

export interface RunningMean {
  readonly windowTicks: number;
  /** [slot, entry] row-major, linear. */
  readonly ring: Float64Array;
  /** [entry] */
  readonly sum: Float64Array;
  count: number;
  slot: number;
}

/** Returns a mean over the last `windowTicks` inputs of `entryCount` values; until there are so many, over all. */
export function createRunningMean(entryCount: number, windowTicks: number): RunningMean {
  return {
    windowTicks,
    ring: new Float64Array(entryCount * windowTicks),
    sum: new Float64Array(entryCount),
    count: 0,
    slot: 0,
  };
}

/** Takes `linear` in and writes the means to `outDb`, in dB; all [entry]. */
export function stepRunningMean(mean: RunningMean, linear: Float64Array, outDb: Float64Array): void {
  const { ring, sum, windowTicks } = mean;
  const entries = sum.length;
  const at = mean.slot * entries;
  for (let i = 0; i < entries; i++) {
    sum[i] += linear[i] - ring[at + i];
    ring[at + i] = linear[i];
  }
  mean.count = Math.min(windowTicks, mean.count + 1);
  mean.slot++;
  if (mean.slot === windowTicks) {
    mean.slot = 0;
    sumAgain(mean);
  }
  const scale = 1 / mean.count;
  for (let i = 0; i < entries; i++) outDb[i] = 10 * Math.log10(sum[i] * scale);
}

/** Once a window, so that what rounding leaves behind when a strong sample goes out never outlives one window. */
function sumAgain({ ring, sum, windowTicks }: RunningMean): void {
  const entries = sum.length;
  sum.fill(0);
  for (let slot = 0; slot < windowTicks; slot++) {
    const at = slot * entries;
    for (let i = 0; i < entries; i++) sum[i] += ring[at + i];
  }
}
