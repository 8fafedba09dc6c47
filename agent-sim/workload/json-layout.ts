// How a JSON file is laid out, by its beginning: a document a line, or documents over lines; and what its first record is.
import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { isObject } from "./fields.ts";
import { type ForeignFormat, foreignFormat, type RecordKind, recordKind } from "./record-kind.ts";

/**
 * - `lines`: every line is a document, so a damaged one harms no other
 * - `stream`: documents of any size, of which the records lie at one path; `scopePath` is where their instrumentation is named
 */
export type JsonLayout =
  | { readonly by: "lines"; readonly kind: RecordKind }
  | {
      readonly by: "stream";
      readonly kind: RecordKind;
      readonly path: string;
      readonly scopePaths: readonly string[];
    };

/** Enough to reach the telling keys behind long texts. */
export const HEAD_BYTES = 2 ** 20;

const STEP_BYTES = 16_384;

/** Nothing that holds records lies deeper. */
const DEEPEST_ENVELOPE = 12;

/**
 * Returns the layout of the JSON that begins with `head`, `isWhole` when that is all; a format that is known and not read;
 * or null when it is no JSON or has no record that is known.
 */
export function detectJsonLayout(head: Uint8Array, isWhole: boolean): JsonLayout | ForeignFormat | null {
  const text = new TextDecoder().decode(head);
  const lines = text.split("\n");
  // The last one may go on.
  if (!isWhole) lines.pop();
  const filled = lines.map((line) => line.trim()).filter((line) => line !== "");
  const found = { kind: null as RecordKind | null, foreign: null as ForeignFormat | null };
  const look = (value: unknown): void => {
    found.kind ??= firstKind(value, 0);
    found.foreign ??= firstForeign(value);
  };
  const isLine = (line: string): boolean => {
    const value = parseTolerantly(line);
    if (typeof value !== "object" || value === null) return false;
    look(value);
    return true;
  };
  const first = filled[0] ?? "";
  const begins = /^[{[]/;
  const byLines =
    isLine(first) ||
    (!(begins.test(first) && isStream(head, isWhole)) &&
      filled.some((line) => begins.test(line) && isLine(line)));
  if (byLines) {
    for (const line of filled) {
      if (found.kind !== null) return { by: "lines", kind: found.kind };
      isLine(line);
    }
    return found.kind === null ? found.foreign : { by: "lines", kind: found.kind };
  }
  return /^\s*[{[]/.test(text) ? streamLayout(head) : null;
}

/**
 * Returns the JSON value of a text, with NaN and the infinities of Python as null, of which `onMended` hears; undefined when
 * it is none.
 */
export function parseTolerantly(text: string, onMended?: () => void): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const mended = withoutNaN(text);
    if (mended === text) return undefined;
    try {
      const value: unknown = JSON.parse(mended);
      onMended?.();
      return value;
    } catch {
      return undefined;
    }
  }
}

/** Returns JSON with null for the NaN and Infinity of Python, which mean that there is no number; texts stay. */
export function withoutNaN(text: string): string {
  if (!text.includes("NaN") && !text.includes("Infinity")) return text;
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) =>
    part.startsWith('"') ? part : "null",
  );
}

function firstKind(value: unknown, depth: number): RecordKind | null {
  const kind = recordKind(value);
  if (kind !== null || depth > DEEPEST_ENVELOPE || typeof value !== "object" || value === null) return kind;
  for (const inner of Object.values(value)) {
    const found = firstKind(inner, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function firstForeign(value: unknown): ForeignFormat | null {
  if (!Array.isArray(value)) return foreignFormat(value);
  return value.length === 0 ? null : foreignFormat(value[0]);
}

/** Returns whether the beginning is JSON that goes on over line breaks. */
function isStream(head: Uint8Array, isWhole: boolean): boolean {
  try {
    const tokenizer = new Tokenizer({ separator: "" });
    const parser = new TokenParser({ paths: ["$.none"], keepStack: false, separator: "" });
    let depth = 0;
    tokenizer.onToken = (token) => {
      const { token: type } = token;
      if (type === TokenType.LEFT_BRACE || type === TokenType.LEFT_BRACKET) depth++;
      if (type === TokenType.RIGHT_BRACE || type === TokenType.RIGHT_BRACKET) depth--;
      parser.write(token);
    };
    parser.onValue = () => {};
    tokenizer.write(Buffer.from(withoutNaN(Buffer.from(head).toString("latin1")), "latin1"));
    if (isWhole) {
      tokenizer.end();
      parser.end();
    }
    return !isWhole || depth === 0;
  } catch {
    return false;
  }
}

/** Returns where the first record of a long document is. */
function streamLayout(head: Uint8Array): JsonLayout | ForeignFormat | null {
  let layout: JsonLayout | null = null;
  let foreign: ForeignFormat | null = null;
  const tokenizer = new Tokenizer({ separator: "" });
  const parser = new TokenParser({ separator: "" });
  tokenizer.onToken = (token) => {
    if (layout === null) parser.write(token);
  };
  parser.onValue = ({ value, key, stack }) => {
    if (layout !== null || !isObject(value)) return;
    const kind = recordKind(value);
    const keys = [...stack.slice(1).map((element) => element.key), key].filter((one) => one !== undefined);
    if (kind === null) {
      if (keys.length <= 1) foreign ??= foreignFormat(value);
      return;
    }
    const path = keys.map((one) => (typeof one === "number" ? "*" : String(one)));
    // The library's paths cannot say a key with a point.
    if (path.some((one) => one.includes("."))) return;
    const outer = stack[stack.length - 2]?.value;
    const scope =
      isObject(outer) && outer.instrumentationLibrary !== undefined ? "instrumentationLibrary" : "scope";
    const scopePaths = [["$", ...path.slice(0, -2), scope].join(".")];
    layout = {
      by: "stream",
      kind,
      path: ["$", ...path].join("."),
      scopePaths: path.length < 3 ? [] : scopePaths,
    };
  };
  // What is wrong here is found again, with its line, by the reader.
  tokenizer.onError = () => {};
  parser.onError = () => {};
  const clean = Buffer.from(withoutNaN(Buffer.from(head).toString("latin1")), "latin1");
  for (let from = 0; from < clean.length && layout === null; from += STEP_BYTES)
    tokenizer.write(clean.subarray(from, from + STEP_BYTES));
  return layout ?? foreign;
}
