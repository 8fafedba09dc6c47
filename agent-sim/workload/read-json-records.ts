// Records of a JSON file one at a time: elements of an array inside one document, or documents one after the other. The
// file may be of any size, a record may not.
import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { BadInputError } from "#core";
import type { Place } from "./fields.ts";
import { readBytes, unreadable } from "./read-bytes.ts";

/** Where the records of a file are. */
export interface RecordPaths {
  /** What a record is called in errors: `span`. */
  readonly noun: string;
  /**
   * Paths of the records in each document, all of one length: `$` is the document itself, `$.*` its members, and so on.
   */
  readonly paths: readonly string[];
  /** One of these keys has to be in each document, or in each element of one that is a list; null where none has to. */
  readonly wrappers: readonly string[] | null;
}

export interface JsonRecord {
  readonly value: unknown;
  /** The line on which it begins. */
  readonly place: Place;
}

/** Larger than any record of the formats read here; without a limit one record could fill the memory. */
const LARGEST_RECORD_BYTES = 64 * 2 ** 20;
/** Nothing that is read here lies deeper than a tenth of it; parsers of objects call themselves. */
const DEEPEST = 500;
const WORDS = 65_536;

/**
 * Yields the records of `path` in order. Documents may follow each other with or without line breaks (JSON lines, or
 * pretty-printed ones).
 *
 * Throws BadInputError with file and line for what is no JSON, ends early, is no UTF-8, is nested deeper than
 * 500, has a record of more than 64 MiB, or a document without any of the wrappers.
 */
export function* readJsonRecords(
  path: string,
  { noun, paths, wrappers }: RecordPaths,
): Generator<JsonRecord> {
  const tokenizer = new Tokenizer({ stringBufferSize: WORDS, separator: "" });
  const parser = new TokenParser({ paths: [...paths], keepStack: false, separator: "" });
  const recordDepth = paths[0].split(".").length;
  const lines = lineCounter();
  const found: JsonRecord[] = [];
  let depth = 0;
  let records = 0;
  let line = 1;
  let offset = 0;
  let recordFrom = 0;
  let rootIsList = false;
  let wrapped = wrappers === null;
  const failed = (expected: string, got: string): BadInputError =>
    new BadInputError("trace-format", { subject: `${path} line ${lines.at(offset)}`, expected, got });
  const onOpen = (isList: boolean): void => {
    depth++;
    if (depth > DEEPEST) throw failed(`JSON nested at most ${DEEPEST} deep`, "deeper");
    if (depth === 1) rootIsList = isList;
    if (depth === (rootIsList ? 2 : 1) && !isList) wrapped = wrappers === null;
    if (depth !== recordDepth) return;
    line = lines.at(offset);
    recordFrom = offset;
  };
  const onClose = (): void => {
    if (depth === (rootIsList ? 2 : 1) && !wrapped)
      throw failed((wrappers ?? []).join(" or "), "neither of them");
    depth--;
  };
  tokenizer.onToken = (token) => {
    offset = token.offset;
    const { token: type, value } = token;
    if (type === TokenType.LEFT_BRACE || type === TokenType.LEFT_BRACKET)
      onOpen(type === TokenType.LEFT_BRACKET);
    else if (
      depth === (rootIsList ? 2 : 1) &&
      type === TokenType.STRING &&
      wrappers?.includes(value as string)
    ) {
      wrapped = true;
    }
    parser.write(token);
    if (type === TokenType.RIGHT_BRACE || type === TokenType.RIGHT_BRACKET) onClose();
  };
  parser.onValue = ({ value }) => {
    records++;
    // A value without braces (null among the spans) begins where it ends.
    const begins = typeof value === "object" && value !== null ? line : lines.at(offset);
    found.push({ value, place: { file: path, line: begins, record: `${noun} ${records}` } });
    recordFrom = offset;
  };
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      if (error instanceof BadInputError) throw error;
      throw failed("JSON", shorten((error as Error).message));
    }
  };
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let read = 0;
  for (const bytes of readBytes(path)) {
    lines.push(bytes);
    requireUtf8(utf8, bytes, path);
    attempt(() => tokenizer.write(bytes));
    read += bytes.length;
    yield* found.splice(0);
    if (read - recordFrom > LARGEST_RECORD_BYTES) {
      throw failed(`a ${noun} of at most ${LARGEST_RECORD_BYTES / 2 ** 20} MiB`, "a longer one");
    }
  }
  requireUtf8(utf8, null, path);
  offset = read;
  attempt(() => {
    if (!tokenizer.isEnded) tokenizer.end();
    if (depth > 0) throw new Error("the end of the file in the middle of it");
    if (!parser.isEnded) parser.end();
  });
  yield* found;
}

/** Throws when the bytes, which follow the earlier ones, are no UTF-8; null is the end. */
function requireUtf8(
  decoder: InstanceType<typeof TextDecoder>,
  bytes: Uint8Array | null,
  path: string,
): void {
  try {
    if (bytes === null) decoder.decode();
    else decoder.decode(bytes, { stream: true });
  } catch {
    throw unreadable(path, "UTF-8 text", "other bytes");
  }
}

/** Counts line breaks up to offsets that do not go back by more than a piece. */
function lineCounter() {
  let piece = new Uint8Array(0);
  let from = 0;
  let counted = 0;
  let line = 1;
  const countTo = (end: number): void => {
    for (let at = piece.indexOf(10, counted); at !== -1 && at < end; at = piece.indexOf(10, at + 1)) line++;
    counted = Math.max(counted, end);
  };
  return {
    /** Adds the piece that follows. */
    push(bytes: Uint8Array): void {
      countTo(piece.length);
      from += piece.length;
      piece = bytes as Uint8Array<ArrayBuffer>;
      counted = 0;
    },
    /** Returns the line of the byte at `offset`. */
    at(offset: number): number {
      countTo(Math.min(piece.length, Math.max(0, offset - from)));
      return line;
    },
  };
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}
