/**
 * Powers of all cells at phones out of doors: what a world of many phones spends its time on. `links.ts` does the same link by link, for
 * every kind of antenna and user; the two agree within 1e-5 dB.
 *
 * Of a site: nearest image, path loss in both states from the square of the distance (TR 38.901 7.4.1), share of line of sight and
 * shadowings from the maps, one power of ten. Of a cell: the cosine of the azimuth off the boresight, read in a table of the
 * horizontal cut (7.3). The work is in short loops over all sites or cells, without allocation: the compiler checks an array once
 * for a loop that has no other loop in it, and on every turn of one that has. Numbers that are constant are written out, because a
 * bundler makes variables of the constants of a module: 13 for a site in `constants`, MAP_FIELDS 3. A table has at most 2047 intervals; the mask tells
 * the compiler that a place in it is no great number.
 */

import { fastDbToLinear, fastLinearToDb } from "#core";
import { nearestImage } from "./layout.ts";
import type { PowerKernel } from "./power-kernel.ts";
import type { RadioPowers } from "./radio-types.ts";
import { writeSiteGains } from "./site-gain.ts";
import { locate } from "./torus-grid.ts";

/** Writes the powers and SINRs of all cells at the phones at (xM, yM), [ue]; `load`: [cell]. As for `Radio.powers`. */
export function sweepPowers(
  kernel: PowerKernel,
  xM: Float64Array,
  yM: Float64Array,
  load: Float64Array,
  { rsrpMw, sinr }: RadioPowers,
): void {
  const cellCount = load.length;
  for (let ue = 0; ue < xM.length; ue++) {
    const row = ue * cellCount;
    const seamCount = findImages(kernel, xM[ue], yM[ue]);
    locate(kernel.grid, xM[ue], yM[ue], kernel.located);
    readMaps(kernel);
    findSitePowers(kernel);
    writePowers(kernel, rsrpMw, row);
    if (seamCount > 0 && kernel.hasDirection) mendSeams(kernel, seamCount, xM[ue], yM[ue], rsrpMw, row);
    writeRatios(kernel.noiseMw, load, rsrpMw, sinr, row);
  }
}

/**
 * Writes the displacements of all sites' nearest images, and lists in `seams` the sites whose second nearest is less than `seamM` farther;
 * returns their number. In coordinates (u, v) of the lattice, the image at t is at |d|^2 + |t|^2 - 2 d t; on the hexagonal one
 * 2 d t1 = |t1|^2 (2 u + v).
 */
function findImages(kernel: PowerKernel, x: number, y: number): number {
  const { siteX, siteY, siteP, siteQ, east, north, distanceM2, seams, isHexagonal, clearM2, seamM } = kernel;
  const { t1M2, t2M2 } = kernel;
  const { t1xM, t1yM, t2xM, t2yM, pxPerM, pyPerM, qxPerM, qyPerM } = kernel.torus;
  const p = pxPerM * x + pyPerM * y;
  const q = qxPerM * x + qyPerM * y;
  let seamCount = 0;
  for (let site = 0; site < siteX.length; site++) {
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
    east[site] = dx;
    north[site] = dy;
    distanceM2[site] = d2;
    if (d2 > clearM2) {
      const aside = isHexagonal
        ? t1M2 * (1 - Math.max(Math.abs(2 * u + v), Math.abs(u + 2 * v), Math.abs(u - v)))
        : Math.min(t1M2 * (1 - 2 * Math.abs(u)), t2M2 * (1 - 2 * Math.abs(v)));
      if (aside < seamM * (2 * Math.sqrt(d2) + seamM)) seams[seamCount++] = site;
    }
  }
  return seamCount;
}

/** Reads the maps of all sites at the located place, [site, field], in the order in which they lie in memory. */
function readMaps({ located, values, fields }: PowerKernel): void {
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
}

