// A pipeline, its document, its model and the figures it is costed with: one zod schema is parser, type and JSON Schema.

import { z } from "zod";
import { BadInputError, kpisSchema, linkParametersSchema, parseInput, type precisions } from "#core";
import { cachePriceFactors, linkCalibrations, prefillCalibrations } from "./cost/calibration.ts";
import type { CalibrationFile } from "./cost/calibration-file.ts";
import { type ModelPreset, type ModelShape, modelPresets } from "./cost/model.ts";
import { fleetSchema } from "./fleet/fleet-schema.ts";
import { MOST_FACTS } from "./language-model/language.ts";
import { createGraph, type PipelineGraph } from "./pipeline/graph.ts";

const tokenCount = z.int().min(1).max(1_000_000);
const positive = z.number().positive();
const keysOf = <T extends Record<string, unknown>>(record: T) =>
  Object.keys(record) as [keyof T & string, ...(keyof T & string)[]];

const stageSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "a name of a-z, 0-9 and -, starting with a letter"),
  role: z
    .string()
    .min(1)
    .meta({ description: "role prompt; its tokens are counted unless roleTokens is given" }),
  roleTokens: tokenCount.optional(),
  outputTokens: tokenCount.meta({ description: "median tokens that the stage generates" }),
  after: z
    .array(z.string())
    .default([])
    .meta({ description: "stages whose output it needs; none for an entry" }),
});

const documentSchema = z
  .strictObject({
    tokens: z
      .int()
      .min(16)
      .max(200_000)
      .default(1024)
      .meta({ description: "median tokens of a generated document" }),
    spread: z
      .number()
      .min(0)
      .max(2)
      .default(0.35)
      .meta({ description: "sigma of the logarithm of its tokens" }),
    text: z.string().min(1).optional(),
    file: z.string().min(1).optional(),
  })
  .refine((document) => document.text === undefined || document.file === undefined, "text or file, not both");

const modelSchema = z.strictObject({
  preset: z.enum(keysOf(modelPresets)).default("qwen2.5-7b"),
  layers: z.int().min(1).optional(),
  heads: z.int().min(1).optional(),
  kvHeads: z.int().min(1).optional(),
  headSize: z.int().min(1).optional(),
  parameters: positive.optional(),
});

const calibrationSchema = z.strictObject({
  file: z.string().min(1).optional().meta({
    description: "speeds measured by agent calibrate: model, prefill and decodeTokensPerS are then its own",
  }),
  prefill: z.enum(keysOf(prefillCalibrations)).default("qwen2.5-7b-linear"),
  prefillTokensPerS: positive
    .optional()
    .meta({ description: "instead of the cited speed, at prefillAtTokens; attention is added around it" }),
  prefillAtTokens: tokenCount
    .optional()
    .meta({ description: "length of the prompts at which prefillTokensPerS holds; default 1000" }),
  prefillFixedMs: z.number().min(0).optional(),
  decodeTokensPerS: positive
    .default(60)
    .meta({ description: "of one sequence with nothing behind it; context slows it" }),
  weightBytes: positive.optional().meta({
    description: "bytes of a weight in memory, which decoding reads; default that of the cited speed's model",
  }),
  link: z.enum(keysOf(linkCalibrations)).default("10gbe"),
  linkBytesPerS: positive.optional().meta({ description: "instead of the link's cited rate" }),
  linkDelayMs: z.number().min(0).default(1),
  inputUsdPerMTok: z.number().min(0).default(1),
  outputUsdPerMTok: z.number().min(0).default(5),
  cacheWriteFactor: z.number().min(0).default(cachePriceFactors.write),
  cacheReadFactor: z.number().min(0).default(cachePriceFactors.read),
  tokenizer: z.enum(["o200k_base", "cl100k_base"]).default("o200k_base"),
});

/** What befalls a message. A delay does not belong here: it would stand among times that a clock measured. */
const faultsSchema = linkParametersSchema.pick({
  lossProbability: true,
  duplicateProbability: true,
  corruptProbability: true,
});

/** What only runs with a language model read (`agent run --measured`). */
const measuredSchema = z.strictObject({
  facts: z
    .array(z.int().min(1).max(MOST_FACTS))
    .min(1)
    .default([1, 2, 4, 8, 16])
    .meta({ description: "facts of the documents, a breakdown each" }),
  documents: z
    .int()
    .min(1)
    .max(10_000)
    .default(16)
    .meta({ description: "for each seed and number of facts" }),
  oracleDocuments: z
    .int()
    .min(1)
    .max(10_000)
    .default(16)
    .meta({ description: "most documents for each number of facts in the arm oracle, over all seeds" }),
  bytes: z.int().min(1).max(65_536).default(128).meta({
    description: "of a latent's values, at most; slots share them, and the oracle sends all of its vectors",
  }),
  trainingSeeds: z
    .array(z.int().min(1))
    .min(1)
    .refine((seeds) => new Set(seeds).size === seeds.length, "each training seed once")
    .default([1])
    .meta({
      description: "of the encoders' weights: each document is handed over by the encoder of every one",
    }),
  link: faultsSchema.prefault({}),
});

