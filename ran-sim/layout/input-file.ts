/** Files that a scenario names: text, unpacked, parsed once. The only reader of layouts and of traces of positions. */
import { statSync } from "node:fs";
import { BadInputError } from "#core";
import { isFolder, traceTexts } from "../trace/trace-files.ts";

/** What a parser made of a file, with the state of the file then. */
const parsed = new Map<string, { readonly stamp: string; readonly value: unknown }>();

/**
 * Returns `parse` of the text of `path` (plain, `.gz`, or a `.zip` of one file), and of its place in messages: `key` of the
 * scenario with the path. Worlds of many seeds share the result, which must not be changed; a file that has changed is read
 * again. `what` tells different readings of one file apart. Throws BadInputError ("trace-file") when it cannot be read, and
 * whatever `parse` throws.
 */
export function readInput<T>(
  what: string,
  key: string,
  path: string,
  parse: (text: string, place: string) => T,
): T {
  const place = `${key} (${path})`;
  if (isFolder(path, place, "a file")) {
    throw new BadInputError("trace-file", { subject: place, expected: "a file", got: "a folder" });
  }
  const { mtimeMs, size } = statSync(path);
  const reading = `${what} ${path}`;
  const stamp = `${mtimeMs} ${size}`;
  const known = parsed.get(reading);
  if (known?.stamp === stamp) return known.value as T;
  const texts = [...traceTexts(path, [])];
  if (texts.length !== 1) {
    throw new BadInputError("trace-file", { subject: place, expected: "one file", got: `${texts.length}` });
  }
  const value = parse(texts[0].text, place);
  parsed.set(reading, { stamp, value });
  return value;
}
