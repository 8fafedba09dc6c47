import { z } from "zod";
import { type KpiRow, kpiRowSchema } from "../experiment/kpi-row.ts";
import { parseInput } from "../parse.ts";

/**
 * What stands beside a model's weights: enough to know what it takes and returns, how its numbers are scaled, how it was
 * trained, on what, and how well it did. `adapters/model-store.ts` writes it and holds the file of weights to it.
 */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 as 64 hexadecimal digits");

const valueSpecSchema = z.strictObject({
  name: z.string().min(1),
  type: z.enum(["float32", "int64", "bool"]),
  /** Sizes, outermost first. */
  shape: z.array(z.int().nonnegative()),
});

const trainingSchema = z.strictObject({
  /** The exact command line, as typed after `baton`. */
  command: z.array(z.string().min(1)).min(1),
  seed: z.int().nonnegative().max(0xffffffff),
  /** Optimiser steps taken. */
  steps: z.int().nonnegative(),
  /** Of the bytes of the training data. */
  dataSha256: sha256,
  /** Results repeat bit for bit on one version of onnxruntime and one class of CPU, and not necessarily elsewhere. */
  onnxruntime: z.string().min(1),
  cpuClass: z.string().min(1),
  gitRevision: z.string().min(1).optional(),
});

export const modelManifestSchema = z.strictObject({
  format: z.literal(1),
  /** Names the model and its version; payloads carry its hash, so that latents of another model are refused. */
  modelId: z.string().min(1),
  inputs: z.array(valueSpecSchema),
  outputs: z.array(valueSpecSchema).min(1),
  /** Constants by which numbers are scaled before the model sees them and after it answers. */
  normalisation: z.record(z.string(), z.union([z.number(), z.array(z.number())])),
  training: trainingSchema,
  /** Of the file of weights beside the manifest. */
  onnxSha256: sha256,
  /** What the model reached, each number with its domain and kind. */
  metrics: z.array(kpiRowSchema),
});

export interface ModelManifest extends Omit<z.infer<typeof modelManifestSchema>, "metrics"> {
  readonly metrics: readonly KpiRow[];
}

/**
 * Returns a manifest read from JSON; `subject` names the file in errors. Throws BadInputError for the first thing that is
 * missing, unknown, of another format version or no number.
 */
export function parseModelManifest(value: unknown, subject: string): ModelManifest {
  return parseInput(modelManifestSchema, value, subject, "bad-model-manifest") as ModelManifest;
}
