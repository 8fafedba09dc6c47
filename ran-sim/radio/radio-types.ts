/** What a radio environment offers and writes; made by `createRadio`. */

import type { SitePositions, Torus } from "./layout.ts";
import type { RadioParameters } from "./radio-parameters.ts";
import type { RadioUser } from "./radio-users.ts";

/** Where a radio writes, both [ue, cell] row-major. */
export interface RadioOutput {
  /** SS-RSRP in dBm per resource element, TS 38.215 5.1.1. */
  readonly rsrpDbm: Float32Array;
  /** SS-SINR in dB, TS 38.215 5.1.5, of every cell as if it served. */
  readonly sinrDb: Float32Array;
  /** SS-RSRQ in dB, TS 38.215 5.1.3; written where given. */
  readonly rsrqDb?: Float32Array;
}

/** Where a radio writes in linear units, both [ue, cell] row-major. */
export interface RadioPowers {
  /** SS-RSRP in mW per resource element. */
  readonly rsrpMw: Float64Array;
  /** SS-SINR as ratio. */
  readonly sinr: Float64Array;
}

/** What of a moment is not in the maps; each is added where given. */
export interface LinkChanges {
  /** [ue, cell] dB, positive for more power: fast fading (`createFading`). */
  readonly gainDb?: Float32Array;
  /** [ue, site] dB, positive for more loss: blockage (`createBlockage`). */
  readonly lossDb?: Float32Array;
  /** [cell] 0..1: takes the place of the parameter `load`. */
  readonly load?: ArrayLike<number>;
}

/** Made by `createRadio`. Its functions reuse scratch memory and allocate nothing; they must not run concurrently. */
export interface Radio {
  readonly parameters: RadioParameters;
  readonly siteCount: number;
  /** Cells are numbered site by site, the sectors of a site in the order of its boresights. */
  readonly cellCount: number;
  readonly sites: SitePositions;
  readonly torus: Torus;
  /** [cell]: the site of each cell. */
  readonly cellSite: Int32Array;
  /** [cell]: boresight azimuth in degrees from x to y; NaN for an isotropic antenna. */
  readonly cellAzimuthDeg: Float64Array;
  /** Thermal noise with noise figure in one resource element. */
  readonly noiseDbm: number;
  /**
   * Writes RSRP and SINR of all users. `xM`, `yM`: [ue], anywhere in the plane (wrapped).
   *
   * RSRP = P_tx - 10 log10(12 N_RB) + gain - loss. SINR = RSRP / (noise + sum of load x RSRP of the other cells).
   * RSRQ = N RSRP / RSSI, the RSSI of N resource blocks being 12 N (noise + sum of load x RSRP of all cells): the cell
   * itself too fills only the share `load` of the elements in which the RSSI is taken. At full load and alone that
   * is 1 / 12, -10.79 dB.
   */
  rsrpDbm(xM: Float64Array, yM: Float64Array, out: RadioOutput, changes?: LinkChanges): void;
  /** Writes RSRP and SINR of all users in linear units: `rsrpDbm` without its two logarithms, and without its rounding. */
  powers(xM: Float64Array, yM: Float64Array, out: RadioPowers, changes?: LinkChanges): void;
  /** SSB beams of a cell; 0 unless the antenna is "beams". */
  readonly beamCount: number;
  /** Writes the L1 RSRP in dBm of every beam to `out` [ue, cell, beam], numbered as in `addBeamGains`. */
  beamRsrpDbm(xM: Float64Array, yM: Float64Array, out: Float32Array): void;
  /** Returns the first `count` users: row `ue` of every array is user `ue`, the same in every call. */
  users(count: number): readonly RadioUser[];
  /** Writes the share of line of sight, 0..1, to `out` [ue, site]. */
  losWeight(xM: Float64Array, yM: Float64Array, out: Float32Array): void;
  /** Writes path loss plus shadowing in dB, without antennas, to `out` [ue, site]. */
  siteLossDb(xM: Float64Array, yM: Float64Array, out: Float32Array): void;
}
