/** The layouts that a few numbers describe, each as a plan centred on (0, 0). */

import { hexSites, hexTorus, type SitePositions } from "../radio/layout.ts";
import type { Edge, Ground } from "./ground.ts";
import type { LayoutOf } from "./layout-schema.ts";
import { PLAIN_PLAN, type SitePlan, torusAround } from "./site-plan.ts";

/** Rings of sites around the centre, by the number of sites. */
export const HEX_RINGS = { 1: 0, 7: 1, 19: 2 } as const;

/** Returns hexagonal sites on the torus that they tile. */
export function planHex({ sites, isdM }: LayoutOf<"hex">): SitePlan {
  const torus = hexTorus(HEX_RINGS[sites], isdM);
  return {
    ...PLAIN_PLAN,
    placement: { torus, sites: hexSites(HEX_RINGS[sites], isdM) },
    isdM,
    ground: { kind: "torus", torus },
  };
}

/** Returns sites at crossings of a grid of streets. */
export function planManhattan(layout: LayoutOf<"manhattan">): SitePlan {
  const { sitesX, sitesY, blockM, blocksPerSite, edge } = layout;
  const isdM = blockM * blocksPerSite;
  const ground = rectangle(sitesX * isdM, sitesY * isdM, edge, edge);
  // The crossing nearest to the middle of each site's own square: streets run along the edges and every block from there.
  const first = Math.floor(blocksPerSite / 2) * blockM;
  const at = (sites: number, i: number): number => first + i * isdM - (sites * isdM) / 2;
  const sites = gridSites(
    sitesX,
    sitesY,
    (i) => at(sitesX, i),
    (j) => at(sitesY, j),
  );
  return { ...placed(sites, ground, isdM), blockM };
}

/** Ground on either side of a road or track. */
const VERGE_M = 50;

/** Returns sites beside a straight road or track along x, on both sides in turn or on one (y above 0). */
export function planLine(layout: LayoutOf<"highway"> | LayoutOf<"rail">): SitePlan {
  const { sites: count, isdM, offsetM, sides, edge } = layout;
  const lengthM = count * isdM;
  const ground = rectangle(lengthM, 2 * VERGE_M, edge, "bounce");
  const sites = {
    xM: Float64Array.from({ length: count }, (_, i) => (i + 0.5) * isdM - lengthM / 2),
    yM: Float64Array.from(
      { length: count },
      (_, i) => (sides === "alternate" && i % 2 === 1 ? -1 : 1) * offsetM,
    ),
  };
  return {
    ...placed(sites, ground, isdM),
    path: alongX(ground.xMinM, ground.xMaxM, edge === "wrap" ? "wrap" : "turn"),
  };
}

/** Returns two sites a site distance apart, with a road that runs past each by half a site distance. */
export function planTwoCell({ isdM }: LayoutOf<"two-cell">): SitePlan {
  const ground = rectangle(2 * isdM, isdM, "bounce", "bounce");
  const sites = { xM: Float64Array.of(-isdM / 2, isdM / 2), yM: new Float64Array(2) };
  return { ...placed(sites, ground, isdM), path: alongX(ground.xMinM, ground.xMaxM, "turn") };
}

/** Returns rows of sites in a room. */
export function planOffice({ sitesX, sitesY, isdM, wallM }: LayoutOf<"office">): SitePlan {
  const ground = rectangle(sitesX * isdM, (sitesY - 1) * isdM + 2 * wallM, "bounce", "bounce");
  const sites = gridSites(
    sitesX,
    sitesY,
    (i) => (i - (sitesX - 1) / 2) * isdM,
    (j) => (j - (sitesY - 1) / 2) * isdM,
  );
  return placed(sites, ground, isdM);
}

type Rectangle = Extract<Ground, { kind: "rectangle" }>;

function rectangle(widthM: number, heightM: number, xEdge: Edge, yEdge: Edge): Rectangle {
  return {
    kind: "rectangle",
    xMinM: -widthM / 2,
    xMaxM: widthM / 2,
    yMinM: -heightM / 2,
    yMaxM: heightM / 2,
    xEdge,
    yEdge,
  };
}

function placed(sites: SitePositions, ground: Rectangle, isdM: number): SitePlan {
  return { ...PLAIN_PLAN, placement: { ...torusAround(sites, ground, isdM), sites }, isdM, ground };
}

function alongX(fromM: number, toM: number, atEnd: "wrap" | "turn") {
  return { xM: [fromM, toM], yM: [0, 0], atEnd };
}

/** Row by row, each from low to high x. */
function gridSites(
  columns: number,
  rows: number,
  x: (i: number) => number,
  y: (j: number) => number,
): SitePositions {
  const length = columns * rows;
  return {
    xM: Float64Array.from({ length }, (_, k) => x(k % columns)),
    yM: Float64Array.from({ length }, (_, k) => y(Math.floor(k / columns))),
  };
}
