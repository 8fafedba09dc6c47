/** Gains of all antennas of a site towards one user, continuous across the wrap-around. */

import { combineCutsDbi, horizontalCutDb, verticalCutDb } from "./antenna.ts";
import type { AntennaParameters } from "./radio-parameters.ts";

const DEG_PER_RAD = 180 / Math.PI;

/** What the gains of one site need besides the direction. */
export interface SiteAntennas {
  readonly antenna: AntennaParameters;
  /** h_BS - h_UT. */
  readonly heightDifferenceM: number;
  /** Horizontal distances below this are taken for it, as in the path loss. */
  readonly minimumD2dM: number;
  /** See `writeSiteGains`. */
  readonly seamM: number;
}

/** Returns the antennas of a site: one azimuth per cell, [sector]; one cell when isotropic. */
export function sectorsPerSite(antenna: AntennaParameters): number {
  return antenna.kind === "sector" ? antenna.boresightsDeg.length : 1;
}

/**
 * Writes the gain in dBi of each antenna of a site to `out` [sector]. `images`: six numbers of `nearestImage`, the
 * displacement from site to user first.
 *
 * The nearest image decides. Where a second image is nearly as close, the direction to the site would turn by up to
 * half a circle as the user crosses from one image to the other, and the gain with it; there the gains towards the
 * images are averaged in dB, with weights 1 - (d_i - d) / seamM: equal at the seam, so nothing jumps. (In power, a
 * thousandth of a gain 30 dB higher would already double the sum: that mean is continuous, but as steep as a jump.)
 */
export function writeSiteGains(
  site: SiteAntennas,
  images: Float64Array,
  d2dM: number,
  out: Float64Array,
): void {
  const { antenna } = site;
  if (antenna.kind === "isotropic") {
    out[0] = antenna.gainDbi;
    return;
  }
  const verticalDb = verticalCutDb(
    90 + Math.atan(site.heightDifferenceM / Math.max(d2dM, site.minimumD2dM)) * DEG_PER_RAD,
    antenna.downtiltDeg,
  );
  const { boresightsDeg } = antenna;
  const azimuthDeg = Math.atan2(images[1], images[0]) * DEG_PER_RAD;
  for (let sector = 0; sector < boresightsDeg.length; sector++) {
    out[sector] = combineCutsDbi(horizontalCutDb(azimuthDeg - boresightsDeg[sector]), verticalDb);
  }
  const secondM2 = Math.min(
    images[2] * images[2] + images[3] * images[3],
    images[4] * images[4] + images[5] * images[5],
  );
  const seamEndM = d2dM + site.seamM;
  if (secondM2 < seamEndM * seamEndM) averageImages(boresightsDeg, verticalDb, images, d2dM, site.seamM, out);
}

/** Replaces the nearest image's gains by the weighted mean over images. */
function averageImages(
  boresightsDeg: readonly number[],
  verticalDb: number,
  images: Float64Array,
  d2dM: number,
  seamM: number,
  out: Float64Array,
): void {
  let weights = 1;
  for (let image = 1; image < 3; image++) {
    const xM = images[2 * image];
    const yM = images[2 * image + 1];
    const weight = 1 - (Math.sqrt(xM * xM + yM * yM) - d2dM) / seamM;
    if (weight <= 0) continue;
    weights += weight;
    const azimuthDeg = Math.atan2(yM, xM) * DEG_PER_RAD;
    for (let sector = 0; sector < boresightsDeg.length; sector++) {
      out[sector] += weight * combineCutsDbi(horizontalCutDb(azimuthDeg - boresightsDeg[sector]), verticalDb);
    }
  }
  for (let sector = 0; sector < boresightsDeg.length; sector++) out[sector] /= weights;
}
