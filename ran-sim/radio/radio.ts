/**
 * The radio environment: RSRP and SINR of every user and cell from positions, and nothing else. All randomness is in
 * maps made once from the seed, so the same position always gives the same values: no state, no order.
 */

import { linearToDb } from "#core";
import { hexSites, hexTorus, nearestImage, type SitePositions, type Torus } from "./layout.ts";
import { createPathLoss, losAndNlosDb } from "./path-loss.ts";
import { checkRadioParameters, type RadioParameters, resourceBlocks } from "./radio-parameters.ts";
import { type SiteAntennas, sectorsPerSite, writeSiteGains } from "./site-gain.ts";
import { createSiteMaps, MAP_FIELDS } from "./site-maps.ts";
import { createGridCell, locate } from "./torus-grid.ts";
import { SHADOW_SIGMA } from "./tr38901-tables.ts";

/** Where a radio writes, both [ue, cell] row-major. */
export interface RadioOutput {
  /** SS-RSRP in dBm per resource element, TS 38.215 5.1.1. */
  readonly rsrpDbm: Float32Array;
  /** SS-SINR in dB, TS 38.215 5.1.5, of every cell as if it served. */
  readonly sinrDb: Float32Array;
}

/** Made by `createRadio`. Its functions reuse scratch memory and allocate nothing; they must not run concurrently. */
export interface Radio {
  readonly parameters: RadioParameters;
  readonly siteCount: number;
  /** Cells are numbered site by site: cell = site * sectors per site + sector. */
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
   */
  rsrpDbm(xM: Float64Array, yM: Float64Array, out: RadioOutput): void;
  /** Writes the share of line of sight, 0..1, to `out` [ue, site]. */
  losWeight(xM: Float64Array, yM: Float64Array, out: Float32Array): void;
  /** Writes path loss plus shadowing in dB, without antennas, to `out` [ue, site]. */
  siteLossDb(xM: Float64Array, yM: Float64Array, out: Float32Array): void;
}

const NOISE_DENSITY_DBM_PER_HZ = -174;
/** Width of the zone around a wrap-around seam in which images are averaged, as a share of the site distance. */
const SEAM_SHARE = 0.1;
/** RMa's LOS sigma changes at the breakpoint; it does so over this share of the breakpoint distance, not in a step. */
const SIGMA_RAMP_SHARE = 0.1;
const LN10_OVER_10 = Math.LN10 / 10;

/**
 * Returns the radio environment of `parameters` under `seed`; making it takes about 0.1 s a site.
 *
 * Loss of a link: w (PL_LOS + X_LOS) + (1 - w) (PL_NLOS + X_NLOS) in dB, w its share of line of sight; so it is
 * continuous in position. Throws BadInputError ("radio-parameter") for parameters out of range.
 */
