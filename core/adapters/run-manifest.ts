import { createHash } from "node:crypto";
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
  /** The tables of a complete run, by file name; null in a manifest of before these were kept. */
  tables: z
    .record(
      z.string().regex(/^[a-z]+\.parquet$/),
      z.object({
        rows: z.number().int().positive(),
        bytes: z.number().int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .nullable()
    .default(null),
  versions: z.record(z.string(), z.string()),
  gitRevision: z.string().nullable(),
  machine: z.object({ platform: z.string(), cpu: z.string(), cores: z.number(), memoryGib: z.number() }),
});

export type RunManifest = z.infer<typeof runManifestSchema>;

/** What is known of a run before it runs. */
export type RunDescription = Omit<
  RunManifest,
  "format" | "id" | "finishedAt" | "complete" | "wallTimeS" | "tables"
>;

/** Returns the manifest as its file holds it: JSON whose `checksum`, the last field, is of all the others. */
export function manifestText(manifest: RunManifest): string {
  return JSON.stringify({ ...manifest, checksum: checksumOf(manifest) }, null, 2);
}

/**
 * Returns the manifest that `text` holds. Throws RangeError that says what is wrong with it: no JSON, a field that is none,
 * another checksum. One without a checksum is of before these were kept, and read as it stands.
 */
export function parseManifest(text: string): RunManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RangeError("text that is no JSON");
  }
  if (typeof value !== "object" || value === null) throw new RangeError("no object");
  const { checksum, ...fields } = value as Record<string, unknown>;
  if (checksum !== undefined && checksum !== checksumOf(fields)) {
    throw new RangeError("another text than its checksum is of");
  }
  const parsed = runManifestSchema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const [{ path }] = parsed.error.issues;
  throw new RangeError(`no "${path.join(".")}" as this version writes it`);
}

/** SHA-256 of the fields as JSON; their order is that of the file. */
function checksumOf(fields: object): string {
  return createHash("sha256").update(JSON.stringify(fields)).digest("hex");
}
