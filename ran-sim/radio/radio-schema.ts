import { z } from "zod";

/** Antennas and the channel, as a scenario file gives them. */

const sectorAntennaSchema = z.strictObject({
  kind: z.literal("sector"),
  boresightsDeg: z.array(z.number()).min(1).max(6).default([30, 150, 270]),
  downtiltDeg: z.number().min(-90).max(90).default(8),
});
const isotropicAntennaSchema = z.strictObject({
  kind: z.literal("isotropic"),
  gainDbi: z.number().default(0),
});

/** The antennas of a site. */
export const antennaSchema = z.discriminatedUnion("kind", [sectorAntennaSchema, isotropicAntennaSchema]);

/** TR 38.901 and what it leaves open; the last four are assumed, not specified. */
export const radioSchema = z.strictObject({
  environment: z.enum(["UMa", "UMi", "RMa", "InH-mixed", "InH-open"]).default("UMa"),
  carrierGhz: z.number().min(0.5).max(100).default(3.5),
  bandwidthMhz: z.number().default(20),
  txPowerDbm: z.number().min(-50).max(80).default(46),
  hBsM: z.number().min(1.5).max(150).default(25),
  hUtM: z.number().min(1).max(12.9).default(1.5),
  shadowing: z.boolean().default(true),
  lineOfSight: z.enum(["stochastic", "always", "never"]).default("stochastic"),
  losTransitionM: z.number().min(0).max(100).default(15),
  subcarrierSpacingKhz: z.union([z.literal(15), z.literal(30)]).default(30),
  noiseFigureDb: z.number().min(0).max(30).default(7),
  /** Share of resource elements on which a cell interferes; TR 36.839 simulates full load. */
  load: z.number().min(0).max(1).default(0.5),
});
