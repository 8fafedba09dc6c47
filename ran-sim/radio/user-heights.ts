/** What of the links of a site depends on how high the user is. */

import type { AnySite } from "./cell-gains.ts";
import { createHeightClass, type HeightClass } from "./indoor-loss.ts";
import type { RadioParameters } from "./radio-parameters.ts";
import { userHeightsM } from "./radio-users.ts";
import type { SiteMaps } from "./site-maps.ts";

/** What of a link depends on the user's height, [site]. */
export interface UserHeight {
  readonly classes: readonly HeightClass[];
  readonly antennas: readonly AnySite[];
}

/** Returns every height users can have. */
export function createHeights(
  parameters: RadioParameters,
  maps: SiteMaps,
  siteAntennas: readonly AnySite[],
  siteHeightsM: readonly number[],
): ReadonlyMap<number, UserHeight> {
  return new Map(
    userHeightsM(parameters).map((heightM) => {
      const classes = siteHeightsM.map((hBsM) => createHeightClass(parameters, maps, heightM, hBsM));
      const antennas = siteAntennas.map((site, index) => ({
        ...site,
        heightDifferenceM: classes[index].pathLoss.heightDifferenceM,
      }));
      return [heightM, { classes, antennas }] as const;
    }),
  );
}
