// Records of a JSON file one at a time, wherever they lie in it. The file may be of any size, a record may not.
import { Buffer } from "node:buffer";
import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { BadInputError } from "#core";
import { isObject, type Place } from "./fields.ts";
import { type JsonLayout, parseTolerantly } from "./json-layout.ts";
import { readLines } from "./read-lines.ts";
import { otherSignals, type RecordKind, recordKind } from "./record-kind.ts";
import type { SetAside } from "./set-aside.ts";
import { readTextBytes } from "./text-bytes.ts";

export interface JsonRecord {
  readonly kind: RecordKind;
  readonly value: Record<string, unknown>;
  /** The line on which it begins. */
  readonly place: Place;
  /** Name and version of what recorded it, where the file says so around it. */
  readonly scope: string | null;
}

/** Larger than any record of the formats read here; without a limit one record could fill the memory. */
const LARGEST_RECORD_BYTES = 64 * 2 ** 20;
/** Nothing that is read here lies deeper than a tenth of it; parsers of objects call themselves. */
const DEEPEST = 500;
/** Nothing that holds records lies deeper. */
const DEEPEST_ENVELOPE = 12;
const WORDS = 65_536;

const NAN_NOTE = "NaN and Infinity, which JSON does not have, read as no number";

const nouns: Readonly<Record<RecordKind, string>> = {
  span: "span",
  "jaeger-span": "span",
  "langsmith-run": "run",
  "langfuse-observation": "observation",
  "openai-agents": "span",
  "claude-code": "entry",
  transcript: "run",
  mooncake: "request",
};
/** Lists under these keys, or under none, hold records: what else is in them is a damaged one. */
const listsOfRecords = new Set(["", "spans", "runs", "data", "observations"]);
/** Inside these there are no records, only parts of them. */
const noEnvelopes = new Set([
  "resource",
  "scope",
  "instrumentationLibrary",
  "attributes",
  "processes",
  "metadata",
  "meta",
]);

/**
 * Yields the records of `path` in order. What is no record is set aside and counted: documents that are no JSON (cut by a
 * rotation, not UTF-8), other signals, empty batches, objects of no known kind. In the layout `stream` damage ends the
 * document: the reader goes on at the next line that begins one.
 *
 * Throws BadInputError for a missing file, broken gzip, JSON nested deeper than 500, or a record of more than 64 MiB.
 */
export function* readJsonRecords(
  path: string,
  layout: JsonLayout,
  setAside: SetAside,
): Generator<JsonRecord> {
  if (layout.by === "stream") yield* readStream(path, layout, setAside);
  else yield* readLineDocuments(path, setAside);
}

function* readLineDocuments(path: string, setAside: SetAside): Generator<JsonRecord> {
  const counter = { records: 0 };
  for (const { number, text, isDamaged } of readLines(path, setAside.note)) {
    const place = { file: path, line: number };
    const document = isDamaged ? undefined : parseTolerantly(text, () => setAside.note(NAN_NOTE));
    if (typeof document !== "object" || document === null) {
      setAside.add("records", isDamaged ? "line that is no UTF-8" : "line that is no JSON document", place);
      continue;
    }
    const before = counter.records;
    yield* recordsIn(document, { place, scope: null, key: "", depth: 0, counter, setAside });
    if (counter.records === before) setAside.add(...whyNothing(document), place);
  }
}

interface Around {
  readonly place: Place;
  readonly scope: string | null;
  /** Under which it stands; of a list, that of the list. */
  readonly key: string;
  readonly depth: number;
  /** Records found or set aside so far. */
  readonly counter: { records: number };
  readonly setAside: SetAside;
}

function* recordsIn(value: unknown, around: Around): Generator<JsonRecord> {
  const { place, key, depth, counter, setAside } = around;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === "object" && item !== null) {
        const before = counter.records;
        yield* recordsIn(item, { ...around, depth: depth + 1 });
        if (counter.records > before || !listsOfRecords.has(key) || depth > 1) continue;
        counter.records++;
        setAside.add(...whyNothing(item), place);
      } else if (listsOfRecords.has(key)) {
        counter.records++;
        setAside.add("records", "value in a list of records that is no object", place);
      }
    }
    return;
  }
  if (!isObject(value)) return;
  const kind = recordKind(value);
  if (kind !== null) {
    counter.records++;
    yield {
      kind,
      value,
      place: { ...place, record: `${nouns[kind]} ${counter.records}` },
      scope: around.scope,
    };
    return;
  }
  if (depth > DEEPEST_ENVELOPE) return;
  const scope = scopeName(value.scope ?? value.instrumentationLibrary) ?? around.scope;
  for (const [name, inner] of Object.entries(value)) {
    if (otherSignals[name] !== undefined) {
      counter.records++;
      setAside.add("other", otherSignals[name], place);
    } else if (typeof inner === "object" && inner !== null && !noEnvelopes.has(name)) {
      yield* recordsIn(inner, { ...around, scope, key: name, depth: depth + 1 });
    }
  }
}

