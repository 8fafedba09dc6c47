/**
 * The radio environment: RSRP and SINR of every user and cell from positions, and nothing else. All randomness is in
 * maps made once from the seed, so the same position always gives the same values: no state, no order.
 */

import { fastDbToLinear, linearToDb } from "#core";
import { createCellGains, siteOf } from "./cell-gains.ts";
import { checkRadioParameters } from "./check-radio-parameters.ts";
import { createIndoorLoss, type IndoorLink } from "./indoor-loss.ts";
import { nearestImage } from "./layout.ts";
import { createPathLoss, losAndNlosDb } from "./path-loss.ts";
import { createRadioMaps } from "./radio-maps.ts";
import { boresightsOf, placementOf, type RadioParameters, resourceBlocks } from "./radio-parameters.ts";
import type { LinkChanges, Radio } from "./radio-types.ts";
import { drawRadioUser, type RadioUser } from "./radio-users.ts";
import { MAP_FIELDS, type SiteMaps } from "./site-maps.ts";
import { createGridCell, locate } from "./torus-grid.ts";
import { SHADOW_SIGMA } from "./tr38901-tables.ts";
import { createHeights, type UserHeight } from "./user-heights.ts";

export type { Radio, RadioOutput, RadioPowers } from "./radio-types.ts";

const NOISE_DENSITY_DBM_PER_HZ = -174;
/** Width of the zone around a wrap-around seam in which images are averaged, as a share of the site distance. */
const SEAM_SHARE = 0.1;
/** RMa's LOS sigma changes at the breakpoint; it does so over this share of the breakpoint distance, not in a step. */
const SIGMA_RAMP_SHARE = 0.1;
const LN10_OVER_10 = Math.LN10 / 10;

/**
 * Returns the radio environment of `parameters` under `seed`; its maps take about 0.1 s a site to make, once.
 *
 * Loss of a link: w (PL_LOS + X_LOS) + (1 - w) (PL_NLOS + X_NLOS) in dB, w its share of line of sight; so it is
 * continuous in position. Throws BadInputError ("radio-parameter") for parameters out of range.
 */
