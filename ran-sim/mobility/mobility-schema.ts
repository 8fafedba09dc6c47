import { z } from "zod";
import { columnsSchema } from "../trace/columns-schema.ts";

/** Who moves, and how, as a scenario file gives it. */

const kmh = z.number().min(0).max(1000);
/** One speed for all; a range or a list from which each phone draws one and keeps it. */
const speedSchema = z.union([kmh, z.strictObject({ min: kmh, max: kmh }), z.array(kmh).min(1)], {
  error: ({ input }) =>
    typeof input === "string" ? "a speed in km/h, as 60, { min: 3, max: 30 } or [3, 30, 60]" : undefined,
});
const probability = z.number().min(0).max(1);
const file = z.string().min(1);

/** Constant velocity in one random direction (TR 36.839). */
const straightLineSchema = z.strictObject({ kind: z.literal("straight-line") });

/** From one uniformly drawn place to the next, straight, with a pause at each. */
const randomWaypointSchema = z.strictObject({
  kind: z.literal("random-waypoint"),
  pauseS: z.strictObject({ min: z.number().min(0), max: z.number().min(0) }).default({ min: 0, max: 0 }),
});

/** Speed and direction remember their last values (Camp, Boleng and Davies 2002, section 2.5). */
const gaussMarkovSchema = z.strictObject({
  kind: z.literal("gauss-markov"),
  /** 0: no memory, Brownian; 1: a straight line. */
  memory: probability.default(0.75),
  stepS: z.number().min(0.1).max(60).default(1),
  speedSigmaKmh: z.number().min(0).max(200).default(5),
  directionSigmaDeg: z.number().min(0).max(180).default(30),
});

/** Along streets, turning at crossings; needs a layout that has streets. */
const manhattanSchema = z.strictObject({
  kind: z.literal("manhattan"),
  /** UMTS 30.03: 0.25 to either side; the rest goes straight on. */
  turnLeft: probability.default(0.25),
  turnRight: probability.default(0.25),
});

/** Along a line: the layout's road or track, or points of one's own. */
const pathSchema = z.strictObject({
  kind: z.literal("path"),
  /** x and y in metres; the layout's own path when left out. */
  points: z
    .array(z.tuple([z.number(), z.number()]))
    .min(2)
    .exactOptional(),
  directions: z.enum(["both", "forward", "backward"]).default("both"),
  /** Lanes in each direction, on the right of the middle. */
  lanes: z.int().min(1).max(8).default(1),
  laneWidthM: z.number().min(0).max(20).default(4),
  /** Phones ride together in so many trains of this length. */
  trains: z
    .strictObject({ count: z.int().min(1).max(100), lengthM: z.number().min(0).max(1000) })
    .exactOptional(),
});

/** Recorded positions: GPX, CSV, or SUMO floating car data. */
const traceSchema = z.strictObject({
  kind: z.literal("trace"),
  file,
  /** Time of the trace at the start of the simulation, from the first sample of the file on. */
  startS: z.number().min(0).default(0),
  /**
   * What a phone does when its track is over. `absent`: before its first sample and after its last it is not there, has no
   * exposure and no handover, and none is drawn. Left out: `absent` for SUMO floating car data, else `stay`.
   */
  atEnd: z.enum(["stay", "turn", "absent"]).exactOptional(),
  /** Of SUMO positions: metres, or longitude and latitude (`--fcd-output.geo`). Left out: found out from the file. */
  coordinates: z.enum(["metres", "degrees"]).exactOptional(),
  /** Of a CSV: `t_ms=time:s,lat=latitude,lon=longitude`, where its columns are called otherwise. */
  columns: columnsSchema.exactOptional(),
  /** Added to every place. */
  shiftM: z.tuple([z.number(), z.number()]).default([0, 0]),
});

const kinds = "straight-line, random-waypoint, gauss-markov, manhattan, path, trace";

const modelSchema = z.discriminatedUnion(
  "kind",
  [straightLineSchema, randomWaypointSchema, gaussMarkovSchema, manhattanSchema, pathSchema, traceSchema],
  { error: `one of ${kinds}` },
);

/** What is left out is as for all. */
const groupSchema = z.strictObject({
  /** So many phones; or a share of those that groups with a number leave over. */
  users: z.int().min(1).max(5000).exactOptional(),
  share: z.number().positive().max(1).exactOptional(),
  speedKmh: speedSchema.exactOptional(),
  model: modelSchema.exactOptional(),
});

export const mobilitySchema = z.strictObject({
  users: z.int().min(1).max(5000).default(100),
  speedKmh: speedSchema.default(60),
  model: modelSchema.prefault({ kind: "straight-line" }),
  groups: z.array(groupSchema).min(1).exactOptional(),
});

/** Mobility, defaults filled in. */
export type MobilityParameters = z.output<typeof mobilitySchema>;
export type SpeedKmh = z.output<typeof speedSchema>;
export type MobilityModel = z.output<typeof modelSchema>;
/** One kind of model. */
export type ModelOf<K extends MobilityModel["kind"]> = Extract<MobilityModel, { kind: K }>;
