import { z } from "zod";
import { BadInputError, linkParametersSchema, parseInput } from "#core";

/** Who moves where, under which radio and which rules: one schema is parser, type and published JSON Schema. */

const probability = z.number().min(0).max(1);
const positive = z.number().positive();

const sectorAntennaSchema = z.strictObject({
  kind: z.literal("sector"),
  boresightsDeg: z.array(z.number()).min(1).max(6).default([30, 150, 270]),
  downtiltDeg: z.number().min(-90).max(90).default(8),
});
const isotropicAntennaSchema = z.strictObject({
  kind: z.literal("isotropic"),
  gainDbi: z.number().default(0),
});

/** Hexagonal sites on a torus (wrap-around). */
const layoutSchema = z.strictObject({
  sites: z.union([z.literal(1), z.literal(7), z.literal(19)]).default(7),
  isdM: z.number().min(10).max(10_000).default(500),
  antenna: z
    .discriminatedUnion("kind", [sectorAntennaSchema, isotropicAntennaSchema])
    .prefault({ kind: "sector" }),
});

/** TR 38.901 and what it leaves open; the last four are assumed, not specified. */
const radioSchema = z.strictObject({
  environment: z.enum(["UMa", "UMi", "RMa"]).default("UMa"),
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
  load: probability.default(0.5),
});

const mobilitySchema = z.strictObject({
  users: z.int().min(1).max(5000).default(100),
  speedKmh: z.number().min(0).max(1000).default(60),
});

const measurementSchema = z.strictObject({
  /** Length of the L1 mean in mW, and of the radio link monitoring mean. */
  l1PeriodMs: positive.default(200),
  /** Standard deviation of the RSRP error, one draw per L1 period; TR 36.839 practice is 1.216 dB. */
  errorSigmaDb: z.number().min(0).max(10).default(1.216),
});

const handoverSchema = z.strictObject({
  qOutDb: z.number().default(-8),
  qInDb: z.number().default(-6),
  n310: z.int().default(10),
  n311: z.int().default(3),
  t310Ms: z.number().default(1000),
  /** Spacing of in-sync and out-of-sync indications: TS 38.133 8.1.6 allows max(10 ms, RLM-RS period). */
  indicationPeriodMs: positive.default(10),
  preparationMs: z.number().min(0).default(50),
  executionMs: z.number().min(0).default(40),
  reestablishmentMs: z.number().min(0).default(200),
  /** TXnRELOCprep: how long the source waits for an answer to its HANDOVER REQUEST. */
  preparationTimeoutMs: positive.default(500),
  /** After a preparation that failed the source asks again no sooner than the next event report. */
  reportIntervalMs: z.number().default(240),
  refusalProbability: probability.default(0),
  requestLossProbability: probability.default(0),
  /** Report also when a cell leaves cellsTriggeredList; the source then cancels its preparation. */
  reportOnLeave: z.boolean().default(false),
  minimumTimeOfStayMs: positive.default(1000),
});

const a3Schema = z.strictObject({
  offsetDb: z.number().default(2),
  hysteresisDb: z.number().default(0),
  timeToTriggerMs: z.number().default(160),
  filterCoefficient: z.number().default(1),
});

const a5Schema = z.strictObject({
  threshold1Dbm: z.number().min(-156).max(-31).default(-95),
  threshold2Dbm: z.number().min(-156).max(-31).default(-95),
  hysteresisDb: z.number().default(1),
  timeToTriggerMs: z.number().default(160),
  filterCoefficient: z.number().default(4),
});

const networkSchema = z.strictObject({
  /** How often the network learns the L1 RSRP of every cell; assumed. */
  reportPeriodMs: positive.default(40),
  /** This and the next four were chosen on validation worlds (seeds from 2,000,000), for the arm `full`. */
  levelTimeConstantMs: positive.default(50),
  slopeTimeConstantMs: positive.default(1600),
  /** After this long a memory that started cold is trusted to 63 %. */
  confidenceTimeConstantMs: positive.default(800),
  horizonMs: z.number().min(0).default(400),
  biasLimitDb: z.number().min(0).max(24).default(4),
});

const payloadSchema = z.strictObject({
  /** Bytes of values; the header of the payload comes on top. */
  bytes: z.int().min(4).max(4096).default(128),
  precision: z.enum(["fp32", "fp16", "int8"]).default("int8"),
});

const trainingSchema = z.strictObject({
  /** Worlds with seeds from 1,000,000 up, on which PCA and the random projection are fitted. */
  worlds: z.int().min(1).max(100).default(2),
  durationS: positive.default(15),
});