/** Every default is here: a file says what differs. */
export const agentScenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, "a name of a-z, 0-9 and -"),
  description: z.string().default(""),
  entries: z
    .array(z.string())
    .default([])
    .meta({ description: "where tasks begin; default the first stage after nothing" }),
  stages: z.array(stageSchema).min(2).max(64),
  document: documentSchema.prefault({}),
  outputSpread: z
    .number()
    .min(0)
    .max(2)
    .default(0.25)
    .meta({ description: "sigma of the logarithm of output tokens" }),
  tasksPerSeed: z.int().min(1).max(10_000).default(5),
  arrivals: z.strictObject({ meanGapS: positive }).optional().meta({
    description: "exponential gaps between tasks; without it each task starts when the one before is done",
  }),
  fleet: fleetSchema.optional().meta({
    description: "servers that many tasks share; without it every stage has an agent of its own",
  }),
  workload: z
    .strictObject({
      file: z.string().min(1).optional(),
      timeUnit: z.enum(["s", "ms"]).optional().meta({
        description: "of a Mooncake trace's timestamps; default ms, refused where that is implausibly dense",
      }),
      blockTokens: z.int().min(1).max(65_536).optional().meta({
        description: "tokens of a Mooncake trace's blocks; default 512",
      }),
    })
    .optional()
    .meta({
      description: "Azure or Mooncake requests whose lengths the tasks take",
    }),
  model: modelSchema.prefault({}),
  calibration: calibrationSchema.prefault({}),
  cache: z.strictObject({ blockTokens: z.int().min(1).max(4096).default(16) }).prefault({}),
  text: z.strictObject({ encoding: z.enum(["utf8", "ids"]).default("utf8") }).prefault({}),
  summary: z
    .strictObject({
      ratio: z.number().gt(0).max(1).default(0.25),
      method: z.enum(["extractive", "generated"]).default("extractive"),
    })
    .prefault({}),
  kv: z
    .strictObject({
      precision: z.enum(["fp16", "int8"] satisfies (typeof precisions)[number][]).default("fp16"),
    })
    .prefault({}),
  relay: z.enum(["forward", "reencode"]).default("forward"),
  measured: measuredSchema.prefault({}),
  kpis: kpisSchema.optional(),
});

/** A scenario as parsed, defaults filled in, its graph checked and its model complete. */
export interface AgentScenario extends Omit<z.output<typeof agentScenarioSchema>, "model"> {
  readonly model: ModelShape;
  readonly graph: PipelineGraph;
  /** What `calibration.file` holds. */
  readonly speeds?: CalibrationFile;
}

/**
 * Returns the scenario that `value` (a parsed YAML document) describes. Throws BadInputError with the path in the file,
 * what was expected and found, and the nearest valid key or stage.
 */
export function parseAgentScenario(value: unknown, subject: string): AgentScenario {
  const parsed = parseInput(agentScenarioSchema, value, subject, "bad-parameter");
  const { preset, ...overrides } = parsed.model;
  refuseBoth(parsed, subject);
  return {
    ...parsed,
    model: completeModel(preset, overrides, subject),
    graph: createGraph(parsed.stages, parsed.entries, subject),
  };
}

/** Throws for what would be said twice. */
function refuseBoth(
  { arrivals, fleet, calibration }: z.output<typeof agentScenarioSchema>,
  subject: string,
): void {
  const { file, prefillTokensPerS, prefillAtTokens, prefillFixedMs, weightBytes } = calibration;
  const refuse = (place: string, expected: string, got: string): never => {
    throw new BadInputError("bad-parameter", { subject: `${subject}, ${place}`, expected, got });
  };
  if (arrivals !== undefined && fleet !== undefined)
    refuse("arrivals", "arrivals or fleet.arrivals, not both", "both");
  if (file !== undefined && (prefillTokensPerS ?? prefillFixedMs ?? weightBytes) !== undefined)
    refuse("calibration", "a file or speeds of its own, not both", "both");
  if (prefillAtTokens !== undefined && prefillTokensPerS === undefined)
    refuse("calibration.prefillAtTokens", "prefillTokensPerS beside it", "none");
}

/** Returns the JSON Schema of a scenario file (draft 2020-12), made from the parser itself. */
export function agentScenarioJsonSchema(): unknown {
  return z.toJSONSchema(agentScenarioSchema, { io: "input" });
}

function completeModel(
  preset: ModelPreset,
  overrides: Omit<z.output<typeof modelSchema>, "preset">,
  subject: string,
): ModelShape {
  const changed = Object.entries(overrides).filter(([, value]) => value !== undefined);
  const model = { ...modelPresets[preset], ...Object.fromEntries(changed) };
  if (model.heads % model.kvHeads !== 0) {
    throw new BadInputError("bad-parameter", {
      subject: `${subject}, model.kvHeads`,
      expected: `a divisor of the ${model.heads} heads`,
      got: String(model.kvHeads),
    });
  }
  return changed.length === 0 ? model : { ...model, name: `${preset}-changed` };
}
