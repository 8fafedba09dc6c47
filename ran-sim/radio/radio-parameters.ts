/** The parameters of a radio environment, and their defaults for the named scenarios. */

import type { PatternName } from "./antenna.ts";
import type { DistanceLaw } from "./distance-law.ts";
import { hexSites, hexTorus, type SitePlacement } from "./layout.ts";
import type { Release } from "./penetration-loss.ts";
import type { Environment } from "./tr38901-tables.ts";
import type { UserPlaces } from "./user-places.ts";

/** Sectors of a site: one cell per boresight. */
interface SectorAntennas {
  readonly boresightsDeg: readonly number[];
  /** Electrical: the same at every azimuth. */
  readonly downtiltDeg: number;
  /** Turns the antenna, 7.1.3; on top of the electrical tilt. 0 when left out. */
  readonly mechanicalTiltDeg?: number;
}

/**
 * "sector": one antenna per sector, of TR 38.901 7.3 or another `pattern`. "panel": a column of `rows` such elements, `spacingWavelengths`
 * apart. "isotropic": one antenna a site, for checks against closed forms.
 */
export type AntennaParameters =
  | ({ readonly kind: "sector"; readonly pattern?: PatternName } & SectorAntennas)
  | ({ readonly kind: "panel"; readonly rows: number; readonly spacingWavelengths: number } & SectorAntennas)
  | BeamPanels
  | { readonly kind: "isotropic"; readonly gainDbi: number };

/** FR2: panels of rows x columns of the element, each of which sweeps a grid of SSB beams (`beams.ts`). */
interface BeamPanels {
  readonly kind: "beams";
  readonly boresightsDeg: readonly number[];
  readonly mechanicalTiltDeg?: number;
  readonly rows: number;
  readonly columns: number;
  readonly spacingWavelengths: number;
  /** Off the boresight. */
  readonly beamAzimuthsDeg: readonly number[];
  readonly beamDowntiltsDeg: readonly number[];
  /** nrofSS-BlocksToAverage: the cell's quality is the mean in mW of this many best beams. */
  readonly averagedBeams: number;
}

export type SubcarrierSpacingKhz = 15 | 30 | 60 | 120;

/** Constant for a run. 3GPP names where there is one; the unit is in the name. */
export interface RadioParameters {
  readonly environment: Environment;
  /** Rings of sites around the centre: 0, 1, 2 give 1, 7, 19 sites. */
  readonly rings: number;
  /** Inter-site distance; with a `placement` what is usual in it, which the width of wrap-around seams goes by. */
  readonly isdM: number;
  /** Sites anywhere, in place of the hexagons of `rings` and `isdM`. */
  readonly placement?: SitePlacement;
  readonly antenna: AntennaParameters;
  readonly hBsM: number;
  readonly hUtM: number;
  readonly carrierGhz: number;
  readonly bandwidthMhz: number;
  /** 15 and 30 in FR1, 60 and 120 in FR2. */
  readonly subcarrierSpacingKhz: SubcarrierSpacingKhz;
  /** Power of a cell over its whole bandwidth, at the antenna's input. */
  readonly txPowerDbm: number;
  readonly noiseFigureDb: number;
  /** Share of resource elements on which a cell interferes, 0..1: one number, or one per cell. */
  readonly load: number | readonly number[];
  /** "stochastic" draws LOS from 7.4.2; the others fix it, for checks against closed forms. */
  readonly lineOfSight: "stochastic" | "always" | "never";
  /** Metres over which a straight LOS boundary goes from 10 % to 90 % (see `los-map.ts`). */
  readonly losTransitionM: number;
  /** false switches the shadowing fields off. */
  readonly shadowing: boolean;
  /** Release of TR 38.901: 19 has another loss of IRR glass, the others are equal here. 16 when left out. */
  readonly release?: Release;
  /** Table 7.4.1-1 of TR 38.901 has an optional NLOS path loss, with a sigma of its own. "standard" when left out. */
  readonly nlosFormula?: "standard" | "optional";
  /** RMa alone: average street width W, 20 m when left out. */
  readonly streetWidthM?: number;
  /** RMa alone: average building height h, 5 m when left out. */
  readonly buildingHeightM?: number;
  /** Users indoors and in cars. All outdoors when left out. */
  readonly users?: UserPlaces;
  /** Correlation of the shadowing of different sites: 0 (TR 38.901, when left out) or 0.5 (TR 36.814), or between. */
  readonly interSiteCorrelation?: number;
  /** A further shadowing field per site, of any sigma and correlation distance, on links of every kind. */
  readonly extraShadowing?: { readonly sigmaDb: number; readonly decorrelationM: number };
  /** Loss by distance alone, in place of TR 38.901's path loss, line of sight and shadowing. */
  readonly distanceLaw?: DistanceLaw;
}