export function createRadio(parameters: RadioParameters, seed: number): Radio {
  checkRadioParameters(parameters);
  const { antenna, environment, rings, isdM } = parameters;
  const sites = hexSites(rings, isdM);
  const torus = hexTorus(rings, isdM);
  const siteCount = sites.xM.length;
  const sectorCount = sectorsPerSite(antenna);
  const cellCount = siteCount * sectorCount;
  const { grid, values } = createSiteMaps(parameters, torus, sites, seed);
  const pathLoss = createPathLoss(environment, parameters);
  const blocks = resourceBlocks(parameters.bandwidthMhz, parameters.subcarrierSpacingKhz);
  const elementPowerDbm = parameters.txPowerDbm - linearToDb(12 * blocks);
  const noiseDbm =
    NOISE_DENSITY_DBM_PER_HZ + linearToDb(parameters.subcarrierSpacingKhz * 1e3) + parameters.noiseFigureDb;
  const noiseMw = Math.exp(noiseDbm * LN10_OVER_10);
  const load = Float64Array.from({ length: cellCount }, (_, cell) =>
    typeof parameters.load === "number" ? parameters.load : parameters.load[cell],
  );
  const siteAntennas: SiteAntennas = {
    antenna,
    heightDifferenceM: pathLoss.heightDifferenceM,
    minimumD2dM: pathLoss.minimumD2dM,
    seamM: SEAM_SHARE * isdM,
  };
  const sigma = SHADOW_SIGMA[environment];
  const sigmaGrowth = sigma.losBeyondBreakpointDb / sigma.losDb - 1;

  // Scratch of one user or link.
  const cell = createGridCell();
  const images = new Float64Array(6);
  const losses = new Float64Array(2);
  const gainsDbi = new Float64Array(sectorCount);
  const powerMw = new Float64Array(cellCount);
  const powerDbm = new Float64Array(cellCount);

  /** Returns one map's value for the user that `cell` locates. */
  const mapValue = (site: number, field: number): number => {
    const { node, weight } = cell;
    const offset = site * MAP_FIELDS + field;
    const stride = siteCount * MAP_FIELDS;
    return (
      weight[0] * values[node[0] * stride + offset] +
      weight[1] * values[node[1] * stride + offset] +
      weight[2] * values[node[2] * stride + offset] +
      weight[3] * values[node[3] * stride + offset]
    );
  };

  /** Returns the horizontal distance from the site to the user at (x, y), leaving the images in `images`. */
  const distanceM = (site: number, x: number, y: number): number => {
    nearestImage(torus, x - sites.xM[site], y - sites.yM[site], images);
    return Math.sqrt(images[0] * images[0] + images[1] * images[1]);
  };

  /** Returns path loss plus shadowing of the user that `cell` locates. */
  const lossDb = (site: number, d2dM: number): number => {
    const losShare = mapValue(site, 0);
    losAndNlosDb(pathLoss, d2dM, losses);
    let loss = 0;
    if (losShare > 0) {
      let shadowDb = mapValue(site, 1);
      if (sigmaGrowth > 0 && d2dM > pathLoss.breakpointM) {
        const ramp = (d2dM / pathLoss.breakpointM - 1) / SIGMA_RAMP_SHARE;
        shadowDb *= 1 + sigmaGrowth * Math.min(1, ramp);
      }
      loss += losShare * (losses[0] + shadowDb);
    }
    if (losShare < 1) loss += (1 - losShare) * (losses[1] + mapValue(site, 2));
    return loss;
  };

  /** Calls `visit` for every user and site, with the user located. */
  const writePerSite = (
    xM: Float64Array,
    yM: Float64Array,
    out: Float32Array,
    value: (site: number, x: number, y: number) => number,
  ): void => {
    requireLength("site values", out, xM.length * siteCount);
    for (let ue = 0; ue < xM.length; ue++) {
      locate(grid, xM[ue], yM[ue], cell);
      for (let site = 0; site < siteCount; site++) out[ue * siteCount + site] = value(site, xM[ue], yM[ue]);
    }
  };

  return {
    parameters,
    siteCount,
    cellCount,
    sites,
    torus,
    cellSite: Int32Array.from({ length: cellCount }, (_, one) => Math.floor(one / sectorCount)),
    cellAzimuthDeg: Float64Array.from({ length: cellCount }, (_, one) =>
      antenna.kind === "sector" ? antenna.boresightsDeg[one % sectorCount] : Number.NaN,
    ),
    noiseDbm,
    rsrpDbm(xM, yM, out) {
      requireLength("out.rsrpDbm", out.rsrpDbm, xM.length * cellCount);
      requireLength("out.sinrDb", out.sinrDb, xM.length * cellCount);
      for (let ue = 0; ue < xM.length; ue++) {
        const x = xM[ue];
        const y = yM[ue];
        locate(grid, x, y, cell);
        let totalMw = noiseMw;
        for (let site = 0; site < siteCount; site++) {
          const d2dM = distanceM(site, x, y);
          const baseDbm = elementPowerDbm - lossDb(site, d2dM);
          writeSiteGains(siteAntennas, images, d2dM, gainsDbi);
          for (let sector = 0; sector < sectorCount; sector++) {
            const one = site * sectorCount + sector;
            powerDbm[one] = baseDbm + gainsDbi[sector];
            powerMw[one] = Math.exp(powerDbm[one] * LN10_OVER_10);
            totalMw += load[one] * powerMw[one];
          }
        }
        const row = ue * cellCount;
        for (let one = 0; one < cellCount; one++) {
          // Noise is the least that others can add up to: the bound removes the rounding of the difference.
          const othersMw = Math.max(noiseMw, totalMw - load[one] * powerMw[one]);
          out.rsrpDbm[row + one] = powerDbm[one];
          out.sinrDb[row + one] = powerDbm[one] - 10 * Math.log10(othersMw);
        }
      }
    },
    losWeight(xM, yM, out) {
      writePerSite(xM, yM, out, (site) => mapValue(site, 0));
    },
    siteLossDb(xM, yM, out) {
      writePerSite(xM, yM, out, (site, x, y) => lossDb(site, distanceM(site, x, y)));
    },
  };
}

function requireLength(name: string, array: ArrayLike<unknown>, expected: number): void {
  if (array.length !== expected)
    throw new RangeError(`${name}: expected ${expected} numbers, got ${array.length}`);
}
