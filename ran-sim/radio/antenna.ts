/**
 * Base-station antennas of TR 38.901 7.3: the element of Table 7.3-1, a vertical column of such elements, and tilt.
 *
 * Two tilts exist. The electrical one moves the vertical cut by the same angle at every azimuth: for one element by
 * shifting A_V, for a column by the phases of its elements. The mechanical one turns the whole antenna about its
 * horizontal axis (7.1.3): it lowers the beam in front, not at the sides, and raises it behind.
 */

const RAD_PER_DEG = Math.PI / 180;

/** The two parabolic cuts of one antenna: half-power beam widths, limits and gain. */
export interface ElementPattern {
  readonly horizontalWidthDeg: number;
  readonly verticalWidthDeg: number;
  readonly horizontalLimitDb: number;
  readonly verticalLimitDb: number;
  /** Of both cuts together. */
  readonly attenuationLimitDb: number;
  readonly maximumGainDbi: number;
}

/**
 * "tr38901": one element, Table 7.3-1. "tr36814": the whole antenna of a macro sector, Table A.2.1.1-2, whose vertical beam is
 * narrow.
 */
export const ELEMENT_PATTERNS = {
  tr38901: {
    horizontalWidthDeg: 65,
    verticalWidthDeg: 65,
    horizontalLimitDb: 30,
    verticalLimitDb: 30,
    attenuationLimitDb: 30,
    maximumGainDbi: 8,
  },
  tr36814: {
    horizontalWidthDeg: 70,
    verticalWidthDeg: 10,
    horizontalLimitDb: 25,
    verticalLimitDb: 20,
    attenuationLimitDb: 25,
    maximumGainDbi: 14,
  },
} as const satisfies Record<string, ElementPattern>;

export type PatternName = keyof typeof ELEMENT_PATTERNS;
export const PATTERN_NAMES = ["tr38901", "tr36814"] as const satisfies PatternName[];

/**
 * Returns the gain in dBi towards a direction `azimuthDeg` off the boresight (any number of turns) and
 * `zenithDeg` from the zenith (90 = horizontal), for a sector tilted down by `downtiltDeg`.
 *
 * A = -min(-(A_V + A_H), 30), A_V = -min(12 ((theta - 90 - tilt) / 65)^2, 30), A_H = -min(12 (phi / 65)^2, 30), or with the
 * numbers of another pattern.
 * The tilt is electrical: it shifts the vertical cut by the same angle at every azimuth.
 */
export function sectorGainDbi(
  azimuthDeg: number,
  zenithDeg: number,
  downtiltDeg: number,
  pattern: ElementPattern = ELEMENT_PATTERNS.tr38901,
): number {
  const verticalDb = verticalCutDb(zenithDeg, downtiltDeg, pattern);
  return combineCutsDbi(horizontalCutDb(azimuthDeg, pattern), verticalDb, pattern);
}

/** Returns A_V in dB, 0 down to the pattern's limit. */
export function verticalCutDb(
  zenithDeg: number,
  downtiltDeg: number,
  pattern: ElementPattern = ELEMENT_PATTERNS.tr38901,
): number {
  const off = (zenithDeg - 90 - downtiltDeg) / pattern.verticalWidthDeg;
  return -Math.min(12 * off * off, pattern.verticalLimitDb);
}

/** Returns A_H in dB, 0 down to the pattern's limit, of an azimuth off the boresight. */
export function horizontalCutDb(
  azimuthDeg: number,
  pattern: ElementPattern = ELEMENT_PATTERNS.tr38901,
): number {
  const off = (azimuthDeg - 360 * Math.round(azimuthDeg / 360)) / pattern.horizontalWidthDeg;
  return -Math.min(12 * off * off, pattern.horizontalLimitDb);
}

/** Returns the gain in dBi of the two cuts together. */
export function combineCutsDbi(
  horizontalDb: number,
  verticalDb: number,
  pattern: ElementPattern = ELEMENT_PATTERNS.tr38901,
): number {
  return pattern.maximumGainDbi - Math.min(-(horizontalDb + verticalDb), pattern.attenuationLimitDb);
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
