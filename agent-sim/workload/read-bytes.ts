// The bytes of a file in pieces, gzip or plain by content, with no more than a block in memory.
import { closeSync, openSync, readSync } from "node:fs";
import { BadInputError, GzipError, gunzip, isGzip } from "#core";

/** Bytes read at once; gzip makes at most 1,032 times as many of them. */
const BLOCK_BYTES = 16_384;

/**
 * Yields the file's bytes in pieces, unpacked when it begins as gzip does (RFC 1952: 1f 8b). Throws BadInputError for a
 * file that is missing, a folder, or gzip that is damaged or cut short: that shows at the end of the file at the latest, so
 * what was made of the pieces counts only once all have been read.
 */
export function* readBytes(path: string): Generator<Uint8Array> {
  const blocks = readBlocks(path);
  const first = blocks.next();
  if (first.done) return;
  const all = prepend(first.value, blocks);
  if (!isGzip(first.value)) {
    yield* all;
    return;
  }
  try {
    yield* gunzip(all);
  } catch (error) {
    if (!(error instanceof GzipError)) throw error;
    throw new BadInputError("trace-file", {
      subject: path,
      expected: "a whole gzip file",
      got: error.message,
      remedy: "the file is damaged or cut short: get it again (gzip -t checks a file)",
    });
  }
}

function* prepend(first: Uint8Array, rest: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield first;
  yield* rest;
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
