/** What a layout comes to: sites, the ground phones move on, and the streets or the track they may keep to. */

import { rectangularTorus, type SitePlacement, type SitePositions } from "../radio/layout.ts";
import type { Ground } from "./ground.ts";
import type { GeoPoint } from "./projection.ts";

export interface SitePlan {
  readonly placement: SitePlacement;
  /** The usual distance between neighbouring sites. */
  readonly isdM: number;
  readonly ground: Ground;
  /** The road or track along which the sites stand; null where there is none. */
  readonly path: Path | null;
  /** Distance between parallel streets, the first of which are the edges of the ground; null where there are none. */
  readonly blockM: number | null;
  /** [site]; null: numbered from 0. */
  readonly siteNames: readonly string[] | null;
  /** The point of the Earth at (0, 0); null where the plan is no place on Earth. */
  readonly origin: GeoPoint | null;
}

/** A line of straight pieces through at least two points. */
export interface Path {
  readonly xM: ArrayLike<number>;
  readonly yM: ArrayLike<number>;
  /** "wrap": from the last point to the first. "turn": there and back. */
  readonly atEnd: "wrap" | "turn";
}

/** The usual parts of a plan that has neither streets nor a track nor a place on Earth. */
export const PLAIN_PLAN = { path: null, blockM: null, siteNames: null, origin: null } as const;

type Rectangle = Extract<Ground, { kind: "rectangle" }>;

/** How much nearer than any image a site must be, as a share of the site distance: more than the width of a seam. */
const MARGIN_SHARE = 0.2;

/**
 * Returns the torus for sites and phones on a rectangle, and how far they can be apart. Along an axis that wraps it is as wide as the rectangle; along
 * the others so wide that from nowhere on the ground an image of a site is nearer, or nearly as near, as the site itself.
 */
export function torusAround(
  sites: SitePositions,
  ground: Rectangle,
  isdM: number,
): Required<Pick<SitePlacement, "torus" | "reachM">> {
  const marginM = MARGIN_SHARE * isdM;
  const reachXM = reachM(sites.xM, ground.xMinM, ground.xMaxM, ground.xEdge === "wrap");
  const reachYM = reachM(sites.yM, ground.yMinM, ground.yMaxM, ground.yEdge === "wrap");
  // An image across x lies W - reach away along x and reach along y: farther than the site by the margin at least.
  const farM = Math.hypot(reachXM, reachYM) + marginM;
  const around = (ownM: number, otherM: number): number => ownM + Math.sqrt(farM * farM - otherM * otherM);
  const torus = rectangularTorus(
    ground.xEdge === "wrap" ? ground.xMaxM - ground.xMinM : around(reachXM, reachYM),
    ground.yEdge === "wrap" ? ground.yMaxM - ground.yMinM : around(reachYM, reachXM),
  );
  return { torus, reachM: { xM: reachXM, yM: reachYM } };
}

/** Returns the greatest distance along one axis between a site and a place on the ground. */
function reachM(sites: ArrayLike<number>, low: number, high: number, wraps: boolean): number {
  if (wraps) return (high - low) / 2;
  return Array.from(sites).reduce((most, one) => Math.max(most, high - one, one - low), 0);
}
