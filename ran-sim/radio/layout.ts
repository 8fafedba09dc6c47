/**
 * Where sites stand, and the torus that they are on: hexagonal with wrap-around, or a rectangle, wide enough not to wrap
 * where it should not. x points east, y north, metres; angles from x to y.
 */

/** Site positions of a layout, [site]. Site 0 is the centre; rings follow outwards, each counter-clockwise from 30 degrees. */
export interface SitePositions {
  readonly xM: Float64Array;
  readonly yM: Float64Array;
}

/**
 * A plane wrapped around on two lattice vectors. Adding any whole combination of them to a position gives the same place.
 * "hexagonal": at 60 degrees to each other and equally long. "rectangular": t1 along x, t2 along y.
 */
export interface Torus {
  readonly lattice: "hexagonal" | "rectangular";
  readonly t1xM: number;
  readonly t1yM: number;
  readonly t2xM: number;
  readonly t2yM: number;
  /** Length of the longer vector. */
  readonly sideM: number;
  /** (t1, t2) coordinates of a position are p = pxPerM x + pyPerM y and q = qxPerM x + qyPerM y. */
  readonly pxPerM: number;
  readonly pyPerM: number;
  readonly qxPerM: number;
  readonly qyPerM: number;
}

/** Sites on a torus, and what of them differs from site to site; what is left out is the same everywhere. */
export interface SitePlacement {
  readonly torus: Torus;
  readonly sites: SitePositions;
  /** How far from a site a phone can be along each axis; at most half the torus, which it is when left out. */
  readonly reachM?: { readonly xM: number; readonly yM: number };
  /** [site][sector]: boresight azimuths; sites may have different numbers of sectors, none of them 0. */
  readonly boresightsDeg?: readonly (readonly number[])[];
  /** [site] */
  readonly hBsM?: readonly number[];
  /** [site]: power of a cell. */
  readonly txPowerDbm?: readonly number[];
}

const HALF_SQRT3 = Math.sqrt(3) / 2;

/** Returns the number of sites of a centre and `rings` rings: 1, 7, 19, ... */
export function siteCountOf(rings: number): number {
  return 3 * rings * (rings + 1) + 1;
}

/**
 * Returns the sites of a centre and `rings` rings around it, neighbours `isdM` apart in the directions 30, 90, ...,
 * 330 degrees. Throws RangeError unless `rings` is a whole number of 0 or more and `isdM` is above 0.
 */
export function hexSites(rings: number, isdM: number): SitePositions {
  if (!Number.isInteger(rings) || rings < 0) {
    throw new RangeError(`hexSites: rings must be a whole number of 0 or more, got ${rings}`);
  }
  if (!(isdM > 0)) throw new RangeError(`hexSites: isdM must be above 0, got ${isdM}`);
  const xM = [0];
  const yM = [0];
  for (let ring = 1; ring <= rings; ring++) {
    for (let side = 0; side < 6; side++) {
      const corner = Math.PI / 6 + (side * Math.PI) / 3;
      const along = corner + (2 * Math.PI) / 3;
      for (let step = 0; step < ring; step++) {
        xM.push(isdM * (ring * Math.cos(corner) + step * Math.cos(along)));
        yM.push(isdM * (ring * Math.sin(corner) + step * Math.sin(along)));
      }
    }
  }
  return { xM: Float64Array.from(xM), yM: Float64Array.from(yM) };
}

/**
 * Returns the torus that `hexSites(rings, isdM)` tiles: clusters of N = 3 r (r + 1) + 1 sites repeat on the vectors
 * (r + 1) a + r b and -r a + (2 r + 1) b of the site lattice a (30 degrees), b (90 degrees), whose length is
 * isd sqrt(N). Every site then has six neighbours at the site distance.
 */
export function hexTorus(rings: number, isdM: number): Torus {
  const ax = isdM * HALF_SQRT3;
  const ay = isdM / 2;
  const t1xM = (rings + 1) * ax;
  const t1yM = (rings + 1) * ay + rings * isdM;
  const t2xM = -rings * ax;
  const t2yM = -rings * ay + (2 * rings + 1) * isdM;
  const areaM2 = t1xM * t2yM - t1yM * t2xM;
  return {
    lattice: "hexagonal",
    t1xM,
    t1yM,
    t2xM,
    t2yM,
    sideM: isdM * Math.sqrt(siteCountOf(rings)),
    pxPerM: t2yM / areaM2,
    pyPerM: -t2xM / areaM2,
    qxPerM: -t1yM / areaM2,
    qyPerM: t1xM / areaM2,
  };
}

