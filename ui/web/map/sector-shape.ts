/** The areas that cells are drawn as: a site's hexagon, cut into wedges around the azimuths of its sectors. */

export interface Point {
  readonly xM: number;
  readonly yM: number;
}

/**
 * Returns the corners of one sector, counter-clockwise, relative to its site. The hexagon is that of points nearer to
 * the site than to six neighbours `isdM` away in the directions `neighbourDeg` + 60 k; angles run from x to y.
 */
export function sectorShape(
  isdM: number,
  neighbourDeg: number,
  azimuthDeg: number,
  sectors: number,
): readonly Point[] {
  const edge = (deg: number): Point => {
    const off = nearestTo(deg - neighbourDeg, 60);
    const radiusM = isdM / 2 / Math.cos(radians(off));
    return { xM: radiusM * Math.cos(radians(deg)), yM: radiusM * Math.sin(radians(deg)) };
  };
  const corners = Array.from({ length: 12 }, (_, k) => neighbourDeg + 30 + 60 * (k - 6));
  if (sectors === 1) return corners.slice(0, 6).map(edge);
  const from = azimuthDeg - 180 / sectors;
  const to = azimuthDeg + 180 / sectors;
  const within: number[] = [];
  for (
    let deg = Math.ceil((from - neighbourDeg - 30) / 60) * 60 + neighbourDeg + 30;
    deg < to - 1e-6;
    deg += 60
  ) {
    if (deg > from + 1e-6) within.push(deg);
  }
  return [{ xM: 0, yM: 0 }, ...[from, ...within, to].map(edge)];
}

/** Returns the direction, in degrees, from the first site to the one nearest to it; 30 when it is alone. */
export function neighbourDirectionDeg(sites: readonly Point[]): number {
  const [first, ...others] = sites;
  let bestM = Number.POSITIVE_INFINITY;
  let bestDeg = 30;
  for (const { xM, yM } of others) {
    const distanceM = Math.hypot(xM - first.xM, yM - first.yM);
    if (distanceM >= bestM) continue;
    bestM = distanceM;
    bestDeg = (Math.atan2(yM - first.yM, xM - first.xM) * 180) / Math.PI;
  }
  return bestDeg;
}

/** Returns all translations in view: whole combinations of the lattice vectors, none first. */
export function copiesInView(lattice: readonly Point[], reachM: number): readonly Point[] {
  const copies: Point[] = [{ xM: 0, yM: 0 }];
  if (lattice.length < 2) return copies;
  const [a, b] = lattice;
  for (let i = -3; i <= 3; i++) {
    for (let j = -3; j <= 3; j++) {
      const xM = i * a.xM + j * b.xM;
      const yM = i * a.yM + j * b.yM;
      if ((i !== 0 || j !== 0) && Math.hypot(xM, yM) <= reachM) copies.push({ xM, yM });
    }
  }
  return copies;
}

/** Returns `value` modulo `period`, in -period/2 ... period/2. */
function nearestTo(value: number, period: number): number {
  return value - period * Math.round(value / period);
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
