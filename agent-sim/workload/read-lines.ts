// Lines of a file one at a time, gzip or plain by content, with no more than a line and a block in memory.
import { Buffer, isUtf8 } from "node:buffer";
import { BadInputError } from "#core";
import { readTextBytes } from "./text-bytes.ts";

export interface NumberedLine {
  /** From 1. */
  readonly number: number;
  /** Without its line break, and without a byte-order mark at the start of the file. */
  readonly text: string;
  /** Its bytes were no UTF-8: what was none stands as U+FFFD. */
  readonly isDamaged: boolean;
}

/** No line of the formats read here comes near; without a limit a file without line breaks would fill the memory. */
export const longestLineBytes = 64 * 2 ** 20;

/**
 * Yields the lines of `path` that are not blank, with their numbers in the file; LF and CRLF end a line.
 *
 * Throws BadInputError for a file that is missing, broken gzip, or a line of more than {@link longestLineBytes}.
 */
export function* readLines(path: string, note?: (sentence: string) => void): Generator<NumberedLine> {
  let number = 0;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for (const piece of readTextBytes(path, note)) {
    let from = 0;
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, from)) {
      number++;
      const own = piece.subarray(from, end);
      from = end + 1;
      const line = lineOf(heldBytes === 0 ? own : Buffer.concat([...held, own]), number);
      held = [];
      heldBytes = 0;
      if (line !== null) yield line;
    }
    if (from === piece.length) continue;
    held.push(piece.subarray(from));
    heldBytes += piece.length - from;
    if (heldBytes > longestLineBytes) {
      throw new BadInputError("trace-file", {
        subject: `${path} line ${number + 1}`,
        expected: `at most ${longestLineBytes / 2 ** 20} MiB in a line`,
        got: "more",
      });
    }
  }
  if (heldBytes === 0) return;
  const line = lineOf(Buffer.concat(held), number + 1);
  if (line !== null) yield line;
}

function lineOf(bytes: Uint8Array, number: number): NumberedLine | null {
  const last = bytes[bytes.length - 1] === 13 ? bytes.length - 1 : bytes.length;
  const own = bytes.subarray(0, last);
  const text = Buffer.from(own.buffer, own.byteOffset, own.length).toString("utf8");
  if (text.trim() === "") return null;
  return { number, text, isDamaged: text.includes("\ufffd") && !isUtf8(own) };
}
