/** Latitude and longitude to metres on a plane around one point. */

/** WGS 84, degrees. */
export interface GeoPoint {
  readonly latDeg: number;
  readonly lonDeg: number;
}

/** Semi-major axis and squared eccentricity of the WGS 84 ellipsoid. */
const AXIS_M = 6_378_137;
const ECCENTRICITY2 = 6.694379990141e-3;
const RAD_PER_DEG = Math.PI / 180;

/**
 * Returns the place of `point` in metres east (x) and north (y) of `origin`: the differences in longitude and latitude
 * times the radii of curvature of the WGS 84 ellipsoid at the origin's latitude (equirectangular, true to scale at the
 * origin). The scale along x is off by about tan(latitude) / R per metre north: below 0.2 % within 10 km up to 50 degrees.
 */
export function toLocal(origin: GeoPoint, point: GeoPoint): { readonly xM: number; readonly yM: number } {
  const { northM, eastM } = metresPerDegree(origin.latDeg);
  // The shorter way round, so that an area across the antimeridian stays in one piece.
  const turn = point.lonDeg - origin.lonDeg;
  return {
    xM: eastM * (turn - 360 * Math.round(turn / 360)),
    yM: northM * (point.latDeg - origin.latDeg),
  };
}

/** Returns the metres in a degree of latitude and of longitude at a latitude. */
export function metresPerDegree(latDeg: number): { readonly northM: number; readonly eastM: number } {
  const sine = Math.sin(latDeg * RAD_PER_DEG);
  const w2 = 1 - ECCENTRICITY2 * sine * sine;
  const meridianM = (AXIS_M * (1 - ECCENTRICITY2)) / (w2 * Math.sqrt(w2));
  const primeVerticalM = AXIS_M / Math.sqrt(w2);
  return {
    northM: meridianM * RAD_PER_DEG,
    eastM: primeVerticalM * Math.cos(latDeg * RAD_PER_DEG) * RAD_PER_DEG,
  };
}

/**
 * Returns the middle of the area that `points` span. Longitudes go round: their widest gap is outside the area, so that one
 * across the antimeridian is as small as it is.
 */
export function middleOf(points: readonly GeoPoint[]): GeoPoint {
  const latDeg = points.map((one) => one.latDeg);
  const low = latDeg.reduce((a, b) => Math.min(a, b));
  const high = latDeg.reduce((a, b) => Math.max(a, b));
  return { latDeg: (low + high) / 2, lonDeg: middleLongitude(points.map((one) => one.lonDeg)) };
}

/** From -180 to 180. */
function middleLongitude(lonDeg: readonly number[]): number {
  const sorted = Float64Array.from(lonDeg).sort();
  const last = sorted.length - 1;
  let westDeg = sorted[0];
  let spanDeg = sorted[last] - sorted[0];
  if (spanDeg <= 180) return (sorted[0] + sorted[last]) / 2;
  for (let i = 1; i <= last; i++) {
    // The area from one point eastwards, over the antimeridian, to the point before it.
    const aroundDeg = sorted[i - 1] + 360 - sorted[i];
    if (aroundDeg >= spanDeg) continue;
    spanDeg = aroundDeg;
    westDeg = sorted[i];
  }
  const middleDeg = westDeg + spanDeg / 2;
  return middleDeg > 180 ? middleDeg - 360 : middleDeg;
}
