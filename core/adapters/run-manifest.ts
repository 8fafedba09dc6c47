import { z } from "zod";
import { inputFileSchema } from "./input-files.ts";

/**
 * What a run was: enough to run it again. A run is complete only when this says so, and it says so last.
 */
export const runManifestSchema = z.object({
  format: z.literal(1),
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** The exact command line, as typed after `baton`. */
  command: z.array(z.string()),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  complete: z.boolean(),
  /** Seconds that the finished shards took, resumed sittings included. */
  wallTimeS: z.number().nonnegative(),
  experiments: z.array(
    z.object({
      name: z.string(),
      domain: z.enum(["ran", "agent"]),
      arms: z.array(z.string()),
      seeds: z.array(z.number()),
      shards: z.number().int(),
      /** Everything that decides the result: parsed parameters. */
      config: z.unknown(),
    }),
  ),
  /** Every file that the experiments read; a manifest of before these were kept has none. */
  inputs: z.array(inputFileSchema).default([]),
  versions: z.record(z.string(), z.string()),
  gitRevision: z.string().nullable(),
  machine: z.object({ platform: z.string(), cpu: z.string(), cores: z.number(), memoryGib: z.number() }),
});

export type RunManifest = z.infer<typeof runManifestSchema>;