export function createRadio(
  parameters: RadioParameters,
  seed: number,
  maps: SiteMaps = createRadioMaps(parameters, seed),
): Radio {
  checkRadioParameters(parameters);
  const { antenna, environment, isdM } = parameters;
  const { sites, torus, hBsM, txPowerDbm } = placementOf(parameters);
  const siteCount = sites.xM.length;
  const boresights = boresightsOf(parameters);
  const cellSite = Int32Array.from(boresights.flatMap((sectors, site) => sectors.map(() => site)));
  const cellCount = cellSite.length;
  /** [site]: its first cell; the last entry is the number of cells. */
  const firstCell = [0];
  for (const [site, sectors] of boresights.entries()) firstCell.push(firstCell[site] + sectors.length);
  const { grid, values } = maps;
  /** [site] */
  const pathLosses = boresights.map((_, site) =>
    createPathLoss(environment, { ...parameters, hBsM: hBsM?.[site] ?? parameters.hBsM }),
  );
  const blocks = resourceBlocks(parameters.bandwidthMhz, parameters.subcarrierSpacingKhz);
  const elementPowerDbm = boresights.map(
    (_, site) => (txPowerDbm?.[site] ?? parameters.txPowerDbm) - linearToDb(12 * blocks),
  );
  const noiseDbm =
    NOISE_DENSITY_DBM_PER_HZ + linearToDb(parameters.subcarrierSpacingKhz * 1e3) + parameters.noiseFigureDb;
  const noiseMw = Math.exp(noiseDbm * LN10_OVER_10);
  const ownLoad = Float64Array.from({ length: cellCount }, (_, cell) =>
    typeof parameters.load === "number" ? parameters.load : parameters.load[cell],
  );
  const siteAntennas = boresights.map((boresightsDeg, site) =>
    siteOf(antenna, boresightsDeg, {
      heightDifferenceM: pathLosses[site].heightDifferenceM,
      minimumD2dM: pathLosses[site].minimumD2dM,
      seamM: SEAM_SHARE * isdM,
    }),
  );
  const places = parameters.users;
  const walled = places !== undefined && (places.indoorShare > 0 || places.carShare > 0);
  const heights = createHeights(
    parameters,
    maps,
    siteAntennas,
    boresights.map((_, site) => hBsM?.[site] ?? parameters.hBsM),
  );
  const users: RadioUser[] = [];
  const growUsers = (count: number): void => {
    while (users.length < count) users.push(drawRadioUser(parameters, seed, users.length));
  };
  const indoorLoss = createIndoorLoss(maps, siteCount, seed);
  const sigma = SHADOW_SIGMA[environment];
  const sigmaGrowth = sigma.losBeyondBreakpointDb / sigma.losDb - 1;

  // Scratch of one user or link.
  const cell = createGridCell();
  const images = new Float64Array(8);
  const losses = new Float64Array(2);
  /** [site, field]: what `readMaps` has read for one user. */
  const fields = new Float64Array(siteCount * MAP_FIELDS);
  const powerMw = new Float64Array(cellCount);
  const gains = createCellGains(parameters, boresights);
  const { beamCount, gainsDbi } = gains;
  const interferingMw = beamCount > 0 ? new Float64Array(cellCount) : powerMw;
  const powerDbm = new Float64Array(cellCount);

  /** Reads the maps of all sites for the user that `cell` locates, to `fields`, in the order in which they lie in memory. */
  const readMaps = (): void => {
    const { node, weight } = cell;
    const [w0, w1, w2, w3] = [weight[0], weight[1], weight[2], weight[3]];
    const count = fields.length;
    const [at0, at1, at2, at3] = [count * node[0], count * node[1], count * node[2], count * node[3]];
    for (let i = 0; i < count; i++) {
      fields[i] = w0 * values[at0 + i] + w1 * values[at1 + i] + w2 * values[at2 + i] + w3 * values[at3 + i];
    }
  };

  /** Returns the horizontal distance from the site to the user at (x, y), leaving the images in `images`. */
  const distanceM = (site: number, x: number, y: number): number => {
    nearestImage(torus, x - sites.xM[site], y - sites.yM[site], images);
    return Math.sqrt(images[0] * images[0] + images[1] * images[1]);
  };

  /** Returns path loss plus shadowing of the outdoor user whose maps were read. */
  const outdoorLossDb = (site: number, d2dM: number): number => {
    const at = site * MAP_FIELDS;
    const losShare = fields[at];
    const pathLoss = pathLosses[site];
    losAndNlosDb(pathLoss, d2dM, losses);
    let loss = 0;
    if (losShare > 0) {
      let shadowDb = fields[at + 1];
      if (sigmaGrowth > 0 && d2dM > pathLoss.breakpointM) {
        const ramp = (d2dM / pathLoss.breakpointM - 1) / SIGMA_RAMP_SHARE;
        shadowDb *= 1 + sigmaGrowth * Math.min(1, ramp);
      }
      loss += losShare * (losses[0] + shadowDb);
    }
    if (losShare < 1) loss += (1 - losShare) * (losses[1] + fields[at + 2]);
    return loss;
  };

  /** Returns what `distanceM` has just left of the link to an indoor user. */
  const indoorLink = (ue: number, site: number, x: number, y: number, d2dM: number): IndoorLink => {
    const user = users[ue];
    const height = (heights.get(user.heightM) as UserHeight).classes[site];
    return { ue, user, height, site, xM: x, yM: y, images, d2dM, seamM: SEAM_SHARE * isdM };
  };

  /** Returns the whole loss of a link but for antennas, right after `distanceM`. */
  const lossDb = (ue: number, site: number, x: number, y: number, d2dM: number): number => {
    if (!walled) return outdoorLossDb(site, d2dM);
    if (users[ue].place === "indoor") return indoorLoss.lossDb(indoorLink(ue, site, x, y, d2dM));
    return outdoorLossDb(site, d2dM) + users[ue].penetrationDb;
  };

  /** Returns the share of line of sight of a link, right after `distanceM`. */
  const losShareOf = (ue: number, site: number, x: number, y: number, d2dM: number): number => {
    if (walled && users[ue].place === "indoor") {
      return indoorLoss.losShare(indoorLink(ue, site, x, y, d2dM));
    }
    return fields[site * MAP_FIELDS];
  };

  /** Writes a value of every user and site, with the user located. */
  const writePerSite = (
    xM: Float64Array,
    yM: Float64Array,
    out: Float32Array,
    value: (ue: number, site: number, x: number, y: number, d2dM: number) => number,
  ): void => {
    requireLength("site values", out, xM.length * siteCount);
    if (walled) growUsers(xM.length);
    for (let ue = 0; ue < xM.length; ue++) {
      locate(grid, xM[ue], yM[ue], cell);
      readMaps();
      for (let site = 0; site < siteCount; site++) {
        const d2dM = distanceM(site, xM[ue], yM[ue]);
        out[ue * siteCount + site] = value(ue, site, xM[ue], yM[ue], d2dM);
      }
    }
  };

  /** Returns the load of each cell, having checked the changes and drawn the users. */
  const loadOf = (ueCount: number, changes: LinkChanges | undefined): ArrayLike<number> => {
    const { load = ownLoad, gainDb, lossDb: addedDb } = changes ?? {};
    requireLength("changes.load", load, cellCount);
    if (gainDb !== undefined) requireLength("changes.gainDb", gainDb, ueCount * cellCount);
    if (addedDb !== undefined) requireLength("changes.lossDb", addedDb, ueCount * siteCount);
    if (walled) growUsers(ueCount);
    return load;
  };

  /**
   * Writes what one user hears of every cell to `powerDbm`, `powerMw` and `interferingMw`, and returns the sum of what
   * interferes, noise included, in mW.
   */
  const hear = (
    ue: number,
    x: number,
    y: number,
    load: ArrayLike<number>,
    changes: LinkChanges | undefined,
  ): number => {
    const gainDb = changes?.gainDb;
    const addedDb = changes?.lossDb;
    locate(grid, x, y, cell);
    readMaps();
    const row = ue * cellCount;
    const antennas = walled ? (heights.get(users[ue].heightM) as UserHeight).antennas : siteAntennas;
    let totalMw = noiseMw;
    for (let site = 0; site < siteCount; site++) {
      const d2dM = distanceM(site, x, y);
      let baseDbm = elementPowerDbm[site] - lossDb(ue, site, x, y, d2dM);
      if (addedDb !== undefined) baseDbm -= addedDb[ue * siteCount + site];
      gains.write(antennas[site], images, d2dM);
      for (let one = firstCell[site]; one < firstCell[site + 1]; one++) {
        powerDbm[one] = baseDbm + gainsDbi[one - firstCell[site]];
        if (gainDb !== undefined) powerDbm[one] += gainDb[row + one];
        powerMw[one] = fastDbToLinear(powerDbm[one]);
        if (beamCount > 0) interferingMw[one] = powerMw[one] * gains.meanOverCell(one - firstCell[site]);
        totalMw += load[one] * interferingMw[one];
      }
    }
    return totalMw;
  };

  /** Returns what disturbs the cell `one`. Noise is the least that others can add up to: that removes the rounding of the difference. */
  const othersMw = (one: number, totalMw: number, load: ArrayLike<number>): number =>
    Math.max(noiseMw, totalMw - load[one] * interferingMw[one]);

  return {
    parameters,
    siteCount,
    cellCount,
    sites,
    torus,
    cellSite,
    cellAzimuthDeg: Float64Array.from(boresights.flat()),
    noiseDbm,
    users(count) {
      growUsers(count);
      return users.slice(0, count);
    },
    rsrpDbm(xM, yM, out, changes) {
      requireLength("out.rsrpDbm", out.rsrpDbm, xM.length * cellCount);
      requireLength("out.sinrDb", out.sinrDb, xM.length * cellCount);
      const { rsrqDb } = out;
      if (rsrqDb !== undefined) requireLength("out.rsrqDb", rsrqDb, xM.length * cellCount);
      const load = loadOf(xM.length, changes);
      for (let ue = 0; ue < xM.length; ue++) {
        const row = ue * cellCount;
        const totalMw = hear(ue, xM[ue], yM[ue], load, changes);
        for (let one = 0; one < cellCount; one++) {
          out.rsrpDbm[row + one] = powerDbm[one];
          out.sinrDb[row + one] = powerDbm[one] - 10 * Math.log10(othersMw(one, totalMw, load));
        }
        if (rsrqDb !== undefined) {
          const rssiDb = 10 * Math.log10(12 * totalMw);
          for (let one = 0; one < cellCount; one++) rsrqDb[row + one] = powerDbm[one] - rssiDb;
        }
      }
    },
    powers(xM, yM, { rsrpMw, sinr }, changes) {
      requireLength("out.rsrpMw", rsrpMw, xM.length * cellCount);
      requireLength("out.sinr", sinr, xM.length * cellCount);
      const load = loadOf(xM.length, changes);
      for (let ue = 0; ue < xM.length; ue++) {
        const row = ue * cellCount;
        const totalMw = hear(ue, xM[ue], yM[ue], load, changes);
        for (let one = 0; one < cellCount; one++) {
          rsrpMw[row + one] = powerMw[one];
          sinr[row + one] = powerMw[one] / othersMw(one, totalMw, load);
        }
      }
    },
    beamCount,
    beamRsrpDbm(xM, yM, out) {
      requireLength("out", out, xM.length * cellCount * beamCount);
      if (beamCount === 0) return;
      if (walled) growUsers(xM.length);
      for (let ue = 0; ue < xM.length; ue++) {
        locate(grid, xM[ue], yM[ue], cell);
        readMaps();
        const antennas = walled ? (heights.get(users[ue].heightM) as UserHeight).antennas : siteAntennas;
        for (let site = 0; site < siteCount; site++) {
          const d2dM = distanceM(site, xM[ue], yM[ue]);
          const baseDbm = elementPowerDbm[site] - lossDb(ue, site, xM[ue], yM[ue], d2dM);
          gains.write(antennas[site], images, d2dM);
          const start = (ue * cellCount + firstCell[site]) * beamCount;
          const beams = (firstCell[site + 1] - firstCell[site]) * beamCount;
          for (let beam = 0; beam < beams; beam++) out[start + beam] = baseDbm + gains.beamsDb[beam];
        }
      }
    },
    losWeight(xM, yM, out) {
      writePerSite(xM, yM, out, losShareOf);
    },
    siteLossDb(xM, yM, out) {
      writePerSite(xM, yM, out, lossDb);
    },
  };
}

function requireLength(name: string, array: ArrayLike<unknown>, expected: number): void {
  if (array.length !== expected)
    throw new RangeError(`${name}: expected ${expected} numbers, got ${array.length}`);
}
