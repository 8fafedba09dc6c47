/** What of the map does not change from frame to frame: shapes, colours, copies. */
import type { RanLayout } from "../../protocol.ts";
import { cellColour } from "./cell-colour.ts";
import { copiesInView, neighbourDirectionDeg, type Point, sectorShape } from "./sector-shape.ts";

export interface MapScene {
  readonly sites: readonly Point[];
  readonly cells: readonly {
    readonly name: string;
    readonly site: Point;
    /** Corners relative to the site. */
    readonly shape: readonly Point[];
    /** OKLCH parts: `oklch(${colour} / alpha)`. */
    readonly colour: string;
  }[];
  /** The first is the area itself, the others are what wrap-around makes of it. */
  readonly copies: readonly Point[];
  /** Half the height that has to be in view. */
  readonly reachM: number;
  readonly isdM: number;
}

/** Returns the scene of a layout; `lightness` is the theme's cell lightness. */
export function mapScene(layout: RanLayout, lightness: number): MapScene {
  const { sites, cells, isdM } = layout;
  const neighbourDeg = neighbourDirectionDeg(sites);
  const sectorsOf = sites.map((_, site) => cells.filter((cell) => cell.site === site).length);
  const seen = sites.map(() => 0);
  const reachM = Math.max(...sites.map(({ yM }) => Math.abs(yM))) + 0.6 * isdM;
  return {
    sites,
    cells: cells.map(({ name, site, azimuthDeg }) => ({
      name,
      site: sites[site],
      shape: sectorShape(isdM, neighbourDeg, azimuthDeg, sectorsOf[site]),
      colour: cellColour(site, seen[site]++, lightness),
    })),
    copies: copiesInView(layout.latticeM, 4.5 * reachM),
    reachM,
    isdM,
  };
}

/** Returns the place of a phone in the area itself: the copy of it that is nearest to one of the area's own sites. */
export function homeCopy(scene: MapScene, xM: number, yM: number): Point {
  let best = { xM, yM };
  let bestM = Number.POSITIVE_INFINITY;
  for (const copy of scene.copies) {
    const at = { xM: xM + copy.xM, yM: yM + copy.yM };
    for (const site of scene.sites) {
      const distanceM = Math.hypot(site.xM - at.xM, site.yM - at.yM);
      if (distanceM >= bestM) continue;
      bestM = distanceM;
      best = at;
    }
  }
  return best;
}

/** Returns the copy of `site` that is nearest to `place`: where wrap-around lets the phone be served from. */
export function nearestCopy(scene: MapScene, site: Point, place: Point): Point {
  let best = site;
  let bestM = Number.POSITIVE_INFINITY;
  for (const copy of scene.copies) {
    const at = { xM: site.xM + copy.xM, yM: site.yM + copy.yM };
    const distanceM = Math.hypot(at.xM - place.xM, at.yM - place.yM);
    if (distanceM >= bestM) continue;
    bestM = distanceM;
    best = at;
  }
  return best;
}
