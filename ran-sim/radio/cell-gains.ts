/** Gains of the cells of a site, whatever antennas it has. */

import { type BeamSite, beamCountOf, bestBeamsDb, writeSiteBeamGains } from "./beams.ts";
import type { AntennaParameters, RadioParameters } from "./radio-parameters.ts";
import { type SiteAntennas, writeSiteGains } from "./site-gain.ts";

export type AnySite = SiteAntennas | BeamSite;

/** Returns a site with the antennas of the parameters but its own boresights. */
export function siteOf(
  antenna: AntennaParameters,
  boresightsDeg: readonly number[],
  place: Omit<SiteAntennas, "antenna">,
): AnySite {
  if (antenna.kind === "isotropic") return { ...place, antenna };
  // Each kind for itself: a spread of the union has no kind that the compiler could tell.
  if (antenna.kind === "beams") return { ...place, antenna: { ...antenna, boresightsDeg } };
  return { ...place, antenna: { ...antenna, boresightsDeg } };
}

/** Made by `createCellGains`. */
export interface CellGains {
  /** Beams of a cell; 0 without beams. */
  readonly beamCount: number;
  /** [sector] dBi of the site last written; of the best beams, where there are beams. */
  readonly gainsDbi: Float64Array;
  /** [sector, beam] dBi of the site last written. */
  readonly beamsDb: Float64Array;
  /** Writes the gains of a site; `images` and `d2dM` as for `writeSiteGains`. */
  write(site: AnySite, images: Float64Array, d2dM: number): void;
  /**
   * Returns the mean power of a sector's beams over the cell's power, linear. Data goes through all of a cell's beams in
   * turn: it interferes with their mean, not with the best one's power.
   */
  meanOverCell(sector: number): number;
}

/** Returns the gains of sites with `boresights` [site][sector]. */
export function createCellGains(
  { antenna }: RadioParameters,
  boresights: readonly (readonly number[])[],
): CellGains {
  const sectorCount = Math.max(...boresights.map((sectors) => sectors.length));
  const gainsDbi = new Float64Array(sectorCount);
  if (antenna.kind !== "beams") {
    return {
      beamCount: 0,
      gainsDbi,
      beamsDb: new Float64Array(0),
      write(site, images, d2dM) {
        if (!isBeamSite(site)) writeSiteGains(site, images, d2dM, gainsDbi);
      },
      meanOverCell: () => 1,
    };
  }
  const beamCount = beamCountOf(antenna);
  const beamsDb = new Float64Array(sectorCount * beamCount);
  return {
    beamCount,
    gainsDbi,
    beamsDb,
    write(site, images, d2dM) {
      if (!isBeamSite(site)) return;
      writeSiteBeamGains(site, images, d2dM, beamsDb);
      for (let sector = 0; sector < site.antenna.boresightsDeg.length; sector++) {
        gainsDbi[sector] = bestBeamsDb(beamsDb, sector * beamCount, beamCount, antenna.averagedBeams);
      }
    },
    meanOverCell(sector) {
      const meanDb = bestBeamsDb(beamsDb, sector * beamCount, beamCount, beamCount);
      return 10 ** ((meanDb - gainsDbi[sector]) / 10);
    },
  };
}

/** Returns whether the site's cells have beams. */
export function isBeamSite(site: AnySite): site is BeamSite {
  return site.antenna.kind === "beams";
}