export const ranScenarioSchema = z.strictObject({
  name: z.string().min(1).default("hex-uma"),
  durationS: positive.default(60),
  /** Until the means, the filters and the serving cells are in steady state nothing is counted. */
  warmUpS: z.number().min(0).default(5),
  tickMs: z.number().min(1).max(200).default(10),
  layout: layoutSchema.prefault({}),
  radio: radioSchema.prefault({}),
  mobility: mobilitySchema.prefault({}),
  measurement: measurementSchema.prefault({}),
  handover: handoverSchema.prefault({}),
  a3: a3Schema.prefault({}),
  a5: a5Schema.prefault({}),
  network: networkSchema.prefault({}),
  payload: payloadSchema.prefault({}),
  /** The link that carries the payload; its 5 ms are assumed. */
  xn: linkParametersSchema.extend({ delayMs: z.number().min(0).default(5) }).prefault({}),
  training: trainingSchema.prefault({}),
});

/** A whole scenario, defaults filled in. The defaults are `hex-uma` of this project's conventions. */
export type RanScenario = z.output<typeof ranScenarioSchema>;

/** TS 38.331 6.3: the values that the information elements can take. */
const legal = {
  timeToTriggerMs: [0, 40, 64, 80, 100, 128, 160, 256, 320, 480, 512, 640, 1024, 1280, 2560, 5120],
  filterCoefficient: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 17, 19],
  n310: [1, 2, 3, 4, 6, 8, 10, 20],
  n311: [1, 2, 3, 4, 5, 6, 8, 10],
  t310Ms: [0, 50, 100, 200, 500, 1000, 2000, 4000, 6000],
  reportIntervalMs: [120, 240, 480, 640, 1024, 2048, 5120, 10240],
} as const;

/**
 * Returns the scenario in `document` (an empty one is `hex-uma`). Throws a BadInputError that names the path, what was
 * expected and what was found: first by shape, then by the enumerations of TS 38.331 6.3.
 */
export function parseRanScenario(document: unknown, subject: string): RanScenario {
  const scenario = parseInput(ranScenarioSchema, document ?? {}, subject);
  const { handover, a3, a5, network } = scenario;
  requireOneOf(subject, "handover.n310", handover.n310, legal.n310);
  requireOneOf(subject, "handover.n311", handover.n311, legal.n311);
  requireOneOf(subject, "handover.t310Ms", handover.t310Ms, legal.t310Ms);
  requireOneOf(subject, "handover.reportIntervalMs", handover.reportIntervalMs, legal.reportIntervalMs);
  for (const [section, rule] of [
    ["a3", a3],
    ["a5", a5],
  ] as const) {
    requireOneOf(subject, `${section}.timeToTriggerMs`, rule.timeToTriggerMs, legal.timeToTriggerMs);
    requireOneOf(subject, `${section}.filterCoefficient`, rule.filterCoefficient, legal.filterCoefficient);
    requireHalfSteps(subject, `${section}.hysteresisDb`, rule.hysteresisDb, 0, 15);
  }
  requireHalfSteps(subject, "a3.offsetDb", a3.offsetDb, -15, 15);
  requireThat(handover.qInDb > handover.qOutDb, subject, "handover.qInDb", {
    expected: `more than handover.qOutDb (${handover.qOutDb})`,
    got: `${handover.qInDb}`,
  });
  requireThat(network.reportPeriodMs >= scenario.tickMs, subject, "network.reportPeriodMs", {
    expected: `at least tickMs (${scenario.tickMs})`,
    got: `${network.reportPeriodMs}`,
  });
  return scenario;
}

function requireOneOf(subject: string, path: string, value: number, values: readonly number[]): void {
  requireThat(values.includes(value), subject, path, {
    expected: `one of ${values.join(", ")} (TS 38.331 6.3)`,
    got: `${value}`,
    remedy: `the nearest is ${values.reduce((a, b) => (Math.abs(b - value) < Math.abs(a - value) ? b : a))}`,
  });
}

function requireHalfSteps(subject: string, path: string, value: number, low: number, high: number): void {
  requireThat(value >= low && value <= high && Number.isInteger(value * 2), subject, path, {
    expected: `${low} to ${high} dB in steps of 0.5 dB (TS 38.331 6.3)`,
    got: `${value}`,
  });
}

function requireThat(
  holds: boolean,
  subject: string,
  path: string,
  parts: { readonly expected: string; readonly got: string; readonly remedy?: string },
): void {
  if (!holds) throw new BadInputError("bad-parameter", { subject: `${subject}, ${path}`, ...parts });
}
