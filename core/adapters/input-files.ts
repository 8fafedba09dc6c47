import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { relative, sep } from "node:path";
import { z } from "zod";
import { BadInputError } from "../bad-input.ts";

/** A file that a run read, as its manifest names and knows it. */
export const inputFileSchema = z.object({
  /** From where the user stood, with `/`. */
  path: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type InputFile = z.infer<typeof inputFileSchema>;

/**
 * Returns what identifies each of `files` (absolute paths), each once, in order of their names as seen from `folder`.
 * Throws a BadInputError for one that cannot be read.
 */
export async function hashInputFiles(
  files: readonly string[],
  folder: string,
): Promise<readonly InputFile[]> {
  const inputs: InputFile[] = [];
  for (const file of [...new Set(files)].sort()) {
    const identity = await hashFile(file).catch((error) => {
      throw new BadInputError("trace-file", {
        subject: file,
        expected: "a file that can be read",
        got: (error as NodeJS.ErrnoException).code ?? String(error),
      });
    });
    inputs.push({ path: relative(folder, file).split(sep).join("/"), ...identity });
  }
  return inputs;
}

/** Returns what identifies a file by its contents; rejects with the system's error when it cannot be read. */
export async function hashFile(file: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const block of createReadStream(file)) {
    hash.update(block);
    bytes += block.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/**
 * Returns the first difference between what a run has read and what it would read now, in words, or null. Files are
 * the same when their bytes are, wherever the user stands and whatever they are called.
 */
export function changedInput(
  before: readonly InputFile[],
  now: readonly InputFile[],
): { readonly path: string; readonly expected: string; readonly got: string } | null {
  const digests = (files: readonly InputFile[]): string =>
    files
      .map(({ sha256 }) => sha256)
      .sort()
      .join();
  if (digests(before) === digests(now)) return null;
  for (const { path, bytes, sha256 } of before) {
    const found = now.find((file) => file.path === path);
    if (found?.sha256 === sha256) continue;
    return {
      path,
      expected: `${bytes} bytes with SHA-256 ${sha256.slice(0, 16)}..., as when the run began`,
      got:
        found === undefined
          ? "no such input"
          : `${found.bytes} bytes with SHA-256 ${found.sha256.slice(0, 16)}...`,
    };
  }
  const added = now.find(({ path }) => before.every((file) => file.path !== path));
  return {
    path: added?.path ?? now[0].path,
    expected: "the input files that the run began with",
    got: "one that it did not have",
  };
}
