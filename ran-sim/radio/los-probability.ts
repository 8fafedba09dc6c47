/** Line-of-sight probability of TR 38.901 7.4.2 (Table 7.4.2-1). */

import type { Environment } from "./tr38901-tables.ts";

/**
 * Returns the probability in [0, 1] that an outdoor link of horizontal length `d2dM` has line of sight. `hUtM`
 * matters in UMa only, from 13 m up to the table's 23 m; a greater height is treated as 23 m.
 * Source: TR 38.901 Table 7.4.2-1 (d2D-out for UMi, UMa, RMa; d2D-in for InH).
 */
export function losProbability(environment: Environment, d2dM: number, hUtM: number): number {
  switch (environment) {
    case "UMa":
      return Math.min(1, street(d2dM, 63) * (1 + heightGain(d2dM, hUtM)));
    case "UMi":
      return street(d2dM, 36);
    case "RMa":
      return d2dM <= 10 ? 1 : Math.exp(-(d2dM - 10) / 1000);
    case "InH-mixed":
      if (d2dM <= 1.2) return 1;
      return d2dM < 6.5 ? Math.exp(-(d2dM - 1.2) / 4.7) : 0.32 * Math.exp(-(d2dM - 6.5) / 32.6);
    case "InH-open":
      if (d2dM <= 5) return 1;
      return d2dM <= 49 ? Math.exp(-(d2dM - 5) / 70.8) : 0.54 * Math.exp(-(d2dM - 49) / 211.7);
  }
}

/** Returns the street form shared by UMi and UMa: certain up to 18 m, then decaying over `decayM`. */
function street(d2dM: number, decayM: number): number {
  if (d2dM <= 18) return 1;
  return 18 / d2dM + Math.exp(-d2dM / decayM) * (1 - 18 / d2dM);
}

/** Returns C'(h_UT) (5/4) (d/100)^3 exp(-d/150), what a UMa terminal above the roofs gains (Table 7.4.2-1). */
export function heightGain(d2dM: number, hUtM: number): number {
  if (hUtM <= 13) return 0;
  const cPrime = ((Math.min(hUtM, 23) - 13) / 10) ** 1.5;
  return cPrime * 1.25 * (d2dM / 100) ** 3 * Math.exp(-d2dM / 150);
}
