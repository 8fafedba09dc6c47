import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { BadInputError, parseInput } from "#core";
import { RRC_ENUMERATIONS } from "../measurement/rrc-enumerations.ts";

/** The parameters of the arm `a3-tuned`, as `baton ran tune` wrote them. */

const file = new URL("./weights/a3-tuned.json", import.meta.url);

const pointSchema = z.strictObject({
  offsetDb: z.number().min(-15).max(15),
  hysteresisDb: z.number().min(0).max(15),
  timeToTriggerMs: z.literal(RRC_ENUMERATIONS.timeToTriggerMs),
  filterCoefficient: z.literal(RRC_ENUMERATIONS.filterCoefficient),
});

const measuredSchema = pointSchema.extend({
  shortStayRate: z.number().nullable(),
  failuresPerHandover: z.number().nullable(),
  handoverAttempts: z.int(),
});

/** What the file holds: the best point, the law of choice, what it was measured on, and every point of the grid. */
export const tunedSchema = z.strictObject({
  chosen: pointSchema,
  minimised: z.literal("shortStayRate + failuresPerHandover"),
  manifest: z.strictObject({
    command: z.string(),
    scenario: z.string(),
    /** Seeds of the training worlds: so many from the first on. */
    firstSeed: z.int(),
    worlds: z.int(),
    users: z.int(),
    durationS: z.number(),
    warmUpS: z.number(),
    gridPoints: z.int(),
  }),
  /** In the order of the grid; a rate without an attempt is null. */
  points: z.array(measuredSchema),
});

export type TunedA3 = z.output<typeof tunedSchema>;
export type A3Point = z.output<typeof pointSchema>;
export type MeasuredA3Point = z.output<typeof measuredSchema>;

let kept: A3Point | null = null;

/** Returns the chosen point. Throws a BadInputError when the file is missing or is not what the command writes. */
export function tunedA3(): A3Point {
  if (kept === null) {
    if (!existsSync(file)) {
      throw new BadInputError("bad-parameter", {
        subject: "ran-sim/policy/weights/a3-tuned.json",
        expected: "the result of the tuning",
        got: "no such file",
        remedy: "run baton ran tune",
      });
    }
    kept = parseInput(tunedSchema, JSON.parse(readFileSync(file, "utf8")), "a3-tuned.json").chosen;
  }
  return kept;
}