/** Returns the torus of `widthM` along x and `heightM` along y. Throws RangeError unless both are above 0. */
export function rectangularTorus(widthM: number, heightM: number): Torus {
  if (!(widthM > 0 && heightM > 0)) {
    throw new RangeError(`rectangularTorus: both sides must be above 0, got ${widthM} and ${heightM}`);
  }
  return {
    lattice: "rectangular",
    t1xM: widthM,
    t1yM: 0,
    t2xM: 0,
    t2yM: heightM,
    sideM: Math.max(widthM, heightM),
    pxPerM: 1 / widthM,
    pyPerM: 0,
    qxPerM: 0,
    qyPerM: 1 / heightM,
  };
}

/**
 * Writes the shortest of all displacements equal to (dxM, dyM) on the torus to `out[0]`, `out[1]`.
 *
 * With `out` of six numbers also writes two more images, as out[2..3] and out[4..5], one of which is the second nearest:
 * on a hexagonal torus those at the two other corners of the lattice triangle around the displacement; on a rectangular
 * one those across the nearest seam of either side. With eight numbers a rectangular torus adds the image across both,
 * as near as the others where two seams meet; on a hexagonal torus, where three images meet at most, it is at infinity.
 */
export function nearestImage(torus: Torus, dxM: number, dyM: number, out: Float64Array): void {
  if (torus.lattice === "rectangular") {
    nearestOfRectangle(torus, dxM, dyM, out);
    return;
  }
  const p = torus.pxPerM * dxM + torus.pyPerM * dyM;
  const q = torus.qxPerM * dxM + torus.qyPerM * dyM;
  const i = Math.floor(p);
  const j = Math.floor(q);
  // The cell's short diagonal splits it into two equilateral triangles; the nearest lattice point is a corner of ours.
  const far = p - i + (q - j) > 1 ? 1 : 0;
  const x1 = dxM - i * torus.t1xM - j * torus.t2xM;
  const y1 = dyM - i * torus.t1yM - j * torus.t2yM;
  const ax = x1 - torus.t1xM;
  const ay = y1 - torus.t1yM;
  const bx = x1 - torus.t2xM;
  const by = y1 - torus.t2yM;
  const cx = x1 - far * (torus.t1xM + torus.t2xM);
  const cy = y1 - far * (torus.t1yM + torus.t2yM);
  const a2 = ax * ax + ay * ay;
  const b2 = bx * bx + by * by;
  const c2 = cx * cx + cy * cy;
  if (c2 <= a2 && c2 <= b2) {
    writeImages(out, cx, cy, ax, ay, bx, by);
  } else if (a2 <= b2) {
    writeImages(out, ax, ay, cx, cy, bx, by);
  } else {
    writeImages(out, bx, by, cx, cy, ax, ay);
  }
}

function writeImages(
  out: Float64Array,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): void {
  out[0] = x0;
  out[1] = y0;
  if (out.length < 6) return;
  out[2] = x1;
  out[3] = y1;
  out[4] = x2;
  out[5] = y2;
  if (out.length < 8) return;
  out[6] = Number.POSITIVE_INFINITY;
  out[7] = Number.POSITIVE_INFINITY;
}

function nearestOfRectangle(torus: Torus, dxM: number, dyM: number, out: Float64Array): void {
  const { t1xM, t2yM } = torus;
  const x = dxM - t1xM * Math.round(dxM / t1xM);
  const y = dyM - t2yM * Math.round(dyM / t2yM);
  out[0] = x;
  out[1] = y;
  if (out.length < 6) return;
  const acrossX = x - Math.sign(x || 1) * t1xM;
  const acrossY = y - Math.sign(y || 1) * t2yM;
  out[2] = acrossX;
  out[3] = y;
  out[4] = x;
  out[5] = acrossY;
  if (out.length < 8) return;
  out[6] = acrossX;
  out[7] = acrossY;
}

/** Returns the shortest displacement equal to (dxM, dyM) on the torus. Allocates: kernels call `nearestImage`. */
export function displacement(
  torus: Torus,
  dxM: number,
  dyM: number,
): { readonly xM: number; readonly yM: number } {
  const out = new Float64Array(2);
  nearestImage(torus, dxM, dyM, out);
  return { xM: out[0], yM: out[1] };
}

/** Returns the place of (xM, yM) in the hexagon, or rectangle, around the origin that the lattice cuts out: the drawn area. */
export function wrap(torus: Torus, xM: number, yM: number): { readonly xM: number; readonly yM: number } {
  return displacement(torus, xM, yM);
}
