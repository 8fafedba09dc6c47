/** The area that a site is drawn as: all that is nearer to it than to any other site, as far as a cell plausibly reaches. */

/** Metres, x to the right and y up. */
export interface Point {
  readonly xM: number;
  readonly yM: number;
}

/** In units of the site distance: a little more than from a site of a square grid to the corner between four of them. */
const REACH = 0.72;
/** Corners of the circle that bounds an area without neighbours. */
const CIRCLE_CORNERS = 48;

/**
 * Returns the corners of the area of `site`, counter-clockwise and relative to it. It is convex and holds the site: a
 * hexagon on a hexagonal grid, a square on a square one, a disc where a site stands alone. `others` may hold the site
 * itself; sites at the same place share one area.
 */
export function siteArea(site: Point, others: readonly Point[], isdM: number): readonly Point[] {
  const radiusM = REACH * isdM;
  let corners: readonly Point[] = Array.from({ length: CIRCLE_CORNERS }, (_, k) => {
    const angle = (2 * Math.PI * k) / CIRCLE_CORNERS;
    return { xM: radiusM * Math.cos(angle), yM: radiusM * Math.sin(angle) };
  });
  for (const other of others) {
    const [dxM, dyM] = [other.xM - site.xM, other.yM - site.yM];
    const distanceM = Math.hypot(dxM, dyM);
    if (distanceM < 1e-6 * isdM || distanceM >= 2 * radiusM) continue;
    corners = cutBeyond(corners, { xM: dxM / distanceM, yM: dyM / distanceM }, distanceM / 2);
  }
  return corners;
}

/** Returns the part of a convex polygon whose points are at most `limitM` from the origin in direction `unit`. */
function cutBeyond(corners: readonly Point[], unit: Point, limitM: number): readonly Point[] {
  const kept: Point[] = [];
  const beyondM = corners.map(({ xM, yM }) => xM * unit.xM + yM * unit.yM - limitM);
  for (const [i, corner] of corners.entries()) {
    const j = (i + 1) % corners.length;
    if (beyondM[i] <= 0) kept.push(corner);
    if (beyondM[i] <= 0 === beyondM[j] <= 0) continue;
    const share = beyondM[i] / (beyondM[i] - beyondM[j]);
    const next = corners[j];
    kept.push({
      xM: corner.xM + share * (next.xM - corner.xM),
      yM: corner.yM + share * (next.yM - corner.yM),
    });
  }
  return kept;
}
