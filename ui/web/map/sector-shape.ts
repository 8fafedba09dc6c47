/** The part of a site's area that one of its sectors is drawn as: the directions nearer to its azimuth than to another's. */
import type { Point } from "./site-area.ts";

/**
 * Returns the corners of the sector that looks to `azimuthDeg`, counter-clockwise and relative to the site. `area` is
 * convex and holds the origin; `azimuthsDeg` are those of all sectors of the site. Angles run from x to y. Sectors that
 * look the same way have the same shape; the only one of a site has all of its area.
 */
export function sectorShape(
  area: readonly Point[],
  azimuthDeg: number,
  azimuthsDeg: readonly number[],
): readonly Point[] {
  const turns = [...new Set(azimuthsDeg.map((other) => turn(other - azimuthDeg)))].filter((deg) => deg > 0);
  if (turns.length === 0) return area;
  const from = azimuthDeg - (360 - Math.max(...turns)) / 2;
  const widthDeg = azimuthDeg + Math.min(...turns) / 2 - from;
  const within = area
    .map((corner) => ({ corner, deg: turn(directionDeg(corner) - from) }))
    .filter(({ deg }) => deg > 1e-6 && deg < widthDeg - 1e-6)
    .sort((a, b) => a.deg - b.deg)
    .map(({ corner }) => corner);
  return [{ xM: 0, yM: 0 }, edgeAt(area, from), ...within, edgeAt(area, from + widthDeg)];
}

/** Returns where the ray from the origin in direction `deg` leaves a convex area that holds the origin. */
export function edgeAt(area: readonly Point[], deg: number): Point {
  const unit = { xM: Math.cos((deg * Math.PI) / 180), yM: Math.sin((deg * Math.PI) / 180) };
  let nearestM = Number.POSITIVE_INFINITY;
  for (const [i, a] of area.entries()) {
    const b = area[(i + 1) % area.length];
    // The inside lies to the left of every side.
    const [nxM, nyM] = [b.yM - a.yM, a.xM - b.xM];
    const towards = unit.xM * nxM + unit.yM * nyM;
    if (towards > 0) nearestM = Math.min(nearestM, (a.xM * nxM + a.yM * nyM) / towards);
  }
  return { xM: nearestM * unit.xM, yM: nearestM * unit.yM };
}

function directionDeg({ xM, yM }: Point): number {
  return (Math.atan2(yM, xM) * 180) / Math.PI;
}

/** Returns an angle as 0 to below 360 degrees. */
function turn(deg: number): number {
  const rest = deg % 360;
  return rest < 0 ? rest + 360 : rest;
}
