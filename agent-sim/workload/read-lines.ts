// Lines of a file one at a time, gzip or plain by content, with no more than a line and a block in memory.
import { BadInputError } from "#core";
import { readBytes, unreadable } from "./read-bytes.ts";

export interface NumberedLine {
  /** From 1. */
  readonly number: number;
  /** Without its line break, and without a byte-order mark at the start of the file. */
  readonly text: string;
}

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
  for (const bytes of readBytes(path)) yield decode(bytes, false);
  yield decode(new Uint8Array(0), true);
}
