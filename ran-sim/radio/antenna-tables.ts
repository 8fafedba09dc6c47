/**
 * The two cuts of a sector (TR 38.901 Table 7.3-1, TR 36.814 Table A.2.1.1-2) as ratios of power, without their limits, as tables
 * of what a kernel has at hand: no angle, no logarithm and no power of ten for a link.
 *
 * Both cuts are Gaussians of an angle: 10^(-1.2 (angle / width)^2). The horizontal one is a smooth function of the cosine of the angle,
 * but for the point right behind, far below the limit; the vertical one of the steepness h / (d + |h|) at either sign of h, the height difference,
 * d being the horizontal distance: that ends at 1 beneath the mast, where the tangent h / d has no end. Products of ratios are sums of dB,
 * and the limits are the least ratios.
 */

import { ELEMENT_PATTERNS, type ElementPattern } from "./antenna.ts";
import { type CubicTable, createCubicTable } from "./cubic-table.ts";
import type { FixedAntennas } from "./site-gain.ts";

const DEG_PER_RAD = 180 / Math.PI;
const HORIZONTAL_INTERVALS = 256;
const VERTICAL_INTERVALS = 1024;

/** Gain of a sector = gain * max(leastOfBoth, horizontal * vertical), each cut at least its own least. */
export interface AntennaTables {
  readonly maximumGainDbi: number;
  /** Of the cosine of the azimuth off the boresight. */
  readonly horizontal: CubicTable;
  readonly leastHorizontal: number;
  /** Of the steepness. */
  readonly vertical: CubicTable;
  readonly leastVertical: number;
  readonly leastOfBoth: number;
}

/**
 * Returns the tables of an antenna with links of these height differences; null for an antenna that is none of two such cuts: a column of
 * elements, or one that is turned down. Within 1e-5 dB of `sectorGainDbi`, within 1e-7 dB with the pattern of TR 38.901.
 */
export function antennaTables(
  antenna: FixedAntennas,
  heightDifferencesM: readonly number[],
): AntennaTables | null {
  if (antenna.kind === "isotropic") {
    const one = createCubicTable(() => 1, 0, 0, 1);
    return {
      ...{ maximumGainDbi: antenna.gainDbi, horizontal: one, vertical: one },
      ...{ leastHorizontal: 0, leastVertical: 0, leastOfBoth: 0 },
    };
  }
  if (antenna.kind === "panel" || (antenna.mechanicalTiltDeg ?? 0) !== 0) return null;
  const pattern: ElementPattern = ELEMENT_PATTERNS[antenna.pattern ?? "tr38901"];
  const ratio = (limitDb: number): number => 10 ** (-limitDb / 10);
  const cut = (angleDeg: number, widthDeg: number): number => 10 ** (-1.2 * (angleDeg / widthDeg) ** 2);
  const horizontal = (cosine: number): number =>
    cut(Math.acos(Math.max(-1, Math.min(1, cosine))) * DEG_PER_RAD, pattern.horizontalWidthDeg);
  const vertical = (steepness: number): number => {
    const elevationDeg = Math.atan2(steepness, 1 - Math.abs(steepness)) * DEG_PER_RAD;
    return cut(elevationDeg - antenna.downtiltDeg, pattern.verticalWidthDeg);
  };
  const least = heightDifferencesM.some((heightM) => heightM < 0) ? -1 : 0;
  const greatest = heightDifferencesM.some((heightM) => heightM > 0) ? 1 : 0;
  return {
    maximumGainDbi: pattern.maximumGainDbi,
    horizontal: createCubicTable(horizontal, -1, 1, HORIZONTAL_INTERVALS),
    leastHorizontal: ratio(pattern.horizontalLimitDb),
    vertical: createCubicTable(vertical, least, greatest, VERTICAL_INTERVALS),
    leastVertical: ratio(pattern.verticalLimitDb),
    leastOfBoth: ratio(pattern.attenuationLimitDb),
  };
}
