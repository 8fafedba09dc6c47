import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { WriteError } from "../write-error.ts";

/**
 * Writes a file whole or not at all: a reader never sees half of it, and a process killed meanwhile, or a machine without power,
 * leaves the old one. Parts are written one after the other. Throws WriteError, with what was begun taken away.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array | Iterable<string>,
): Promise<void> {
  const parts = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
  await replaceWhole(path, async (temporary) => {
    const file = await open(temporary, "wx");
    try {
      for (const part of parts) await file.writeFile(part);
    } finally {
      await file.close();
    }
  });
}

/** Does the same for a file that `write` makes, under the name that it is given. */
export async function replaceWhole(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await write(temporary);
    await syncFile(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error instanceof WriteError ? error : new WriteError(path, error);
  }
  await syncFolder(dirname(path));
}

/** Waits until the disk has the file: a rename may otherwise reach it before the contents do. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The same for the name of a file in its folder; some systems do not open folders. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
