/** What of the map does not change from frame to frame: shapes, colours, copies. */
import type { RanLayout } from "../../protocol.ts";
import { cellColour } from "./cell-colour.ts";
import { type Bounds, boundsOf } from "./fit-view.ts";
import { edgeAt, sectorShape } from "./sector-shape.ts";
import { type Point, siteArea } from "./site-area.ts";

export interface MapScene {
  readonly sites: readonly Point[];
  readonly cells: readonly {
    readonly name: string;
    readonly site: Point;
    /** Corners relative to the site. */
    readonly shape: readonly Point[];
    /** Where the name stands, relative to the site; null for the only cell of a site, which is named above it. */
    readonly label: Point | null;
    /** OKLCH parts: `oklch(${colour} / alpha)`. */
    readonly colour: string;
  }[];
  /** The first is the area itself, the others are what wrap-around makes of it. */
  readonly copies: readonly Point[];
  /** What has to be in view: all cells of the area itself. */
  readonly bounds: Bounds;
  readonly isdM: number;
  /** Most cells of one site. */
  readonly sectors: number;
}

/** Returns the scene of a layout; `lightness` is the theme's cell lightness. */
export function mapScene(layout: RanLayout, lightness: number): MapScene {
  const { sites, cells, isdM, latticeM } = layout;
  const around = boundsOf(sites);
  const spanM = Math.max(around.toM.xM - around.fromM.xM, around.toM.yM - around.fromM.yM) + 2 * isdM;
  // As far as a canvas three times as wide as high can show.
  const copies = copiesWithin(latticeM, 3 * spanM);
  const everywhere = copies.flatMap((copy) =>
    sites.map(({ xM, yM }) => ({ xM: xM + copy.xM, yM: yM + copy.yM })),
  );
  const areas = sites.map((site) => siteArea(site, everywhere, isdM));
  const azimuthsOf = sites.map((_, site) =>
    cells.filter((cell) => cell.site === site).map(({ azimuthDeg }) => azimuthDeg),
  );
  const seen = sites.map(() => 0);
  return {
    sites,
    cells: cells.map(({ name, site, azimuthDeg }) => ({
      name,
      site: sites[site],
      shape: sectorShape(areas[site], azimuthDeg, azimuthsOf[site]),
      label: labelPlace(areas[site], azimuthDeg, azimuthsOf[site].length),
      colour: cellColour(site, seen[site]++, lightness),
    })),
    copies,
    bounds: boundsOf(
      areas.flatMap((area, i) => area.map(({ xM, yM }) => ({ xM: xM + sites[i].xM, yM: yM + sites[i].yM }))),
    ),
    isdM,
    sectors: Math.max(...azimuthsOf.map(({ length }) => length)),
  };
}

function labelPlace(area: readonly Point[], azimuthDeg: number, sectors: number): Point | null {
  if (sectors === 1) return null;
  // Two cells of a site look along a road or track, which the phones are on: their names stand beside it.
  const awayDeg = sectors > 2 ? 0 : Math.cos((azimuthDeg * Math.PI) / 180) > 0 ? 50 : -50;
  const edge = edgeAt(area, azimuthDeg + awayDeg);
  return { xM: 0.6 * edge.xM, yM: 0.6 * edge.yM };
}

/** Returns all translations of at most `reachM`: whole combinations of the lattice vectors, none first. */
export function copiesWithin(lattice: readonly Point[], reachM: number): readonly Point[] {
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
