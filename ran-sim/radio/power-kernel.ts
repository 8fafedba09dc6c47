/**
 * What the sweep over all cells of a phone (`power-sweep.ts`) reads, in flat arrays, and what it writes on the way. One shape for every
 * radio environment, and no variables of a closure: the second world of a process then runs on the code compiled for the first.
 */

import { antennaTables } from "./antenna-tables.ts";
import type { SitePositions, Torus } from "./layout.ts";
import type { PathLossModel } from "./path-loss-model.ts";
import type { SiteAntennas } from "./site-gain.ts";
import { MAP_FIELDS, type SiteMaps } from "./site-maps.ts";
import { createGridCell, type GridCell, type TorusGrid } from "./torus-grid.ts";

/** Made by `createPowerKernel`. */
export interface PowerKernel {
  readonly torus: Torus;
  readonly isHexagonal: boolean;
  /** Squares of the lattice vectors' lengths. */
  readonly t1M2: number;
  readonly t2M2: number;
  /** Nearer than this there is no second image within `seamM`. */
  readonly clearM2: number;
  /** See `writeSiteGains`. */
  readonly seamM: number;
  /** Gains depend on the direction: seams show. */
  readonly hasDirection: boolean;
  readonly grid: TorusGrid;
  /** See `SiteMaps.values`. */
  readonly values: Float32Array;
  /** [site]: positions, in metres and in coordinates of the lattice; antennas. */
  readonly siteX: Float64Array;
  readonly siteY: Float64Array;
  readonly siteP: Float64Array;
  readonly siteQ: Float64Array;
  readonly antennas: readonly SiteAntennas[];
  /** [site, 13]: power of an element at the greatest gain, and the site's `PathLossModel`; one array, because a loop pays for each. */
  readonly constants: Float64Array;
  /** By how much of itself RMa's LOS sigma grows beyond the breakpoint, and over which share of its distance. */
  readonly sigmaGrowth: number;
  readonly sigmaRampShare: number;
  /** [site]: its first cell; the last entry is the number of cells. */
  readonly firstCell: Int32Array;
  /** [cell]: its site, and the direction of its boresight. */
  readonly cellSite: Int32Array;
  readonly cosine: Float64Array;
  readonly sine: Float64Array;
  /** See `AntennaTables`. */
  readonly maximumGainDbi: number;
  readonly leastHorizontal: number;
  readonly leastVertical: number;
  readonly leastOfBoth: number;
  readonly cutH: Float64Array;
  readonly firstH: number;
  readonly perUnitH: number;
  readonly cutV: Float64Array;
  readonly firstV: number;
  readonly perUnitV: number;
  readonly noiseMw: number;

  // Scratch of one phone.
  readonly located: GridCell;
  /** [site, MAP_FIELDS] */
  readonly fields: Float64Array;
  /** [site]: displacement from the site, then its direction. */
  readonly east: Float64Array;
  readonly north: Float64Array;
  readonly distanceM2: Float64Array;
  /** [site]: power of a cell at the greatest gain, and the vertical cut as a ratio. */
  readonly siteMw: Float64Array;
  readonly vertical: Float64Array;
  /** The sites to whose seam the phone is near. */
  readonly seams: Int32Array;
  /** [8] */
  readonly images: Float64Array;
  /** [sector] */
  readonly gainsDbi: Float64Array;
}

/** What a kernel is made of; all lists are [site]. */
export interface PowerKernelOptions extends Pick<PowerKernel, "torus" | "antennas" | "noiseMw"> {
  readonly sites: SitePositions;
  readonly maps: SiteMaps;
  readonly pathLosses: readonly PathLossModel[];
  /** One number for a site with an isotropic antenna. */
  readonly boresightsDeg: readonly (readonly number[])[];
  readonly elementPowerDbm: readonly number[];
  readonly sigmaGrowth: number;
  readonly sigmaRampShare: number;
}

