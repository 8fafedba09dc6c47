/** Decibel conversions, in one place. */

/** Returns the linear ratio (or mW) of a value in dB (or dBm). */
export function dbToLinear(db: number): number {
  return 10 ** (db / 10);
}

/** Returns the dB (or dBm) of a linear ratio (or mW); -Infinity for 0. */
export function linearToDb(linear: number): number {
  return 10 * Math.log10(linear);
}
