/**
 * What one user hears of every site and cell, link by link, in dB: of any antenna, and of users indoors and in cars. `power-sweep.ts` does the
 * same in mW for antennas of two cuts and users out of doors, many times as fast.
 */

import { fastDbToLinear, linearToDb } from "#core";
import { type CellGains, createCellGains, isBeamSite, siteOf } from "./cell-gains.ts";
import { createIndoorLoss, type IndoorLink } from "./indoor-loss.ts";
import { nearestImage } from "./layout.ts";
import { createPathLoss, losAndNlosDb } from "./path-loss.ts";
import { createPowerKernel, type PowerKernel } from "./power-kernel.ts";
import { boresightsOf, placementOf, type RadioParameters, resourceBlocks } from "./radio-parameters.ts";
import type { LinkChanges } from "./radio-types.ts";
import { drawRadioUser, type RadioUser } from "./radio-users.ts";
import type { SiteAntennas } from "./site-gain.ts";
import { MAP_FIELDS, type SiteMaps } from "./site-maps.ts";
import { createGridCell, locate } from "./torus-grid.ts";
import { SHADOW_SIGMA } from "./tr38901-tables.ts";
import { createHeights, type UserHeight } from "./user-heights.ts";

const NOISE_DENSITY_DBM_PER_HZ = -174;
/** Width of the zone around a wrap-around seam in which images are averaged, as a share of the site distance. */
const SEAM_SHARE = 0.1;
/** RMa's LOS sigma changes at the breakpoint; it does so over this share of the breakpoint distance, not in a step. */
const SIGMA_RAMP_SHARE = 0.1;
const LN10_OVER_10 = Math.LN10 / 10;

/** Made by `createLinks`. Its functions share scratch memory: what one has written holds until the next call. */
export interface Links {
  readonly cellCount: number;
  /** [site]: its first cell; the last entry is the number of cells. */
  readonly firstCell: readonly number[];
  readonly noiseDbm: number;
  readonly noiseMw: number;
  /** [cell] 0..1: the parameter `load`. */
  readonly load: Float64Array;
  /** Users are indoors or in cars. */
  readonly walled: boolean;
  /** The users drawn so far. */
  readonly users: readonly RadioUser[];
  growUsers(count: number): void;
  readonly gains: CellGains;
  /** [cell], of the user last heard. */
  readonly powerDbm: Float64Array;
  readonly powerMw: Float64Array;
  /** [cell]: what of its power interferes, with beams their mean. */
  readonly interferingMw: Float64Array;
  /** Finds user `ue` at (x, y): the functions of one site below are of this place. */
  locate(ue: number, x: number, y: number): void;
  /** Returns the horizontal distance from the site to the located user. */
  distanceM(site: number): number;
  /** Returns the whole loss of a link but for antennas, right after `distanceM`. */
  lossDb(site: number, d2dM: number): number;
  /** Returns the share of line of sight of a link, right after `distanceM`. */
  losShare(site: number, d2dM: number): number;
  /** Writes the gains of a site to `gains`, right after `distanceM`, and returns the power of an isotropic antenna there, dBm. */
  hearSite(site: number, d2dM: number): number;
  /**
   * Writes what one user hears of every cell to `powerDbm`, `powerMw` and `interferingMw`, and returns the sum of what
   * interferes, noise included, in mW.
   */
  hear(ue: number, x: number, y: number, load: Float64Array, changes: LinkChanges | undefined): number;
  /** What `sweepPowers` takes to write the same powers, to 1e-5 dB; null where antennas or users do not let it. */
  readonly kernel: PowerKernel | null;
}

/** Returns the links of `parameters` under `seed`. Loss of a link: as for `createRadio`. */
export function createLinks(parameters: RadioParameters, seed: number, maps: SiteMaps): Links {
  const { antenna, environment, isdM } = parameters;
  const { sites, torus, hBsM, txPowerDbm } = placementOf(parameters);
  const siteCount = sites.xM.length;
  const boresights = boresightsOf(parameters);
  const firstCell = [0];
  for (const [site, sectors] of boresights.entries()) firstCell.push(firstCell[site] + sectors.length);
  const cellCount = firstCell[siteCount];
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
  const load = Float64Array.from({ length: cellCount }, (_, cell) =>
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

  let user = 0;
  let userX = 0;
  let userY = 0;
  const place = (ue: number, x: number, y: number): void => {
    user = ue;
    userX = x;
    userY = y;
    locate(grid, x, y, cell);
    readMaps();
  };

  const distanceM = (site: number): number => {
    nearestImage(torus, userX - sites.xM[site], userY - sites.yM[site], images);
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
  const indoorLink = (site: number, d2dM: number): IndoorLink => {
    const height = (heights.get(users[user].heightM) as UserHeight).classes[site];
    const seamM = SEAM_SHARE * isdM;
    return { ue: user, user: users[user], height, site, xM: userX, yM: userY, images, d2dM, seamM };
  };

  const lossDb = (site: number, d2dM: number): number => {
    if (!walled) return outdoorLossDb(site, d2dM);
    if (users[user].place === "indoor") return indoorLoss.lossDb(indoorLink(site, d2dM));
    return outdoorLossDb(site, d2dM) + users[user].penetrationDb;
  };

  const hearSite = (site: number, d2dM: number): number => {
    const antennas = walled ? (heights.get(users[user].heightM) as UserHeight).antennas : siteAntennas;
    gains.write(antennas[site], images, d2dM);
    return elementPowerDbm[site] - lossDb(site, d2dM);
  };

  const fixedAntennas = siteAntennas.filter((site): site is SiteAntennas => !isBeamSite(site));
  const kernel =
    walled || fixedAntennas.length < siteCount
      ? null
      : createPowerKernel({
          ...{ torus, sites, maps, pathLosses, elementPowerDbm, noiseMw, sigmaGrowth },
          antennas: fixedAntennas,
          boresightsDeg: boresights,
          sigmaRampShare: SIGMA_RAMP_SHARE,
        });

  return {
    ...{ cellCount, firstCell, noiseDbm, noiseMw, load, walled, users, growUsers, gains },
    ...{ powerDbm, powerMw, interferingMw, distanceM, lossDb, hearSite },
    locate: place,
    losShare(site, d2dM) {
      if (walled && users[user].place === "indoor") return indoorLoss.losShare(indoorLink(site, d2dM));
      return fields[site * MAP_FIELDS];
    },
    hear(ue, x, y, loadNow, changes) {
      const gainDb = changes?.gainDb;
      const addedDb = changes?.lossDb;
      place(ue, x, y);
      const row = ue * cellCount;
      let totalMw = noiseMw;
      for (let site = 0; site < siteCount; site++) {
        let baseDbm = hearSite(site, distanceM(site));
        if (addedDb !== undefined) baseDbm -= addedDb[ue * siteCount + site];
        for (let one = firstCell[site]; one < firstCell[site + 1]; one++) {
          powerDbm[one] = baseDbm + gainsDbi[one - firstCell[site]];
          if (gainDb !== undefined) powerDbm[one] += gainDb[row + one];
          powerMw[one] = fastDbToLinear(powerDbm[one]);
          if (beamCount > 0) interferingMw[one] = powerMw[one] * gains.meanOverCell(one - firstCell[site]);
          totalMw += loadNow[one] * interferingMw[one];
        }
      }
      return totalMw;
    },
    kernel,
  };
}
