import { z } from "zod";
import { PATTERN_NAMES } from "./antenna.ts";
import { ENVIRONMENTS } from "./tr38901-tables.ts";

/** Antennas and the channel, as a scenario file gives them. Ranges that depend on each other: `checkRadioParameters`. */

const share = z.number().min(0).max(1);
const boresightsDeg = z.array(z.number()).min(1).max(6).default([30, 150, 270]);
const mechanicalTiltDeg = z.number().min(-90).max(90).exactOptional();
const downtiltDeg = z.number().min(-90).max(90).default(8);
const spacingWavelengths = z.number().min(0.1).max(2).default(0.5);
const elements = z.int().min(1).max(64).default(8);

/** One antenna per sector: an element of TR 38.901 7.3, or the macro antenna of TR 36.814. */
const sectorAntennaSchema = z.strictObject({
  kind: z.literal("sector"),
  pattern: z.enum(PATTERN_NAMES).exactOptional(),
  boresightsDeg,
  downtiltDeg,
  mechanicalTiltDeg,
});

/** A column of elements per sector, tilted electrically. */
const panelAntennaSchema = z.strictObject({
  kind: z.literal("panel"),
  boresightsDeg,
  downtiltDeg,
  mechanicalTiltDeg,
  rows: elements,
  spacingWavelengths,
});

/** FR2: a panel per sector that sweeps SSB beams. */
const beamAntennaSchema = z.strictObject({
  kind: z.literal("beams"),
  boresightsDeg,
  mechanicalTiltDeg,
  rows: elements,
  columns: elements,
  spacingWavelengths,
  beamAzimuthsDeg: z
    .array(z.number())
    .min(1)
    .max(64)
    .default([-52.5, -37.5, -22.5, -7.5, 7.5, 22.5, 37.5, 52.5]),
  beamDowntiltsDeg: z.array(z.number()).min(1).max(64).default([4, 15]),
  /** nrofSS-BlocksToAverage, TS 38.331. */
  averagedBeams: z.int().min(1).max(16).default(1),
});

const isotropicAntennaSchema = z.strictObject({
  kind: z.literal("isotropic"),
  gainDbi: z.number().default(0),
});

/** The antennas of a site. */
export const antennaSchema = z.discriminatedUnion(
  "kind",
  [sectorAntennaSchema, panelAntennaSchema, beamAntennaSchema, isotropicAntennaSchema],
  { error: "one of sector, panel, beams, isotropic" },
);

/** Users indoors and in cars (TR 38.901 7.4.3); the rest is outdoors. */
const usersSchema = z.strictObject({
  indoorShare: share.default(0),
  carShare: share.default(0),
  /** 0.5 when left out; 0 in RMa, which has low-loss buildings only. */
  highLossShare: share.exactOptional(),
  metallizedCarWindows: z.boolean().default(false),
  floors: z.enum(["ground", "calibration"]).default("ground"),
});

const fadingSchema = z.strictObject({
  kind: z.enum(["rayleigh", "ricean"]),
  kFactorDb: z.number().min(-40).max(40).exactOptional(),
  branches: z.int().min(1).max(64).exactOptional(),
  waves: z.int().min(8).max(256).exactOptional(),
});

/** The defaults are those of TR 36.814 Table A.2.1.1-2 at 2 GHz, case 1. */
const distanceLawSchema = z.strictObject({
  interceptDb: z.number().min(0).max(300).default(128.1),
  slopeDb: z.number().min(0).max(100).default(37.6),
  minimumDistanceM: z.number().min(1).max(1000).default(35),
  penetrationDb: z.number().min(0).max(60).default(20),
  shadowing: z
    .strictObject({
      sigmaDb: z.number().min(0).max(20).default(8),
      correlationDistanceM: z.number().min(5).max(1000).default(50),
    })
    .prefault({}),
});

const blockageSchema = z.strictObject({
  episodesPerMinute: z.number().min(0).max(600),
  meanDurationS: z.number().min(0.01).max(60),
  lossDb: z.number().min(0).max(60),
  rampS: z.number().min(0).max(10).exactOptional(),
});

/** TR 38.901 and what it leaves open. Assumed, not specified: `losTransitionM`, `noiseFigureDb`, `load`. */
export const radioSchema = z.strictObject({
  environment: z.enum(ENVIRONMENTS).default("UMa"),
  carrierGhz: z.number().min(0.5).max(100).default(3.5),
  bandwidthMhz: z.number().default(20),
  txPowerDbm: z.number().min(-50).max(80).default(46),
  hBsM: z.number().min(1.5).max(150).default(25),
  hUtM: z.number().min(1).max(12.9).default(1.5),
  shadowing: z.boolean().default(true),
  lineOfSight: z.enum(["stochastic", "always", "never"]).default("stochastic"),
  losTransitionM: z.number().min(0).max(100).default(15),
  subcarrierSpacingKhz: z.union([z.literal(15), z.literal(30), z.literal(60), z.literal(120)]).default(30),
  noiseFigureDb: z.number().min(0).max(30).default(7),
  /** Share of resource elements on which a cell interferes; TR 36.839 simulates full load. */
  load: share.default(0.5),
  /** Release of TR 38.901. */
  release: z.union([z.literal(16), z.literal(17), z.literal(18), z.literal(19)]).default(16),
  /** The NLOS path loss of Table 7.4.1-1 with its sigma; RMa has no optional one. */
  nlosFormula: z.enum(["standard", "optional"]).exactOptional(),
  /** Average street width W and building height h of RMa, 20 m and 5 m when left out. */
  streetWidthM: z.number().min(5).max(50).exactOptional(),
  buildingHeightM: z.number().min(5).max(50).exactOptional(),
  /** Correlation of the shadowing of different sites. */
  interSiteCorrelation: share.default(0),
  users: usersSchema.exactOptional(),
  /** In place of the path loss, line of sight and shadowing of `environment`. */
  distanceLaw: distanceLawSchema.exactOptional(),
  /** Perturbation: a further shadowing field on every link. */
  extraShadowing: z
    .strictObject({ sigmaDb: z.number().min(0).max(20), decorrelationM: z.number().min(5).max(1000) })
    .exactOptional(),
  /** Fast fading, from the distance that a phone has moved. */
  fading: fadingSchema.exactOptional(),
  /** Perturbation: links that are blocked for a while. */
  blockage: blockageSchema.exactOptional(),
});
