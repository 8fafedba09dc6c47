/**
 * Powers of all cells at one phone out of doors: what a world of many phones spends its time on. `links.ts` does the same link by link, for
 * every kind of antenna and user; the two agree within 1e-5 dB.
 *
 * Of a site: nearest image, path loss in both states from the square of the distance (TR 38.901 7.4.1), share of line of sight and
 * shadowings from the maps, one power of ten. Of a cell: the cosine of the azimuth off the boresight, read in a table of the
 * horizontal cut (7.3). The work is in short loops over all sites or cells, without calls and without allocation: the compiler
 * checks an array once for a loop that has no other loop in it, and on every turn of one that has.
 */

import { fastDbToLinear, fastLinearToDb } from "#core";
import { antennaTables } from "./antenna-tables.ts";
import { nearestImage, type SitePositions, type Torus } from "./layout.ts";
import type { PathLossModel } from "./path-loss-model.ts";
import { type SiteAntennas, writeSiteGains } from "./site-gain.ts";
import { MAP_FIELDS, type SiteMaps } from "./site-maps.ts";
import { createGridCell, locate } from "./torus-grid.ts";

/** No table has more intervals. The compiler knows by the mask that an index is small, and leaves out checks of overflow. */
const INTERVAL_MASK = 2047;

/** Numbers of a site in `constants`. */
const CONSTANTS = 13;

/** What the kernel needs of a radio environment; all lists are [site]. */
export interface PowerKernelOptions {
  readonly torus: Torus;
  readonly sites: SitePositions;
  readonly maps: SiteMaps;
  readonly pathLosses: readonly PathLossModel[];
  readonly antennas: readonly SiteAntennas[];
  /** One number for a site with an isotropic antenna. */
  readonly boresightsDeg: readonly (readonly number[])[];
  readonly elementPowerDbm: readonly number[];
  readonly noiseMw: number;
  /** By how much of itself RMa's LOS sigma grows beyond the breakpoint, and over which share of its distance. */
  readonly sigmaGrowth: number;
  readonly sigmaRampShare: number;
}

/** Writes the power in mW of every cell at (x, y) to `out` from `row` on, and returns noise plus the sum of load x power. */
export type PowerKernel = (
  x: number,
  y: number,
  load: Float64Array,
  out: Float64Array,
  row: number,
) => number;

