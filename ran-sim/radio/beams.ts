/**
 * SSB beams of FR2: each sector sweeps a set of narrow beams, terminals measure each of them, and the cell's quality is
 * made of the best (TS 38.300 9.2.4, TS 38.331 5.5.3.3).
 */

import { arrayFactor, combineCutsDbi, horizontalCutDb, turnDown, verticalCutDb } from "./antenna.ts";
import type { AntennaParameters } from "./radio-parameters.ts";

const RAD_PER_DEG = Math.PI / 180;
const LN10_OVER_10 = Math.LN10 / 10;

export type BeamAntennas = Extract<AntennaParameters, { readonly kind: "beams" }>;

/** What the beams of one site need besides the direction; as `SiteAntennas`. */
export interface BeamSite {
  readonly antenna: BeamAntennas;
  readonly heightDifferenceM: number;
  readonly minimumD2dM: number;
  readonly seamM: number;
}

/** Returns the number of beams of a sector: every azimuth with every downtilt. */
export function beamCountOf(antenna: BeamAntennas): number {
  return antenna.beamAzimuthsDeg.length * antenna.beamDowntiltsDeg.length;
}

const direction = new Float64Array(2);

/**
 * Writes the gain in dBi of every beam of one sector to `out` from `start` on; beam = downtilt index * azimuths +
 * azimuth index. `weight` times the gain is added to what is there.
 *
 * A beam is the element of Table 7.3-1 plus the array factors of its rows (direction cosine cos(theta)) and columns
 * (sin(theta) sin(phi)), each at most 10 log10 of its number; the panel is turned by the mechanical tilt first.
 */
export function addBeamGains(
  antenna: BeamAntennas,
  azimuthOffDeg: number,
  zenithDeg: number,
  out: Float64Array,
  start: number,
  weight: number,
): void {
  const { rows, columns, spacingWavelengths, beamAzimuthsDeg, beamDowntiltsDeg } = antenna;
  turnDown(azimuthOffDeg, zenithDeg, antenna.mechanicalTiltDeg ?? 0, direction);
  const elementDbi = combineCutsDbi(horizontalCutDb(direction[0]), verticalCutDb(direction[1], 0));
  const zenith = direction[1] * RAD_PER_DEG;
  const up = Math.cos(zenith);
  const aside = Math.sin(zenith) * Math.sin(direction[0] * RAD_PER_DEG);
  let at = start;
  for (const downtiltDeg of beamDowntiltsDeg) {
    const down = downtiltDeg * RAD_PER_DEG;
    const rowFactor = arrayFactor(rows, spacingWavelengths, up + Math.sin(down));
    for (const beamDeg of beamAzimuthsDeg) {
      const beamAside = Math.cos(down) * Math.sin(beamDeg * RAD_PER_DEG);
      const factor = rowFactor * arrayFactor(columns, spacingWavelengths, aside - beamAside);
      out[at] += weight * (elementDbi + 10 * Math.log10(Math.max(factor, DEEPEST_NULL)));
      at++;
    }
  }
}

/** As in `antenna.ts`: no null is deeper than 60 dB. */
const DEEPEST_NULL = 1e-6;

/**
 * Writes the gain in dBi of every beam of a site to `out` [sector, beam]. `images` and the averaging across a seam are
 * those of `writeSiteGains`.
 */
export function writeSiteBeamGains(
  site: BeamSite,
  images: Float64Array,
  d2dM: number,
  out: Float64Array,
): void {
  const { antenna } = site;
  const beamCount = beamCountOf(antenna);
  const zenithDeg = 90 + Math.atan(site.heightDifferenceM / Math.max(d2dM, site.minimumD2dM)) / RAD_PER_DEG;
  out.fill(0);
  let weights = 0;
  for (let image = 0; image < images.length / 2; image++) {
    const xM = images[2 * image];
    const yM = images[2 * image + 1];
    const weight = 1 - (Math.sqrt(xM * xM + yM * yM) - d2dM) / site.seamM;
    if (!(weight > 0)) continue;
    weights += weight;
    const azimuthDeg = Math.atan2(yM, xM) / RAD_PER_DEG;
    for (const [sector, boresightDeg] of antenna.boresightsDeg.entries()) {
      addBeamGains(antenna, azimuthDeg - boresightDeg, zenithDeg, out, sector * beamCount, weight);
    }
  }
  for (let at = 0; at < out.length; at++) out[at] /= weights;
}

/**
 * Returns the mean in linear power, in dB, of the `best` strongest of `count` values in dB from `start` on.
 * Cell quality by TS 38.331 5.5.3.3 with nrofSS-BlocksToAverage = `best`; the threshold
 * absThreshSS-BlocksConsolidation is not modelled: the `best` beams count however weak they are.
 */
export function bestBeamsDb(valuesDb: Float64Array, start: number, count: number, best: number): number {
  if (best >= count) return meanDb(valuesDb, start, start + count);
  if (best > 1) {
    const sorted = valuesDb.slice(start, start + count).sort();
    return meanDb(sorted, count - best, count);
  }
  let strongest = valuesDb[start];
  for (let i = start + 1; i < start + count; i++) strongest = Math.max(strongest, valuesDb[i]);
  return strongest;
}

/** Returns the mean in linear power, in dB, of the values in dB from `start` up to `end`. */
function meanDb(valuesDb: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += Math.exp(valuesDb[i] * LN10_OVER_10);
  return 10 * Math.log10(sum / (end - start));
}
