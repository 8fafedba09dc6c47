/** A plan of sites that a file gives. */

import { BadInputError } from "#core";
import type { Ground } from "./ground.ts";
import type { LayoutOf } from "./layout-schema.ts";
import type { CsvSites } from "./site-csv.ts";
import { PLAIN_PLAN, type SitePlan, torusAround } from "./site-plan.ts";

/** The site distance of a plan with a single site, which has none. */
const LONE_SITE_M = 500;

/**
 * Returns the plan of `csv` on the rectangle around its sites. `hBsM` and `txPowerDbm` hold for sites without their own.
 * The site distance is the median distance to the nearest neighbour. Throws BadInputError ("site-file") where the file
 * has azimuths and the scenario isotropic antennas.
 */
export function planCustom(
  layout: LayoutOf<"custom">,
  csv: CsvSites,
  { hBsM, txPowerDbm }: { readonly hBsM: number; readonly txPowerDbm: number },
): SitePlan {
  const { antenna, marginM, edge, file } = layout;
  const sites = {
    xM: Float64Array.from(csv.sites, (site) => site.xM),
    yM: Float64Array.from(csv.sites, (site) => site.yM),
  };
  if (antenna.kind === "isotropic" && csv.sites.some((site) => site.azimuthsDeg !== null)) {
    throw new BadInputError("site-file", {
      subject: `${file}, azimuths_deg`,
      expected: "no azimuths with layout.antenna.kind isotropic",
      got: "azimuths",
      remedy: "set layout.antenna.kind to sector, or leave the column out",
    });
  }
  const ground: Ground = {
    kind: "rectangle",
    xMinM: Math.min(...sites.xM) - marginM,
    xMaxM: Math.max(...sites.xM) + marginM,
    yMinM: Math.min(...sites.yM) - marginM,
    yMaxM: Math.max(...sites.yM) + marginM,
    xEdge: edge,
    yEdge: edge,
  };
  if (!(ground.xMaxM > ground.xMinM && ground.yMaxM > ground.yMinM)) {
    throw new BadInputError("bad-parameter", {
      subject: "layout.marginM",
      expected: "more than 0 around sites in one line",
      got: `${marginM}`,
    });
  }
  const isdM = medianNeighbourM(csv);
  return {
    ...PLAIN_PLAN,
    placement: {
      ...torusAround(sites, ground, isdM),
      sites,
      ...(antenna.kind === "isotropic"
        ? {}
        : { boresightsDeg: csv.sites.map((site) => site.azimuthsDeg ?? antenna.boresightsDeg) }),
      hBsM: csv.sites.map((site) => site.hBsM ?? hBsM),
      txPowerDbm: csv.sites.map((site) => site.txPowerDbm ?? txPowerDbm),
    },
    isdM,
    ground,
    siteNames: csv.sites.map((site) => site.name),
    origin: csv.origin,
  };
}

function medianNeighbourM({ sites }: CsvSites): number {
  if (sites.length < 2) return LONE_SITE_M;
  const nearest = sites
    .map((one) =>
      Math.min(
        ...sites
          .filter((other) => other !== one)
          .map((other) => Math.hypot(one.xM - other.xM, one.yM - other.yM)),
      ),
    )
    .sort((a, b) => a - b);
  // Within what the radio takes for a site distance.
  return Math.min(10_000, Math.max(10, nearest[Math.floor((nearest.length - 1) / 2)]));
}