/** Returns why a document without a record is none. */
function whyNothing(document: object): ["records" | "other", string] {
  const keys = Object.keys(document);
  if (keys.every((name) => isEmpty((document as Record<string, unknown>)[name])))
    return ["other", "empty batch"];
  return [
    "records",
    `object of no known kind (${Array.isArray(document) ? "a list" : keys.slice(0, 4).join(", ")})`,
  ];
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isEmpty);
  return isObject(value) && Object.values(value).every(isEmpty);
}

/** Returns name and version of an instrumentation scope; null without a name. */
function scopeName(scope: unknown): string | null {
  if (!isObject(scope) || typeof scope.name !== "string" || scope.name === "") return null;
  return typeof scope.version === "string" && scope.version !== ""
    ? `${scope.name} ${scope.version}`
    : scope.name;
}

function* readStream(
  path: string,
  { path: recordPath, scopePaths }: Extract<JsonLayout, { by: "stream" }>,
  setAside: SetAside,
): Generator<JsonRecord> {
  const recordDepth = recordPath.split(".").length;
  const scopeDepth = (scopePaths[0] ?? "").split(".").length - 1;
  const lines = lineCounter();
  const found: JsonRecord[] = [];
  let records = 0;
  let depth = 0;
  let line = 1;
  let offset = 0;
  let base = 0; // where the tokenizer in use began
  let recordFrom = 0;
  let scope: string | null = null;
  let skipping = false;
  const documents = { oneLine: 0, over: 0, from: 1 };
  const failed = (expected: string, got: string): BadInputError =>
    new BadInputError("trace-format", { subject: `${path} line ${lines.at(offset)}`, expected, got });
  const onOpen = (isList: boolean): void => {
    const at = lines.at(offset);
    if (depth === 0) documents.from = at;
    // Where every document had a line, one that goes on over a break was cut.
    else if (at > documents.from && documents.oneLine > 0 && documents.over === 0)
      throw new Error("cut short");
    depth++;
    if (depth > DEEPEST) throw failed(`JSON nested at most ${DEEPEST} deep`, "deeper");
    if (depth === scopeDepth && !isList) scope = null;
    if (depth !== recordDepth) return;
    line = at;
    recordFrom = offset;
  };
  const onClose = (): void => {
    depth--;
    if (depth !== 0) return;
    if (lines.at(offset) === documents.from) documents.oneLine++;
    else documents.over++;
  };
  const create = () => {
    const tokenizer = new Tokenizer({ stringBufferSize: WORDS, separator: "" });
    const parser = new TokenParser({ paths: [recordPath, ...scopePaths], keepStack: false, separator: "" });
    let text = "";
    tokenizer.onToken = (token) => {
      offset = base + token.offset;
      const { token: type, value } = token;
      if (type === TokenType.LEFT_BRACE || type === TokenType.LEFT_BRACKET)
        onOpen(type === TokenType.LEFT_BRACKET);
      else if (type === TokenType.STRING) text = value as string;
      else if (type === TokenType.COLON && depth <= 2 && otherSignals[text] !== undefined)
        setAside.add("other", otherSignals[text], { file: path, line: lines.at(offset) });
      parser.write(token);
      if (type === TokenType.RIGHT_BRACE || type === TokenType.RIGHT_BRACKET) onClose();
    };
    parser.onValue = ({ value, key, stack }) => {
      if (stack.length === scopeDepth && (key === "scope" || key === "instrumentationLibrary")) {
        scope = scopeName(value) ?? scope;
        return;
      }
      const kind = recordKind(value);
      // A value without braces (null among the spans) begins where it ends.
      const begins = typeof value === "object" && value !== null ? line : lines.at(offset);
      const place = { file: path, line: begins };
      records++;
      recordFrom = offset;
      if (kind === null) setAside.add(...whyNotRecord(value), place);
      else {
        const record = `${nouns[kind]} ${records}`;
        found.push({ kind, value: value as Record<string, unknown>, place: { ...place, record }, scope });
      }
    };
    return { tokenizer, parser };
  };
  let { tokenizer, parser } = create();
  const damaged = (error: unknown): void => {
    if (error instanceof BadInputError) throw error;
    const reason = `document that is no JSON from some place on: ${shorten((error as Error).message)}`;
    setAside.add("records", reason, { file: path, line: lines.at(offset) });
    skipping = true;
  };
  let read = 0;
  for (const bytes of withoutNaNs(readTextBytes(path, setAside.note), setAside)) {
    lines.push(bytes);
    let from = 0;
    while (from < bytes.length) {
      if (skipping) {
        from = nextDocument(bytes, Math.max(from, offset + 1 - read));
        if (from === -1) break;
        skipping = false;
        ({ tokenizer, parser } = create());
        base = read + from;
        depth = 0;
        scope = null;
      }
      try {
        tokenizer.write(bytes.subarray(from));
        from = bytes.length;
      } catch (error) {
        damaged(error);
        from = Math.max(from, offset - read);
      }
    }
    read += bytes.length;
    yield* found.splice(0);
    if (!skipping && read - recordFrom > LARGEST_RECORD_BYTES) {
      throw failed(`a record of at most ${LARGEST_RECORD_BYTES / 2 ** 20} MiB`, "a longer one");
    }
  }
  if (!skipping) {
    try {
      if (!tokenizer.isEnded) tokenizer.end();
      if (depth > 0) throw new Error("the file ends in the middle of it");
      if (!parser.isEnded) parser.end();
    } catch (error) {
      offset = read;
      damaged(error);
    }
  }
  yield* found;
}