/** Returns the kernel; null where an antenna has no tables. */
export function createPowerKernel(options: PowerKernelOptions): PowerKernel | null {
  const { torus, sites, maps, pathLosses, antennas, boresightsDeg, noiseMw, sigmaGrowth } = options;
  const siteCount = sites.xM.length;
  const heightsM = pathLosses.map(({ heightDifferenceM }) => heightDifferenceM);
  const tables = antennaTables(antennas[0].antenna, heightsM);
  if (tables === null) return null;
  const { leastHorizontal, leastVertical, leastOfBoth } = tables;
  const { coefficients: cutH, first: firstH, perUnit: perUnitH } = tables.horizontal;
  const { coefficients: cutV, first: firstV, perUnit: perUnitV } = tables.vertical;
  const { grid, values } = maps;
  const { t1xM, t1yM, t2xM, t2yM, pxPerM, pyPerM, qxPerM, qyPerM } = torus;
  const seamM = antennas[0].seamM;
  // No lattice vector is shorter: nearer than half of that, less half a seam, there is no other image about.
  const shortestM = Math.min(Math.hypot(t1xM, t1yM), Math.hypot(t2xM, t2yM));
  const clearM2 = Math.max(0, (shortestM - seamM) / 2) ** 2;
  const hasDirection = antennas[0].antenna.kind !== "isotropic";

  const firstCell = new Int32Array(siteCount + 1);
  for (const [site, sectors] of boresightsDeg.entries())
    firstCell[site + 1] = firstCell[site] + sectors.length;
  const cellCount = firstCell[siteCount];
  const cellSite = Int32Array.from(boresightsDeg.flatMap((sectors, site) => sectors.map(() => site)));
  /** [cell]: the direction of the boresight. */
  const boresights = boresightsDeg.flat().map((deg) => (Number.isNaN(deg) ? 0 : (deg * Math.PI) / 180));
  const cosine = Float64Array.from(boresights, Math.cos);
  const sine = Float64Array.from(boresights, Math.sin);
  const of = (value: (site: number) => number): Float64Array =>
    Float64Array.from({ length: siteCount }, (_, site) => value(site));
  const { xM: siteX, yM: siteY } = sites;
  const siteP = of((site) => pxPerM * siteX[site] + pyPerM * siteY[site]);
  const siteQ = of((site) => qxPerM * siteX[site] + qyPerM * siteY[site]);
  /** Of the sites, [site, CONSTANTS]: one array, because a loop pays for each that it reads. */
  const constants = new Float64Array(siteCount * CONSTANTS);
  for (const [site, { los, beyond, nlos, ...model }] of pathLosses.entries()) {
    // Slopes are per decade of distance; the logarithm below is 20 lg of it.
    constants.set(
      [
        options.elementPowerDbm[site] + tables.maximumGainDbi,
        ...[model.minimumD2dM, model.heightDifferenceM, model.minimumD3dM ** 2, model.breakpointM],
        ...[los.interceptDb, los.slopeDb / 20, los.linearDbPerM],
        ...[beyond.interceptDb, beyond.slopeDb / 20, nlos.interceptDb, nlos.slopeDb / 20],
        model.nlosAboveLos ? 0 : Number.NEGATIVE_INFINITY,
      ],
      site * CONSTANTS,
    );
  }
  const { sigmaRampShare } = options;

  const located = createGridCell();
  const images = new Float64Array(8);
  const gainsDbi = new Float64Array(Math.max(...boresightsDeg.map((sectors) => sectors.length)));
  /** Of one phone, [site]: the displacement from the site, its square, and the power of a cell at its best gain. */
  const eastM = new Float64Array(siteCount);
  const northM = new Float64Array(siteCount);
  const distanceM2 = new Float64Array(siteCount);
  const siteMw = new Float64Array(siteCount);
  const vertical = new Float64Array(siteCount);
  const fields = new Float64Array(siteCount * MAP_FIELDS);
  /** The sites to whose seam the phone is near. */
  const seams = new Int32Array(siteCount);
  let seamCount = 0;

  const isHexagonal = torus.lattice === "hexagonal";
  const t1M2 = t1xM * t1xM + t1yM * t1yM;
  const t2M2 = t2xM * t2xM + t2yM * t2yM;

  /**
   * Writes the displacements of all sites' nearest images, and lists the sites whose second nearest is nearer than the nearest plus `seamM`.
   * In coordinates (u, v) of the lattice, the image at t is at |d|^2 + |t|^2 - 2 d t; on the hexagonal one 2 d t1 = |t1|^2 (2 u + v).
   */
  const findImages = (x: number, y: number): void => {
    const p = pxPerM * x + pyPerM * y;
    const q = qxPerM * x + qyPerM * y;
    seamCount = 0;
    for (let site = 0; site < siteCount; site++) {
      let u = p - siteP[site];
      let v = q - siteQ[site];
      let i = Math.floor(u + 0.5);
      let j = Math.floor(v + 0.5);
      u -= i;
      v -= j;
      if (isHexagonal && (Math.abs(2 * u + v) > 1 || Math.abs(u + 2 * v) > 1)) {
        // Beyond the hexagon around the origin, towards one of four neighbours.
        const step = u > 0 ? 1 : -1;
        if (Math.abs(u) > Math.abs(v)) {
          i += step;
          u -= step;
        } else {
          j += step;
          v -= step;
        }
      }
      const dx = x - siteX[site] - i * t1xM - j * t2xM;
      const dy = y - siteY[site] - i * t1yM - j * t2yM;
      const d2 = dx * dx + dy * dy;
      eastM[site] = dx;
      northM[site] = dy;
      distanceM2[site] = d2;
      if (d2 > clearM2) {
        const aside = isHexagonal
          ? t1M2 * (1 - Math.max(Math.abs(2 * u + v), Math.abs(u + 2 * v), Math.abs(u - v)))
          : Math.min(t1M2 * (1 - 2 * Math.abs(u)), t2M2 * (1 - 2 * Math.abs(v)));
        if (aside < seamM * (2 * Math.sqrt(d2) + seamM)) seams[seamCount++] = site;
      }
    }
  };

  /** Writes the gains across a seam over those of the kernel. */
  const mendSeams = (x: number, y: number, out: Float64Array, row: number): void => {
    for (let index = 0; index < seamCount; index++) {
      const site = seams[index];
      nearestImage(torus, x - siteX[site], y - siteY[site], images);
      writeSiteGains(antennas[site], images, Math.sqrt(distanceM2[site]), gainsDbi);
      for (let cell = firstCell[site]; cell < firstCell[site + 1]; cell++) {
        const gainDb = gainsDbi[cell - firstCell[site]] - tables.maximumGainDbi;
        out[row + cell] = siteMw[site] * fastDbToLinear(gainDb);
      }
    }
  };

  /** Reads the maps of all sites at the located place, [site, field], in the order in which they lie in memory. */
  const readMaps = (): void => {
    const { node, weight } = located;
    const w0 = weight[0];
    const w1 = weight[1];
    const w2 = weight[2];
    const w3 = weight[3];
    const count = fields.length;
    const at0 = count * node[0];
    const at1 = count * node[1];
    const at2 = count * node[2];
    const at3 = count * node[3];
    for (let i = 0; i < count; i++) {
      fields[i] = w0 * values[at0 + i] + w1 * values[at1 + i] + w2 * values[at2 + i] + w3 * values[at3 + i];
    }
  };

  /** Writes the directions of all sites and the powers of their cells at the greatest gain, vertical cut included apart. */
  const findSitePowers = (): void => {
    for (let site = 0; site < siteCount; site++) {
      const k = site * CONSTANTS;
      const d2dM = Math.sqrt(distanceM2[site]);
      const horizontalM = Math.max(d2dM, constants[k + 1]);
      const h = constants[k + 2];
      const d3 = Math.max(horizontalM * horizontalM + h * h, constants[k + 3]);
      const lg20 = fastLinearToDb(d3);
      let shadow = fields[site * MAP_FIELDS + 1];
      let los = constants[k + 5] + constants[k + 6] * lg20;
      if (horizontalM > constants[k + 4]) {
        los = constants[k + 8] + constants[k + 9] * lg20;
        if (sigmaGrowth > 0) {
          shadow *= 1 + sigmaGrowth * Math.min(1, (horizontalM / constants[k + 4] - 1) / sigmaRampShare);
        }
      } else if (constants[k + 7] !== 0) los += constants[k + 7] * Math.sqrt(d3);
      const nlos =
        Math.max(constants[k + 10] + constants[k + 11] * lg20, los + constants[k + 12]) +
        fields[site * MAP_FIELDS + 2];
      siteMw[site] = fastDbToLinear(constants[k] - nlos - fields[site * MAP_FIELDS] * (los + shadow - nlos));
      const placeV = (h / (horizontalM + Math.abs(h)) - firstV) * perUnitV;
      const intervalV = placeV & INTERVAL_MASK;
      const restV = placeV - intervalV;
      const v = 4 * intervalV;
      vertical[site] = Math.max(
        leastVertical,
        cutV[v] + restV * (cutV[v + 1] + restV * (cutV[v + 2] + restV * cutV[v + 3])),
      );
      if (d2dM > 0) {
        eastM[site] /= d2dM;
        northM[site] /= d2dM;
      } else eastM[site] = 1; // As atan2(0, 0) has it.
    }
  };

  /** Writes the powers of all cells. */
  const writePowers = (out: Float64Array, row: number): void => {
    for (let cell = 0; cell < cellCount; cell++) {
      const site = cellSite[cell];
      const placeH = (eastM[site] * cosine[cell] + northM[site] * sine[cell] - firstH) * perUnitH;
      const intervalH = placeH & INTERVAL_MASK;
      const restH = placeH - intervalH;
      const c = 4 * intervalH;
      const horizontal = cutH[c] + restH * (cutH[c + 1] + restH * (cutH[c + 2] + restH * cutH[c + 3]));
      const both =
        vertical[site] * 0.5 * (horizontal + leastHorizontal + Math.abs(horizontal - leastHorizontal));
      out[row + cell] = siteMw[site] * 0.5 * (both + leastOfBoth + Math.abs(both - leastOfBoth));
    }
  };

  return (x, y, load, out, row) => {
    findImages(x, y);
    locate(grid, x, y, located);
    readMaps();
    findSitePowers();
    writePowers(out, row);
    if (hasDirection && seamCount > 0) mendSeams(x, y, out, row);
    let totalMw = noiseMw;
    for (let cell = 0; cell < cellCount; cell++) totalMw += load[cell] * out[row + cell];
    return totalMw;
  };
}
