/** The effective environment height h_E of UMa, random for terminals of 13 m or more (TR 38.901 Table 7.4.1-1, note 1). */

import { heightGain } from "./los-probability.ts";

/** h_E jumps with distance as its probability passes the link's draw; the path loss changes over this much of it. */
const TRANSITION = 0.1;

/** Returns the heights besides 1 m that h_E can take: 12, 15, ... up to h_UT - 1.5 m. Empty below 13 m. */
export function raisedEnvironmentHeightsM(hUtM: number): number[] {
  const heights: number[] = [];
  if (hUtM < 13) return heights;
  for (let heightM = 12; heightM <= hUtM - 1.5 + 1e-9; heightM += 3) heights.push(heightM);
  return heights;
}

/** Returns the probability that h_E is 1 m: 1 / (1 + C(d2D, h_UT)), with C = 0 up to 18 m and below h_UT = 13 m. */
export function lowEnvironmentProbability(d2dM: number, hUtM: number): number {
  return d2dM <= 18 || hUtM < 13 ? 1 : 1 / (1 + heightGain(d2dM, hUtM));
}

/**
 * Returns the share, 0..1, with which the path loss of h_E = 1 m counts for a link whose uniform draw is `draw`: 1 where
 * the draw lies below the probability, 0 above, and linear in between over a tenth of probability. Averaged over
 * draws it is the probability itself, but for draws within 0.05 of 0 or 1; a moving user meets no step.
 */
export function lowEnvironmentShare(d2dM: number, hUtM: number, draw: number): number {
  const probability = lowEnvironmentProbability(d2dM, hUtM);
  if (probability === 1) return 1;
  return Math.min(1, Math.max(0, (probability - draw) / TRANSITION + 0.5));
}
