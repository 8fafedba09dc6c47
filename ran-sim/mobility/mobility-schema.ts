import { z } from "zod";

/** Who moves, and how, as a scenario file gives it. */

export const mobilitySchema = z.strictObject({
  users: z.int().min(1).max(5000).default(100),
  speedKmh: z.number().min(0).max(1000).default(60),
});
