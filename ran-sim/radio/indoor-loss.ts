/** Loss of links to indoor users: basic path loss, wall, inside and O2I shadowing (TR 38.901 7.4.3). */

import { createStream } from "#core";
import { lowEnvironmentShare, raisedEnvironmentHeightsM } from "./environment-height.ts";
import { createPathLoss, losAndNlosDb } from "./path-loss.ts";
import type { PathLossModel } from "./path-loss-model.ts";
import type { RadioParameters } from "./radio-parameters.ts";
import type { RadioUser } from "./radio-users.ts";
import { MAP_FIELDS, type SiteMaps } from "./site-maps.ts";
import { createGridCell, type GridCell, locate } from "./torus-grid.ts";

/** What all links between one terminal height and one base station height share. */
export interface HeightClass {
  readonly heightM: number;
  /** Path loss with h_E = 1 m. */
  readonly pathLoss: PathLossModel;
  /** Path loss with each of the other values h_E can take; empty but for UMa users of 13 m or more. */
  readonly raised: readonly PathLossModel[];
  /** LOS shares [node, site] if they differ from the ground's. */
  readonly losAloft: Float32Array | null;
}

/** Returns the class of a height, for a base station of `hBsM`. */
export function createHeightClass(
  parameters: RadioParameters,
  maps: SiteMaps,
  heightM: number,
  hBsM: number,
): HeightClass {
  const { environment } = parameters;
  const model = (environmentHeightM: number): PathLossModel =>
    createPathLoss(environment, { ...parameters, hBsM, hUtM: heightM, environmentHeightM });
  return {
    heightM,
    pathLoss: model(1),
    raised: environment === "UMa" ? raisedEnvironmentHeightsM(heightM).map(model) : [],
    losAloft: maps.losAloft.find((one) => one.heightM === heightM)?.share ?? null,
  };
}

/** Where one indoor user is, as `createIndoorLoss` is told. */
export interface IndoorLink {
  readonly ue: number;
  readonly user: RadioUser;
  readonly height: HeightClass;
  readonly site: number;
  readonly xM: number;
  readonly yM: number;
  /** Of `nearestImage`, from site to user; the nearest is `d2dM` long. */
  readonly images: Float64Array;
  readonly d2dM: number;
  /** See `writeSiteGains`: across a seam the direction to the site turns over this much. */
  readonly seamM: number;
}

/**
 * Returns the functions of indoor links.
 *
 * `losShare` is read where the straight line from the site enters the building, d2D-in before the user: 7.4.2 takes
 * the LOS probability at d2D-out. `lossDb` is w PL_LOS + (1 - w) PL_NLOS at the whole distance, plus the user's
 * penetration loss, plus the O2I shadowing of the place, which does not depend on the LOS state (Table 7.5-6).
 * UMa users of 13 m or more have a random h_E per link: purpose "radio/environment-height", entity user, step site.
 */
export function createIndoorLoss(
  maps: SiteMaps,
  siteCount: number,
  seed: number,
): {
  readonly losShare: (link: IndoorLink) => number;
  readonly lossDb: (link: IndoorLink) => number;
} {
  const draw = createStream(seed, "radio/environment-height");
  const wall = createGridCell();
  const place = createGridCell();
  const losses = new Float64Array(2);

  const losShare = (link: IndoorLink): number => {
    let xToSite = 0;
    let yToSite = 0;
    let weights = 0;
    for (let image = 0; image < link.images.length / 2; image++) {
      const dxM = link.images[2 * image];
      const dyM = link.images[2 * image + 1];
      const distanceM = Math.sqrt(dxM * dxM + dyM * dyM);
      const weight = 1 - (distanceM - link.d2dM) / link.seamM;
      if (!(weight > 0) || distanceM === 0) continue;
      weights += weight;
      xToSite -= (weight * dxM) / distanceM;
      yToSite -= (weight * dyM) / distanceM;
    }
    const backM = weights > 0 ? Math.min(link.user.indoorDistanceM, link.d2dM) / weights : 0;
    locate(maps.grid, link.xM + backM * xToSite, link.yM + backM * yToSite, wall);
    const { losAloft } = link.height;
    return losAloft === null
      ? bilinear(wall, maps.values, siteCount * MAP_FIELDS, link.site * MAP_FIELDS)
      : bilinear(wall, losAloft, siteCount, link.site);
  };

  return {
    losShare,
    lossDb(link) {
      const { height, d2dM, site } = link;
      losAndNlosDb(height.pathLoss, d2dM, losses);
      const share = losShare(link);
      let meanDb = share * losses[0] + (1 - share) * losses[1];
      if (height.raised.length > 0) {
        const low = lowEnvironmentShare(d2dM, height.heightM, draw.uniform(link.ue, site, 0));
        if (low < 1) {
          const raised = height.raised[draw.integer(height.raised.length, link.ue, site, 1)];
          losAndNlosDb(raised, d2dM, losses);
          meanDb = low * meanDb + (1 - low) * (share * losses[0] + (1 - share) * losses[1]);
        }
      }
      const { indoor } = maps;
      if (indoor === null) return meanDb + link.user.penetrationDb;
      locate(indoor.grid, link.xM, link.yM, place);
      return meanDb + link.user.penetrationDb + bilinear(place, indoor.shadowDb, siteCount, site);
    },
  };
}

/** Returns the value at a located position of a map whose node n is at n * stride + offset. */
function bilinear({ node, weight }: GridCell, values: Float32Array, stride: number, offset: number): number {
  return (
    weight[0] * values[node[0] * stride + offset] +
    weight[1] * values[node[1] * stride + offset] +
    weight[2] * values[node[2] * stride + offset] +
    weight[3] * values[node[3] * stride + offset]
  );
}
