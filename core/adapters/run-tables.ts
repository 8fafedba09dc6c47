// The tables of complete runs that a query may read: those that are what their manifests say.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { hashFile } from "./input-files.ts";
import type { RunManifest } from "./run-manifest.ts";
import type { LeftOut } from "./run-store.ts";

/** A table on disk. */
export interface TableFile {
  readonly run: string;
  readonly part: string;
  readonly path: string;
  /** Whether its manifest has a checksum of it; runs of before these were kept have none. */
  readonly checked: boolean;
}

/**
 * Returns the files of the table `view` of `runs`, and those that are missing, altered, or of no run that is known. Contents are
 * only read when `thorough`; else lengths decide.
 */
export async function findTables(
  root: string,
  view: string,
  runs: readonly RunManifest[],
  thorough: boolean,
): Promise<{ readonly files: readonly TableFile[]; readonly leftOut: readonly LeftOut[] }> {
  const part = `${view}.parquet`;
  const files: TableFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const { id, tables } of runs) {
    const path = join(root, id, part);
    const there = existsSync(path);
    const stated = tables?.[part];
    if (tables === null) {
      if (there) files.push({ run: id, part, path, checked: false });
      continue;
    }
    if (stated === undefined) {
      if (there) leftOut.push({ run: id, part, reason: "a table that its manifest does not have" });
      continue;
    }
    const reason = there ? await difference(path, stated, thorough) : "it is missing";
    if (reason === null) files.push({ run: id, part, path, checked: true });
    else leftOut.push({ run: id, part, reason });
  }
  return { files, leftOut };
}

async function difference(
  path: string,
  stated: { readonly bytes: number; readonly sha256: string },
  thorough: boolean,
): Promise<string | null> {
  try {
    const { bytes, sha256 } = thorough
      ? await hashFile(path)
      : { bytes: statSync(path).size, sha256: stated.sha256 };
    if (bytes !== stated.bytes) return `${bytes} bytes where its manifest says ${stated.bytes}`;
    return sha256 === stated.sha256 ? null : "other contents than its manifest says";
  } catch (error) {
    return `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
  }
}