function whyNotRecord(value: unknown): ["records" | "other", string] {
  if (typeof value !== "object" || value === null)
    return ["records", "value in a list of records that is no object"];
  return whyNothing(value);
}

/** Returns where the next line begins that begins a document, or -1; the bytes before `from` are done with. */
function nextDocument(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(10, Math.max(0, from - 1)); at !== -1; at = bytes.indexOf(10, at + 1)) {
    const next = bytes[at + 1];
    if (next === 0x7b || next === 0x5b) return at + 1;
  }
  return -1;
}

/** Longest word that is looked for, and what may stand around it. */
const HELD = 24;

/** Yields the bytes with null for NaN and Infinity between values. A word cut by the border of pieces is held back. */
function* withoutNaNs(pieces: Iterable<Uint8Array>, setAside: SetAside): Generator<Uint8Array> {
  let held: Uint8Array = new Uint8Array(0);
  for (const piece of pieces) {
    const all = held.length === 0 ? piece : Buffer.concat([held, piece]);
    const buffer = Buffer.from(all.buffer, all.byteOffset, all.length);
    if (!buffer.includes("NaN") && !buffer.includes("Infinity")) {
      const tail = buffer.subarray(-HELD);
      const isCut = tail.includes("N") || tail.includes("I");
      held = isCut ? tail : new Uint8Array(0);
      yield isCut ? all.subarray(0, all.length - tail.length) : all;
      continue;
    }
    held = new Uint8Array(0);
    const text = buffer.toString("latin1");
    // A piece may begin within a text, so what stands around the word decides.
    const mended = text.replaceAll(/([:,[]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}\n])/g, "$1null");
    if (mended !== text) setAside.note(NAN_NOTE);
    yield Buffer.from(mended, "latin1");
  }
  if (held.length > 0) yield held;
}

/** Counts line breaks up to offsets that do not go back by more than a piece. */
function lineCounter() {
  let piece = Buffer.alloc(0);
  let from = 0;
  let line = 1;
  // The first break that is not counted yet, in the piece; its length where there is none.
  let next = 0;
  const find = (at: number): void => {
    const found = piece.indexOf(10, at);
    next = found === -1 ? piece.length : found;
  };
  const countTo = (end: number): void => {
    while (next < end) {
      line++;
      find(next + 1);
    }
  };
  return {
    /** Adds the piece that follows. */
    push(bytes: Uint8Array): void {
      countTo(piece.length);
      from += piece.length;
      piece = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
      find(0);
    },
    /** Returns the line of the byte at `offset`. */
    at(offset: number): number {
      countTo(Math.min(piece.length, Math.max(0, offset - from)));
      return line;
    },
  };
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll(/"?\d+"?/g, "n");
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}
