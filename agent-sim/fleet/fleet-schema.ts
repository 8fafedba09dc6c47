// The `fleet:` section of a scenario: servers, how they batch, what they cache, how they are linked, how tasks arrive.
import { z } from "zod";

const count = z.int().min(1);

const batchingSchema = z
  .strictObject({
    tokensPerIteration: count.max(1_000_000).default(2048).meta({
      description: "token budget of an iteration: one for each sequence that decodes, the rest for prompts",
    }),
    maxSequences: count.max(1024).default(64).meta({ description: "sequences of a batch" }),
    sequenceMs: z.number().min(0).default(0.15).meta({
      description: "what each further sequence adds to a decoding step; not used with calibration.file",
    }),
    mixing: z.enum(["add", "overlap"]).default("add").meta({
      description: "whether decoding adds to a prefill in the same iteration, or hides behind it",
    }),
  })
  .refine(
    ({ tokensPerIteration, maxSequences }) => tokensPerIteration > maxSequences,
    "tokensPerIteration above maxSequences, or prompts would never get their turn",
  );

const arrivalsSchema = z.strictObject({
  kind: z.enum(["poisson", "workload"]).default("poisson").meta({
    description: "exponential gaps, or times and lengths of the requests in workload.file",
  }),
  tasksPerS: z.number().positive().default(2).meta({ description: "of poisson" }),
  speedUp: z.number().positive().default(1).meta({
    description: "of workload: how much faster than recorded",
  }),
});

/** Every default is here. vLLM's own scheduler starts from 2,048 tokens and 128 sequences an iteration. */
export const fleetSchema = z.strictObject({
  servers: count.max(1024).default(4),
  routing: z
    .enum(["cache-aware", "least-loaded", "round-robin", "by-stage", "by-task"])
    .default("cache-aware")
    .meta({ description: "which server gets a request" }),
  batching: batchingSchema.prefault({}),
  cache: z
    .strictObject({
      capacityTokens: z.int().min(0).max(100_000_000).default(200_000),
      capacityBytes: z.number().min(0).optional().meta({ description: "instead of capacityTokens" }),
    })
    .prefault({})
    .meta({ description: "prefix cache of each server" }),
  link: z
    .strictObject({
      scope: z.enum(["server", "fleet"]).default("server").meta({
        description:
          "one link out of each server, or one for all; rate and delay are those of the calibration",
      }),
      sharing: z.enum(["fair", "fifo", "none"]).default("fair"),
    })
    .prefault({}),
  latent: z
    .strictObject({
      bytes: count.max(1_000_000).default(128),
      vectors: count
        .max(4096)
        .default(4)
        .meta({ description: "K memory vectors that the receiver prefills" }),
      slots: count.max(4096).default(16),
      slotBytes: count.max(65_536).default(8),
    })
    .prefault({}),
  arrivals: arrivalsSchema.prefault({}),
  warmUpTasks: z.int().min(0).max(10_000).default(20).meta({
    description: "first tasks of a seed that run and are not counted: the fleet starts empty",
  }),
});

export type FleetSettings = z.output<typeof fleetSchema>;
