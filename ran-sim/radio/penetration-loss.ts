/** What a building or a car takes from a signal: TR 38.901 7.4.3, for outdoor-to-indoor (O2I) and O2I car links. */

import type { Environment } from "./tr38901-tables.ts";

/** Releases of TR 38.901 that differ in a rule modelled here: Rel-19 changed the loss of IRR glass. */
export const RELEASES = [16, 17, 18, 19] as const;
export type Release = (typeof RELEASES)[number];

/** Table 7.4.3-2: the two building types and sigma_P in dB. */
export const BUILDING_SIGMA_DB = { low: 4.4, high: 6.5 } as const;
export type BuildingType = keyof typeof BUILDING_SIGMA_DB;

/** 7.4.3.2: mean and sigma_P in dB of a car with plain windows; with metallized windows the mean is 20 dB. */
export const CAR_LOSS = { meanDb: 9, metallizedMeanDb: 20, sigmaDb: 5 } as const;

/** Table 7.4.3-1: L = intercept + slope f, f in GHz, dB. */
const MATERIAL = {
  glass: [2, 0.2],
  irrGlass: [23, 0.3],
  irrGlassRel19: [25.4, 0.11],
  concrete: [5, 4],
} as const;

/** Path loss inside the building per metre (7.4.3.1). */
const INDOOR_LOSS_DB_PER_M = 0.5;

/**
 * Returns PL_tw in dB, the mean loss through the outer wall: Table 7.4.3-2,
 * low 5 - 10 log10(0.3 10^(-L_glass/10) + 0.7 10^(-L_concrete/10)),
 * high 5 - 10 log10(0.7 10^(-L_IRR/10) + 0.3 10^(-L_concrete/10)).
 */
export function wallLossDb(building: BuildingType, carrierGhz: number, release: Release): number {
  const [glass, glassShare] =
    building === "low"
      ? ([MATERIAL.glass, 0.3] as const)
      : ([release === 19 ? MATERIAL.irrGlassRel19 : MATERIAL.irrGlass, 0.7] as const);
  const through = (material: readonly [number, number]): number =>
    10 ** (-(material[0] + material[1] * carrierGhz) / 10);
  return 5 - 10 * Math.log10(glassShare * through(glass) + (1 - glassShare) * through(MATERIAL.concrete));
}

/** Returns PL_in in dB for `indoorDistanceM`, d2D-in of 7.4.3.1. */
export function insideLossDb(indoorDistanceM: number): number {
  return INDOOR_LOSS_DB_PER_M * indoorDistanceM;
}

/** Returns the limit in metres of the two uniform draws of which d2D-in is the smaller (7.4.3.1). */
export function indoorDistanceLimitM(environment: Environment): number {
  return environment === "RMa" ? 10 : 25;
}
