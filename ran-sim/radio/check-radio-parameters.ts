/** What of the parameters of a radio environment can be simulated. */

import { BadInputError } from "#core";
import { RELEASES } from "./penetration-loss.ts";
import {
  type AntennaParameters,
  cellCountOf,
  type RadioParameters,
  RESOURCE_BLOCKS,
} from "./radio-parameters.ts";
import { ENVIRONMENTS, RMA_STREET_RANGE_M } from "./tr38901-tables.ts";

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
  const within: Within = (value, name, least, most) =>
    require(value >= least && value <= most, name, `a number from ${least} to ${most}`, value);
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
  require(spacings !== undefined, "subcarrierSpacingKhz", "15, 30, 60 or 120", subcarrierSpacingKhz);
  require(spacings[bandwidthMhz] !==
    undefined, "bandwidthMhz", `one of ${Object.keys(spacings).join(", ")} at ${subcarrierSpacingKhz} kHz`, bandwidthMhz);
  require(antenna.kind === "isotropic" ||
    antenna.boresightsDeg.length > 0, "antenna.boresightsDeg", "at least one azimuth", antenna);
  checkAntenna(antenna, require, within);
  const loads = typeof load === "number" ? [load] : load;
  require(loads.every((one) => one >= 0 && one <= 1), "load", "numbers from 0 to 1", load);
  const cellCount = cellCountOf(parameters);
  require(typeof load === "number" ||
    load.length === cellCount, "load", `one number, or one for each of ${cellCount} cells`, load);
  checkOptional(parameters, require, within);
  checkDistanceLaw(parameters, require, within);
}

type Require = (legal: boolean, name: string, expected: string, got: unknown) => void;
type Within = (value: number, name: string, least: number, most: number) => void;

function checkAntenna(antenna: AntennaParameters, require: Require, within: Within): void {
  if (antenna.kind === "isotropic") return;
  within(antenna.mechanicalTiltDeg ?? 0, "antenna.mechanicalTiltDeg", -90, 90);
  if (antenna.kind !== "beams") within(antenna.downtiltDeg, "antenna.downtiltDeg", -90, 90);
  if (antenna.kind === "sector") return;
  const count = (value: number, name: string, most: number): void =>
    require(Number.isInteger(value) &&
      value >= 1 &&
      value <= most, name, `a whole number from 1 to ${most}`, value);
  count(antenna.rows, "antenna.rows", 64);
  within(antenna.spacingWavelengths, "antenna.spacingWavelengths", 0.1, 2);
  if (antenna.kind !== "beams") return;
  count(antenna.columns, "antenna.columns", 64);
  const { beamAzimuthsDeg, beamDowntiltsDeg } = antenna;
  for (const azimuthDeg of beamAzimuthsDeg) within(azimuthDeg, "antenna.beamAzimuthsDeg", -90, 90);
  for (const downtiltDeg of beamDowntiltsDeg) within(downtiltDeg, "antenna.beamDowntiltsDeg", -90, 90);
  const beams = beamAzimuthsDeg.length * beamDowntiltsDeg.length;
  // TS 38.213 4.1: at most 64 SSBs in a burst set.
  require(beams >= 1 &&
    beams <= 64, "antenna.beamAzimuthsDeg", "azimuths x downtilts of 1 to 64 beams", beams);
  count(antenna.averagedBeams, "antenna.averagedBeams", Math.min(16, beams));
}

/** The parameters that may be left out. */
function checkOptional(parameters: RadioParameters, require: Require, within: Within): void {
  const { environment, release, users, interSiteCorrelation, extraShadowing, nlosFormula } = parameters;
  const formulas = environment === "RMa" ? ["standard"] : ["standard", "optional"];
  const formula = nlosFormula ?? "standard";
  require(formulas.includes(
    formula,
  ), "nlosFormula", `one of ${formulas.join(", ")} in ${environment}`, formula);
  for (const name of ["streetWidthM", "buildingHeightM"] as const) {
    const valueM = parameters[name];
    if (valueM === undefined) continue;
    const { least, most } = RMA_STREET_RANGE_M;
    require(environment === "RMa" && valueM >= least && valueM <= most, name, environment === "RMa"
      ? `a number from ${least} to ${most}`
      : `to be left out in ${environment}, whose path loss has none`, valueM);
  }
  if (release !== undefined) {
    require(RELEASES.includes(release), "release", `one of ${RELEASES.join(", ")}`, release);
  }
  if (interSiteCorrelation !== undefined) within(interSiteCorrelation, "interSiteCorrelation", 0, 1);
  if (extraShadowing !== undefined) {
    within(extraShadowing.sigmaDb, "extraShadowing.sigmaDb", 0, 20);
    within(extraShadowing.decorrelationM, "extraShadowing.decorrelationM", 5, 1000);
  }
  if (users === undefined) return;
  within(users.indoorShare, "users.indoorShare", 0, 1);
  within(users.carShare, "users.carShare", 0, 1);
  const { highLossShare = 0 } = users;
  within(highLossShare, "users.highLossShare", 0, 1);
  require(environment !== "RMa" ||
    highLossShare ===
      0, "users.highLossShare", "0 in RMa, where only the low-loss model is applicable (7.4.3.1)", highLossShare);
  const inside = users.indoorShare + users.carShare;
  require(inside <= 1 + 1e-9, "users.carShare", "indoor and car shares that add up to at most 1", inside);
  const office = environment === "InH-mixed" || environment === "InH-open";
  require(!office || inside === 0, "users", "nobody behind a wall in an indoor office (7.4.3)", users);
  const { floors } = users;
  require(floors === "ground" ||
    floors === "calibration", "users.floors", '"ground" or "calibration"', floors);
}

/** A distance law takes the place of what an environment has: none of that may be asked for beside it. */
function checkDistanceLaw(parameters: RadioParameters, require: Require, within: Within): void {
  const { distanceLaw: law, environment, lineOfSight, nlosFormula, users } = parameters;
  if (law === undefined) return;
  within(law.interceptDb, "distanceLaw.interceptDb", 0, 300);
  within(law.slopeDb, "distanceLaw.slopeDb", 0, 100);
  within(law.minimumDistanceM, "distanceLaw.minimumDistanceM", 1, 1000);
  within(law.penetrationDb, "distanceLaw.penetrationDb", 0, 60);
  within(law.shadowing.sigmaDb, "distanceLaw.shadowing.sigmaDb", 0, 20);
  within(law.shadowing.correlationDistanceM, "distanceLaw.shadowing.correlationDistanceM", 5, 1000);
  const leaveOut = "to be left out beside radio.distanceLaw";
  require(environment === "UMa", "environment", leaveOut, environment);
  require(lineOfSight === "stochastic", "lineOfSight", leaveOut, lineOfSight);
  require(nlosFormula !== "optional", "nlosFormula", leaveOut, nlosFormula);
  const walled = users !== undefined && users.indoorShare + users.carShare > 0;
  require(!walled, "users", "nobody behind a wall of TR 38.901 beside radio.distanceLaw, which has penetrationDb", users);
}
