// Speeds that were measured on the user's machine: the JSON that `baton agent calibrate` writes and `calibration.file` names.
import { z } from "zod";
import { BadInputError, parseInput } from "#core";

const count = z.int().min(1);
/** Of how many repetitions a value is the median, and their 95 % interval where there is one. */
const measured = {
  kind: z.literal("measured"),
  n: count,
  ci95: z.tuple([z.number(), z.number()]).optional(),
};

const ascending = (key: string) => `${key} rising from entry to entry`;
const rises = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 || value > values[i - 1]);

const codec = z
  .array(z.strictObject({ ...measured, tokens: count, bytes: count, ms: z.number().min(0) }))
  .refine((points) => rises(points.map(({ tokens }) => tokens)), ascending("tokens"));

export const calibrationFileSchema = z.strictObject({
  format: z.literal("baton-calibration"),
  version: z.literal(1),
  measuredAt: z.iso.date().meta({ description: "the day, as 2026-11-27" }),
  machine: z.string().min(1).meta({ description: "processor or accelerator, cores, memory, in words" }),
  runtime: z.string().min(1).meta({ description: "what ran the model, with its version" }),
  model: z
    .strictObject({
      name: z.string().min(1),
      layers: count,
      heads: count,
      kvHeads: count,
      headSize: count,
      parameters: z.number().positive(),
    })
    .refine(({ heads, kvHeads }) => heads % kvHeads === 0, "kvHeads that divide heads"),
  prefillFixedMs: z
    .strictObject({ ...measured, ms: z.number().min(0) })
    .optional()
    .meta({ description: "what every prompt takes besides; without it, 0" }),
  prefill: z
    .array(z.strictObject({ ...measured, tokens: count, tokensPerS: z.number().positive() }))
    .min(1)
    .refine((points) => rises(points.map(({ tokens }) => tokens)), ascending("tokens"))
    .meta({ description: "speed of prefilling prompts of so many tokens with an empty cache" }),
  decode: z
    .array(
      z.strictObject({
        ...measured,
        sequences: count,
        tokensPerS: z.number().positive(),
        contextTokens: z.number().min(0).optional().meta({
          description: "mean tokens behind which each sequence decoded; without it, 0",
        }),
      }),
    )
    .min(1)
    .refine((points) => rises(points.map(({ sequences }) => sequences)), ascending("sequences"))
    .meta({ description: "tokens a second of all sequences of a batch together" }),
  cachedPrefill: z
    .array(
      z.strictObject({ ...measured, tokens: count, cachedTokens: count, tokensPerS: z.number().positive() }),
    )
    .refine((points) => rises(points.map(({ cachedTokens }) => cachedTokens)), ascending("cachedTokens"))
    .optional()
    .meta({ description: "speed of prefilling tokens behind others that are in the cache" }),
  cacheExport: codec.optional().meta({ description: "time to write a key-value cache as a message" }),
  cacheImport: codec.optional().meta({ description: "time to open that message again" }),
});

export type CalibrationFile = z.output<typeof calibrationFileSchema>;

/** Returns the calibration that `text` is. Throws BadInputError with the path in the file, or for what is no JSON. */
export function parseCalibrationFile(text: string, subject: string): CalibrationFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadInputError("bad-calibration", {
      subject,
      expected: "the JSON that baton agent calibrate writes",
      got: (error as Error).message,
    });
  }
  return parseInput(calibrationFileSchema, value, subject, "bad-calibration");
}

/** Returns whose speeds these are, for rows. */
export function calibrationSource({ machine, runtime, model, measuredAt }: CalibrationFile): string {
  return `${machine}, ${runtime}, ${model.name}, ${measuredAt}`;
}