/**
 * `hex-uma`: 7 sites x 3 sectors, ISD 500 m, UMa at 3.5 GHz, 20 MHz, 46 dBm, h_BS 25 m, h_UT 1.5 m. Assumed, not
 * stated by a specification: load 0.5, downtilt 8 degrees, 30 kHz subcarriers (usual at 3.5 GHz), noise figure 7 dB.
 * Boresights point at neighbouring sites, so that sectors tile the plane as equal hexagons.
 */
export const HEX_UMA_RADIO: RadioParameters = {
  environment: "UMa",
  rings: 1,
  isdM: 500,
  antenna: { kind: "sector", boresightsDeg: [30, 150, 270], downtiltDeg: 8 },
  hBsM: 25,
  hUtM: 1.5,
  carrierGhz: 3.5,
  bandwidthMhz: 20,
  subcarrierSpacingKhz: 30,
  txPowerDbm: 46,
  noiseFigureDb: 7,
  load: 0.5,
  lineOfSight: "stochastic",
  losTransitionM: 15,
  shadowing: true,
};

/** `hex-umi`: the same in UMi - Street Canyon at ISD 200 m and h_BS 10 m. */
export const HEX_UMI_RADIO: RadioParameters = {
  ...HEX_UMA_RADIO,
  environment: "UMi",
  isdM: 200,
  hBsM: 10,
};

/**
 * FR2: UMi at ISD 200 m and 28 GHz, 100 MHz at 120 kHz; panels of 8 x 8 elements that sweep 16 SSB beams, 15 degrees apart in
 * azimuth. All but the path loss is assumed: 35 dBm, noise figure 10 dB, no mechanical tilt, the best beam is the cell,
 * and an isotropic terminal.
 */
export const HEX_UMI_FR2_RADIO: RadioParameters = {
  ...HEX_UMI_RADIO,
  carrierGhz: 28,
  bandwidthMhz: 100,
  subcarrierSpacingKhz: 120,
  txPowerDbm: 35,
  noiseFigureDb: 10,
  antenna: {
    kind: "beams",
    boresightsDeg: [30, 150, 270],
    rows: 8,
    columns: 8,
    spacingWavelengths: 0.5,
    beamAzimuthsDeg: [-52.5, -37.5, -22.5, -7.5, 7.5, 22.5, 37.5, 52.5],
    beamDowntiltsDeg: [4, 15],
    averagedBeams: 1,
  },
};

/**
 * Transmission bandwidth N_RB by subcarrier spacing (kHz) and channel bandwidth (MHz): TS 38.101-1 Table 5.3.2-1 for 15 and
 * 30 kHz, TS 38.101-2 Table 5.3.2-1 for 60 and 120 kHz.
 */
export const RESOURCE_BLOCKS: Readonly<Record<SubcarrierSpacingKhz, Readonly<Record<number, number>>>> = {
  15: { 5: 25, 10: 52, 15: 79, 20: 106, 25: 133, 30: 160, 40: 216, 50: 270 },
  30: {
    5: 11,
    10: 24,
    15: 38,
    20: 51,
    25: 65,
    30: 78,
    40: 106,
    50: 133,
    60: 162,
    80: 217,
    90: 245,
    100: 273,
  },
  60: { 50: 66, 100: 132, 200: 264 },
  120: { 50: 32, 100: 66, 200: 132, 400: 264 },
};

/** Returns N_RB of a channel (TS 38.101-1 and -2, Table 5.3.2-1). Throws RangeError when the table has no such channel. */
export function resourceBlocks(bandwidthMhz: number, subcarrierSpacingKhz: SubcarrierSpacingKhz): number {
  const blocks = RESOURCE_BLOCKS[subcarrierSpacingKhz]?.[bandwidthMhz];
  if (blocks === undefined) {
    throw new RangeError(`resourceBlocks: no channel of ${bandwidthMhz} MHz at ${subcarrierSpacingKhz} kHz`);
  }
  return blocks;
}

/** Returns where the sites stand. */
export function placementOf({ placement, rings, isdM }: RadioParameters): SitePlacement {
  return placement ?? { torus: hexTorus(rings, isdM), sites: hexSites(rings, isdM) };
}

/** Returns each site's boresights in degrees, [site][sector]; one NaN for an isotropic antenna. */
export function boresightsOf(parameters: RadioParameters): readonly (readonly number[])[] {
  const { antenna } = parameters;
  const { sites, boresightsDeg } = placementOf(parameters);
  return Array.from(sites.xM, (_, site) =>
    antenna.kind === "isotropic" ? [Number.NaN] : (boresightsDeg?.[site] ?? antenna.boresightsDeg),
  );
}

/** Returns the number of cells: the antennas of all sites. */
export function cellCountOf(parameters: RadioParameters): number {
  return boresightsOf(parameters).reduce((sum, sectors) => sum + sectors.length, 0);
}
