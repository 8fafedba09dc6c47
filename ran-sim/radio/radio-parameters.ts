/** The parameters of a radio environment, their defaults for the named scenarios, and their check. */

import { BadInputError } from "#core";
import { ENVIRONMENTS, type Environment } from "./tr38901-tables.ts";

/** Three-sector sites of TR 38.901 7.3, or one isotropic antenna a site for checks against closed forms. */
export type AntennaParameters =
  | { readonly kind: "sector"; readonly boresightsDeg: readonly number[]; readonly downtiltDeg: number }
  | { readonly kind: "isotropic"; readonly gainDbi: number };

/** Constant for a run. 3GPP names where there is one; the unit is in the name. */
export interface RadioParameters {
  readonly environment: Environment;
  /** Rings of sites around the centre: 0, 1, 2 give 1, 7, 19 sites. */
  readonly rings: number;
  /** Inter-site distance. */
  readonly isdM: number;
  readonly antenna: AntennaParameters;
  readonly hBsM: number;
  readonly hUtM: number;
  readonly carrierGhz: number;
  readonly bandwidthMhz: number;
  readonly subcarrierSpacingKhz: 15 | 30;
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

/** TS 38.101-1 Table 5.3.2-1, transmission bandwidth N_RB by subcarrier spacing (kHz) and channel bandwidth (MHz). */
const RESOURCE_BLOCKS: Readonly<Record<15 | 30, Readonly<Record<number, number>>>> = {
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
};

/** Returns N_RB of a channel (TS 38.101-1 Table 5.3.2-1). Throws RangeError when the table has no such channel. */
export function resourceBlocks(bandwidthMhz: number, subcarrierSpacingKhz: 15 | 30): number {
  const blocks = RESOURCE_BLOCKS[subcarrierSpacingKhz]?.[bandwidthMhz];
  if (blocks === undefined) {
    throw new RangeError(`resourceBlocks: no channel of ${bandwidthMhz} MHz at ${subcarrierSpacingKhz} kHz`);
  }
  return blocks;
}

/** Returns the number of cells: sites times antennas of a site. */
export function cellCountOf(parameters: RadioParameters): number {
  const { rings, antenna } = parameters;
  return (3 * rings * (rings + 1) + 1) * (antenna.kind === "sector" ? antenna.boresightsDeg.length : 1);
}

/** Throws BadInputError with code "radio-parameter", naming `path` and the parameter, unless all can be simulated. */
export function checkRadioParameters(parameters: RadioParameters, path = "radio"): void {
  const require = (legal: boolean, name: string, expected: string, got: unknown): void => {
    if (legal) return;
    throw new BadInputError("radio-parameter", {
      subject: `${path}.${name}`,
      expected,
      got: JSON.stringify(got),
    });
  };
  const requireWithin = (name: keyof RadioParameters, least: number, most: number): void => {
    const value = parameters[name];
    const legal = typeof value === "number" && value >= least && value <= most;
    require(legal, name, `a number from ${least} to ${most}`, value);
  };
  const { environment, antenna, load, rings, subcarrierSpacingKhz, bandwidthMhz } = parameters;
  require(ENVIRONMENTS.includes(
    environment,
  ), "environment", `one of ${ENVIRONMENTS.join(", ")}`, environment);
  require(Number.isInteger(rings) && rings >= 0 && rings <= 2, "rings", "0, 1 or 2", rings);
  requireWithin("isdM", 10, 10_000);
  requireWithin("hBsM", 1.5, 150);
  requireWithin("hUtM", 1, 12.9);
  requireWithin("carrierGhz", 0.5, 100);
  requireWithin("txPowerDbm", -50, 80);
  requireWithin("noiseFigureDb", 0, 30);
  requireWithin("losTransitionM", 0, 100);
  const outdoor = environment === "UMa" || environment === "UMi";
  require(!outdoor ||
    (parameters.hBsM > 1 &&
      parameters.hUtM > 1), "hUtM", "more than the environment height of 1 m", parameters.hUtM);
  const spacings = RESOURCE_BLOCKS[subcarrierSpacingKhz];
  require(spacings !== undefined, "subcarrierSpacingKhz", "15 or 30", subcarrierSpacingKhz);
  require(spacings[bandwidthMhz] !==
    undefined, "bandwidthMhz", `one of ${Object.keys(spacings).join(", ")} at ${subcarrierSpacingKhz} kHz`, bandwidthMhz);
  require(antenna.kind === "isotropic" ||
    antenna.boresightsDeg.length > 0, "antenna.boresightsDeg", "at least one azimuth", antenna);
  const loads = typeof load === "number" ? [load] : load;
  require(loads.every((one) => one >= 0 && one <= 1), "load", "numbers from 0 to 1", load);
  const cellCount = cellCountOf(parameters);
  require(typeof load === "number" ||
    load.length === cellCount, "load", `one number, or one for each of ${cellCount} cells`, load);
}
