// The bytes of a file in pieces, gzip or plain by content, with no more than a block in memory.
import { closeSync, openSync, readSync } from "node:fs";
import { Gunzip } from "fflate";
import { BadInputError } from "#core";

/** Bytes read at once; gzip makes at most 1,032 times as many of them. */
const BLOCK_BYTES = 16_384;

/**
 * Yields the file's bytes in pieces, unpacked when it begins as gzip does (RFC 1952: 1f 8b). Throws BadInputError for a
 * file that is missing, a folder, or broken gzip.
 */
export function* readBytes(path: string): Generator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let gunzip: Gunzip | undefined;
  let first = true;
  for (const block of readBlocks(path)) {
    if (first && block[0] === 0x1f && block[1] === 0x8b) gunzip = new Gunzip((piece) => pieces.push(piece));
    first = false;
    if (gunzip === undefined) {
      yield block;
      continue;
    }
    push(gunzip, block, path);
    yield* pieces;
    pieces = [];
  }
  if (gunzip !== undefined) {
    push(gunzip, null, path);
    yield* pieces;
  }
}

/** Feeds a block, or the end of the file, which must be where the archive ends. */
function push(gunzip: Gunzip, block: Uint8Array | null, path: string): void {
  try {
    gunzip.push(block ?? new Uint8Array(0), block === null);
  } catch (error) {
    throw unreadable(path, "a whole gzip file", (error as Error).message);
  }
}

function* readBlocks(path: string): Generator<Uint8Array> {
  const file = open(path);
  try {
    for (;;) {
      // A new buffer each time: the unpacker may keep what it was given.
      const block = new Uint8Array(BLOCK_BYTES);
      const size = readSync(file, block);
      if (size === 0) return;
      yield block.subarray(0, size);
    }
  } catch (error) {
    if (error instanceof BadInputError) throw error;
    throw unreadable(path, "a file that can be read", reasonOf(error));
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw unreadable(path, "a trace file", reasonOf(error));
  }
}

/** Returns why the system refused a file, in words for the usual cases. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a folder" : (code ?? String(error));
}

/** Returns the error of a file that cannot be read as what it should be. */
export function unreadable(path: string, expected: string, got: string): BadInputError {
  return new BadInputError("trace-file", { subject: path, expected, got });
}
