/**
 * Loss by distance alone, as the LTE studies take it for a macro network (TR 36.814 Table A.2.1.1-2, which TR 36.839 calibrates
 * on): no line of sight, one shadowing. It takes the place of TR 38.901's path loss, line of sight and shadowing.
 */

import type { PathLossModel } from "./path-loss-model.ts";

/** Constant for a run. */
export interface DistanceLaw {
  /** Loss at 1 km. It holds for one carrier: `carrierGhz` does not change it. */
  readonly interceptDb: number;
  /** Per decade of distance. */
  readonly slopeDb: number;
  /** Horizontal distances below this are taken for it. */
  readonly minimumDistanceM: number;
  /** Taken from every link: of the wall or car that all phones are in. */
  readonly penetrationDb: number;
  readonly shadowing: {
    readonly sigmaDb: number;
    /** Where the autocorrelation exp(-d / distance) has fallen to 1/e. */
    readonly correlationDistanceM: number;
  };
}

/**
 * Returns penetration + intercept + slope log10(R / 1 km) as a path loss whose two states are the same, R the distance in space
 * between the antennas.
 */
export function lawPathLoss(
  { interceptDb, slopeDb, minimumDistanceM, penetrationDb }: DistanceLaw,
  heightDifferenceM: number,
): PathLossModel {
  // The model's logarithm is of metres.
  const line = { interceptDb: penetrationDb + interceptDb - 3 * slopeDb, slopeDb };
  return {
    minimumD2dM: minimumDistanceM,
    minimumD3dM: 0,
    heightDifferenceM,
    breakpointM: Number.POSITIVE_INFINITY,
    los: { ...line, linearDbPerM: 0 },
    beyond: line,
    nlos: line,
    nlosAboveLos: false,
  };
}
