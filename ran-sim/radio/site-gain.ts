/** Gains of all antennas of a site towards one user, continuous across the wrap-around. */

import {
  columnFactorDb,
  combineCutsDbi,
  ELEMENT_PATTERNS,
  type ElementPattern,
  horizontalCutDb,
  turnDown,
  verticalCutDb,
} from "./antenna.ts";
import type { AntennaParameters } from "./radio-parameters.ts";

const DEG_PER_RAD = 180 / Math.PI;

/** Antennas with one beam that does not move. */
export type FixedAntennas = Exclude<AntennaParameters, { readonly kind: "beams" }>;

/** What the gains of one site need besides the direction. */
export interface SiteAntennas {
  readonly antenna: FixedAntennas;
  /** h_BS - h_UT. */
  readonly heightDifferenceM: number;
  /** Horizontal distances below this are taken for it, as in the path loss. */
  readonly minimumD2dM: number;
  /** See `writeSiteGains`. */
  readonly seamM: number;
}

/**
 * Writes the gain in dBi of each antenna of a site to `out` [sector]. `images`: six or eight numbers of `nearestImage`, the
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
  const zenithDeg = 90 + Math.atan(site.heightDifferenceM / Math.max(d2dM, site.minimumD2dM)) * DEG_PER_RAD;
  const pattern = patternOf(antenna);
  const verticalDb = verticalCutDb(zenithDeg, antenna.kind === "panel" ? 0 : antenna.downtiltDeg, pattern);
  const columnDb = columnDbOf(antenna, zenithDeg);
  const { boresightsDeg } = antenna;
  const azimuthDeg = Math.atan2(images[1], images[0]) * DEG_PER_RAD;
  const isTurned = antenna.mechanicalTiltDeg !== undefined && antenna.mechanicalTiltDeg !== 0;
  for (let sector = 0; sector < boresightsDeg.length; sector++) {
    const offDeg = azimuthDeg - boresightsDeg[sector];
    out[sector] = isTurned
      ? gainDbi(antenna, offDeg, zenithDeg, verticalDb, columnDb)
      : combineCutsDbi(horizontalCutDb(offDeg, pattern), verticalDb, pattern) + columnDb;
  }
  // Never the last of the four images: on a rectangle it is farther than both of these, elsewhere at infinity.
  const secondM2 = Math.min(
    images[2] * images[2] + images[3] * images[3],
    images[4] * images[4] + images[5] * images[5],
  );
  const seamEndM = d2dM + site.seamM;
  if (secondM2 >= seamEndM * seamEndM) return;
  // Replaces the nearest image's gains by the weighted mean over images.
  let weights = 1;
  for (let image = 1; 2 * image < images.length; image++) {
    const xM = images[2 * image];
    const yM = images[2 * image + 1];
    const weight = 1 - (Math.sqrt(xM * xM + yM * yM) - d2dM) / site.seamM;
    if (weight <= 0) continue;
    weights += weight;
    const imageDeg = Math.atan2(yM, xM) * DEG_PER_RAD;
    for (let sector = 0; sector < boresightsDeg.length; sector++) {
      const offDeg = imageDeg - boresightsDeg[sector];
      out[sector] += weight * gainDbi(antenna, offDeg, zenithDeg, verticalDb, columnDb);
    }
  }
  for (let sector = 0; sector < boresightsDeg.length; sector++) out[sector] /= weights;
}

type Directive = Exclude<FixedAntennas, { readonly kind: "isotropic" }>;

function patternOf(antenna: Directive): ElementPattern {
  return ELEMENT_PATTERNS[antenna.kind === "sector" ? (antenna.pattern ?? "tr38901") : "tr38901"];
}

/** Returns the array factor in dB of a panel's column towards a zenith angle, 0 for a single element. */
function columnDbOf(antenna: Directive, zenithDeg: number): number {
  if (antenna.kind !== "panel") return 0;
  return columnFactorDb(zenithDeg, antenna.rows, antenna.spacingWavelengths, antenna.downtiltDeg);
}

const turned = new Float64Array(2);

/** Returns one sector's gain; `verticalDb` and `columnDb` are what holds at `zenithDeg` without mechanical tilt. */
function gainDbi(
  antenna: Directive,
  offDeg: number,
  zenithDeg: number,
  verticalDb: number,
  columnDb: number,
): number {
  const pattern = patternOf(antenna);
  const tiltDeg = antenna.mechanicalTiltDeg;
  if (tiltDeg === undefined || tiltDeg === 0) {
    return combineCutsDbi(horizontalCutDb(offDeg, pattern), verticalDb, pattern) + columnDb;
  }
  turnDown(offDeg, zenithDeg, tiltDeg, turned);
  const cutDb = verticalCutDb(turned[1], antenna.kind === "panel" ? 0 : antenna.downtiltDeg, pattern);
  return combineCutsDbi(horizontalCutDb(turned[0], pattern), cutDb, pattern) + columnDbOf(antenna, turned[1]);
}
