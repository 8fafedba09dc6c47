/** Base-station antennas: the sector pattern of TR 38.901 7.3 (Table 7.3-1), and an isotropic one. */

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
 * The tilt shifts the vertical cut by the same angle at every azimuth, as an electrical tilt does; the mechanical
 * rotation of 7.1.3 is not modelled.
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