/** Returns the kernel of sites that have the same antennas but for their boresights; null where these have no tables. */
export function createPowerKernel(options: PowerKernelOptions): PowerKernel | null {
  const { torus, sites, maps, pathLosses, antennas, boresightsDeg } = options;
  const { antenna, seamM } = antennas[0];
  const tables = antennaTables(
    antenna,
    pathLosses.map(({ heightDifferenceM }) => heightDifferenceM),
  );
  if (tables === null) return null;
  const siteCount = sites.xM.length;
  const perSite = (of: (site: number) => number = () => 0): Float64Array =>
    Float64Array.from({ length: siteCount }, (_, site) => of(site));
  const firstCell = new Int32Array(siteCount + 1);
  for (const [site, sectors] of boresightsDeg.entries()) {
    firstCell[site + 1] = firstCell[site] + sectors.length;
  }
  const boresights = boresightsDeg.flat().map((deg) => (Number.isNaN(deg) ? 0 : (deg * Math.PI) / 180));
  const t1M2 = torus.t1xM ** 2 + torus.t1yM ** 2;
  const t2M2 = torus.t2xM ** 2 + torus.t2yM ** 2;
  return {
    torus,
    isHexagonal: torus.lattice === "hexagonal",
    t1M2,
    t2M2,
    // No lattice vector is shorter than the shorter of these two.
    clearM2: Math.max(0, (Math.sqrt(Math.min(t1M2, t2M2)) - seamM) / 2) ** 2,
    seamM,
    hasDirection: antenna.kind !== "isotropic",
    grid: maps.grid,
    values: maps.values,
    siteX: sites.xM,
    siteY: sites.yM,
    siteP: perSite((site) => torus.pxPerM * sites.xM[site] + torus.pyPerM * sites.yM[site]),
    siteQ: perSite((site) => torus.qxPerM * sites.xM[site] + torus.qyPerM * sites.yM[site]),
    antennas,
    constants: Float64Array.from(
      pathLosses.flatMap((model, site) =>
        constantsOf(model, options.elementPowerDbm[site] + tables.maximumGainDbi),
      ),
    ),
    sigmaGrowth: options.sigmaGrowth,
    sigmaRampShare: options.sigmaRampShare,
    firstCell,
    cellSite: Int32Array.from(boresightsDeg.flatMap((sectors, site) => sectors.map(() => site))),
    cosine: Float64Array.from(boresights, Math.cos),
    sine: Float64Array.from(boresights, Math.sin),
    maximumGainDbi: tables.maximumGainDbi,
    leastHorizontal: tables.leastHorizontal,
    leastVertical: tables.leastVertical,
    leastOfBoth: tables.leastOfBoth,
    cutH: tables.horizontal.coefficients,
    firstH: tables.horizontal.first,
    perUnitH: tables.horizontal.perUnit,
    cutV: tables.vertical.coefficients,
    firstV: tables.vertical.first,
    perUnitV: tables.vertical.perUnit,
    noiseMw: options.noiseMw,
    located: createGridCell(),
    fields: new Float64Array(siteCount * MAP_FIELDS),
    east: perSite(),
    north: perSite(),
    distanceM2: perSite(),
    siteMw: perSite(),
    vertical: perSite(),
    seams: new Int32Array(siteCount),
    images: new Float64Array(8),
    gainsDbi: new Float64Array(Math.max(...boresightsDeg.map((sectors) => sectors.length))),
  };
}

/** Returns the 13 numbers of a site, in the order in which `findSitePowers` reads them. */
function constantsOf({ los, beyond, nlos, ...model }: PathLossModel, powerDbm: number): number[] {
  return [
    ...[powerDbm, model.minimumD2dM, model.heightDifferenceM, model.minimumD3dM ** 2, model.breakpointM],
    // Slopes are per decade of distance; the kernel's logarithm is 20 lg of it.
    ...[los.interceptDb, los.slopeDb / 20, los.linearDbPerM, beyond.interceptDb, beyond.slopeDb / 20],
    ...[nlos.interceptDb, nlos.slopeDb / 20, model.nlosAboveLos ? 0 : Number.NEGATIVE_INFINITY],
  ];
}
