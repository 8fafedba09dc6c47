// Lines of a file one at a time, gzip or plain by content, with no more than a line and a block in memory.
import { closeSync, openSync, readSync } from "node:fs";
import { Gunzip } from "fflate";
import { BadInputError } from "#core";

export interface NumberedLine {
  /** From 1. */
  readonly number: number;
  /** Without its line break, and without a byte-order mark at the start of the file. */
  readonly text: string;
}

/** Bytes read at once; gzip makes at most 1,032 times as many of them. */
const BLOCK_BYTES = 16_384;
/** No line of the formats read here comes near; without a limit a file without line breaks would fill the memory. */
export const longestLineCharacters = 4_000_000;

/**
 * Yields the lines of `path` that are not blank, with their numbers in the file; LF and CRLF end a line.
 *
 * Throws BadInputError for a file that is missing, broken gzip, bytes that are no UTF-8, or a line of more than
 * {@link longestLineCharacters} characters.
 */
export function* readLines(path: string): Generator<NumberedLine> {
  let number = 0;
  let rest = "";
  for (const text of readText(path)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() as string;
    for (const line of lines) {
      number++;
      yield* keep(line, number, path);
    }
    requireShort(rest, number + 1, path);
  }
  yield* keep(rest, number + 1, path);
}

function* keep(line: string, number: number, path: string): Generator<NumberedLine> {
  requireShort(line, number, path);
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (text.trim() !== "") yield { number, text };
}

function requireShort(line: string, number: number, path: string): void {
  if (line.length <= longestLineCharacters) return;
  throw new BadInputError("trace-file", {
    subject: `${path} line ${number}`,
    expected: `at most ${longestLineCharacters} characters in a line`,
    got: "more",
  });
}

/** Yields the file's text in pieces. The decoder drops a byte-order mark. */
function* readText(path: string): Generator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes: Uint8Array, last: boolean): string => {
    try {
      return decoder.decode(bytes, { stream: !last });
    } catch {
      throw unreadable(path, "UTF-8 text", "other bytes");
    }
  };
  for (const bytes of unpack(path)) yield decode(bytes, false);
  yield decode(new Uint8Array(0), true);
}

/** Yields the file's bytes in pieces, unpacked when it begins as gzip does (RFC 1952: 1f 8b). */
function* unpack(path: string): Generator<Uint8Array> {
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

function unreadable(path: string, expected: string, got: string): BadInputError {
  return new BadInputError("trace-file", { subject: path, expected, got });
}