/** Writes of all sites the power of a cell at the greatest gain, the vertical cut, and the direction from site to phone. */
function findSitePowers(kernel: PowerKernel): void {
  const { constants, fields, distanceM2, siteMw, vertical, east, north, sigmaGrowth, sigmaRampShare } =
    kernel;
  const { cutV, firstV, perUnitV, leastVertical } = kernel;
  for (let site = 0; site < siteMw.length; site++) {
    const k = 13 * site;
    const map = 3 * site;
    const d2dM = Math.sqrt(distanceM2[site]);
    const horizontalM = Math.max(d2dM, constants[k + 1]);
    const h = constants[k + 2];
    const d3 = Math.max(horizontalM * horizontalM + h * h, constants[k + 3]);
    const lg20 = fastLinearToDb(d3);
    let shadow = fields[map + 1];
    let los = constants[k + 5] + constants[k + 6] * lg20;
    if (horizontalM > constants[k + 4]) {
      los = constants[k + 8] + constants[k + 9] * lg20;
      if (sigmaGrowth > 0) {
        shadow *= 1 + sigmaGrowth * Math.min(1, (horizontalM / constants[k + 4] - 1) / sigmaRampShare);
      }
    } else if (constants[k + 7] !== 0) los += constants[k + 7] * Math.sqrt(d3);
    const nlos =
      Math.max(constants[k + 10] + constants[k + 11] * lg20, los + constants[k + 12]) + fields[map + 2];
    siteMw[site] = fastDbToLinear(constants[k] - nlos - fields[map] * (los + shadow - nlos));
    const placeV = (h / (horizontalM + Math.abs(h)) - firstV) * perUnitV;
    const intervalV = placeV & 2047;
    const restV = placeV - intervalV;
    const v = 4 * intervalV;
    vertical[site] = Math.max(
      leastVertical,
      cutV[v] + restV * (cutV[v + 1] + restV * (cutV[v + 2] + restV * cutV[v + 3])),
    );
    if (d2dM > 0) {
      east[site] /= d2dM;
      north[site] /= d2dM;
    } else east[site] = 1; // As atan2(0, 0) has it.
  }
}

/** Writes the powers of all cells. Maxima by absolute values: which side of a sector a phone is on is nothing to guess. */
function writePowers(kernel: PowerKernel, out: Float64Array, row: number): void {
  const { cellSite, cosine, sine, east, north, vertical, siteMw } = kernel;
  const { cutH, firstH, perUnitH, leastHorizontal, leastOfBoth } = kernel;
  for (let cell = 0; cell < cellSite.length; cell++) {
    const site = cellSite[cell];
    const placeH = (east[site] * cosine[cell] + north[site] * sine[cell] - firstH) * perUnitH;
    const intervalH = placeH & 2047;
    const restH = placeH - intervalH;
    const c = 4 * intervalH;
    const horizontal = cutH[c] + restH * (cutH[c + 1] + restH * (cutH[c + 2] + restH * cutH[c + 3]));
    const both =
      0.5 * vertical[site] * (horizontal + leastHorizontal + Math.abs(horizontal - leastHorizontal));
    out[row + cell] = 0.5 * siteMw[site] * (both + leastOfBoth + Math.abs(both - leastOfBoth));
  }
}

/** Writes the powers of sites across whose seam gains are averaged over those of `writePowers`. */
function mendSeams(
  kernel: PowerKernel,
  seamCount: number,
  x: number,
  y: number,
  out: Float64Array,
  row: number,
): void {
  const { seams, torus, siteX, siteY, images, antennas, distanceM2, gainsDbi, firstCell, siteMw } = kernel;
  for (let index = 0; index < seamCount; index++) {
    const site = seams[index];
    nearestImage(torus, x - siteX[site], y - siteY[site], images);
    writeSiteGains(antennas[site], images, Math.sqrt(distanceM2[site]), gainsDbi);
    for (let cell = firstCell[site]; cell < firstCell[site + 1]; cell++) {
      const gainDb = gainsDbi[cell - firstCell[site]] - kernel.maximumGainDbi;
      out[row + cell] = siteMw[site] * fastDbToLinear(gainDb);
    }
  }
}

/** Writes the SINRs of one phone. Noise is the least that others can add up to: that removes the rounding of the difference. */
function writeRatios(
  noiseMw: number,
  load: Float64Array,
  rsrpMw: Float64Array,
  sinr: Float64Array,
  row: number,
): void {
  let totalMw = noiseMw;
  for (let cell = 0; cell < load.length; cell++) totalMw += load[cell] * rsrpMw[row + cell];
  for (let cell = 0; cell < load.length; cell++) {
    const mw = rsrpMw[row + cell];
    sinr[row + cell] = mw / Math.max(noiseMw, totalMw - load[cell] * mw);
  }
}
