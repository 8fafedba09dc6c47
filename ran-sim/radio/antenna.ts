/**
 * Base-station antennas of TR 38.901 7.3: the element of Table 7.3-1, a vertical column of such elements, and tilt.
 *
 * Two tilts exist. The electrical one moves the vertical cut by the same angle at every azimuth: for one element by
 * shifting A_V, for a column by the phases of its elements. The mechanical one turns the whole antenna about its
 * horizontal axis (7.1.3): it lowers the beam in front, not at the sides, and raises it behind.
 */

const RAD_PER_DEG = Math.PI / 180;

/** Table 7.3-1: half-power beam width, vertical and horizontal limits, and gain of one element. */
export const SECTOR_PATTERN = {
  beamWidthDeg: 65,
  verticalLimitDb: 30,
  horizontalLimitDb: 30,
  attenuationLimitDb: 30,
  maximumGainDbi: 8,
} as const;

/**
 * Returns the gain in dBi towards a direction `azimuthDeg` off the boresight (any number of turns) and
 * `zenithDeg` from the zenith (90 = horizontal), for a sector tilted down by `downtiltDeg`.
 *
 * A = -min(-(A_V + A_H), 30), A_V = -min(12 ((theta - 90 - tilt) / 65)^2, 30), A_H = -min(12 (phi / 65)^2, 30).
 * The tilt is electrical: it shifts the vertical cut by the same angle at every azimuth.
 */
export function sectorGainDbi(azimuthDeg: number, zenithDeg: number, downtiltDeg: number): number {
  return combineCutsDbi(horizontalCutDb(azimuthDeg), verticalCutDb(zenithDeg, downtiltDeg));
}

/** Returns A_V in dB, 0 to -30. */
export function verticalCutDb(zenithDeg: number, downtiltDeg: number): number {
  const off = (zenithDeg - 90 - downtiltDeg) / SECTOR_PATTERN.beamWidthDeg;
  return -Math.min(12 * off * off, SECTOR_PATTERN.verticalLimitDb);
}

/** Returns A_H in dB, 0 to -30, of an azimuth off the boresight. */
export function horizontalCutDb(azimuthDeg: number): number {
  const off = (azimuthDeg - 360 * Math.round(azimuthDeg / 360)) / SECTOR_PATTERN.beamWidthDeg;
  return -Math.min(12 * off * off, SECTOR_PATTERN.horizontalLimitDb);
}

/** Returns the gain in dBi of the two cuts together. */
export function combineCutsDbi(horizontalDb: number, verticalDb: number): number {
  return (
    SECTOR_PATTERN.maximumGainDbi - Math.min(-(horizontalDb + verticalDb), SECTOR_PATTERN.attenuationLimitDb)
  );
}

/** Nothing lies in a null of a column that is deeper than this, in dB: an exact zero has no logarithm. */
const DEEPEST_NULL_DB = -60;

/**
 * Returns the array factor in dB of a column of `rows` elements, `spacingWavelengths` apart, phased for a beam
 * `downtiltDeg` below the horizon: 10 log10(|sum over m of w_m v_m(theta)|^2) with |w_m|^2 = 1 / rows and
 * v_m = exp(2 pi i m d cos(theta)) (TR 38.901 Table 7.3-1 with the weights of TR 36.897 5.2.2). At most 10 log10(rows).
 */
export function columnFactorDb(
  zenithDeg: number,
  rows: number,
  spacingWavelengths: number,
  downtiltDeg: number,
): number {
  const difference = Math.cos(zenithDeg * RAD_PER_DEG) + Math.sin(downtiltDeg * RAD_PER_DEG);
  return Math.max(DEEPEST_NULL_DB, 10 * Math.log10(arrayFactor(rows, spacingWavelengths, difference)));
}

/**
 * Returns the power gain, 0..count, of `count` elements in a line towards a direction whose cosine along the line differs
 * by `cosineDifference` from that of the beam.
 */
export function arrayFactor(count: number, spacingWavelengths: number, cosineDifference: number): number {
  const step = Math.PI * spacingWavelengths * cosineDifference;
  const sine = Math.sin(step);
  // Where neighbours are in phase all are: the ratio of sines tends to `count`.
  const amplitude = Math.abs(sine) < 1e-9 ? count : Math.sin(count * step) / sine;
  return (amplitude * amplitude) / count;
}

/**
 * Writes the azimuth off the boresight and the zenith angle, in degrees, of a direction as an antenna turned down by
 * `tiltDeg` sees it, to `out[0]` and `out[1]`: TR 38.901 (7.1-7) and (7.1-8) with beta the downtilt, gamma 0.
 */
export function turnDown(azimuthDeg: number, zenithDeg: number, tiltDeg: number, out: Float64Array): void {
  const azimuth = azimuthDeg * RAD_PER_DEG;
  const zenith = zenithDeg * RAD_PER_DEG;
  const tilt = tiltDeg * RAD_PER_DEG;
  const forward = Math.cos(azimuth) * Math.sin(zenith);
  const up = Math.cos(zenith);
  const upTurned = forward * Math.sin(tilt) + up * Math.cos(tilt);
  out[0] =
    Math.atan2(Math.sin(azimuth) * Math.sin(zenith), forward * Math.cos(tilt) - up * Math.sin(tilt)) /
    RAD_PER_DEG;
  out[1] = Math.acos(Math.min(1, Math.max(-1, upTurned))) / RAD_PER_DEG;
}
