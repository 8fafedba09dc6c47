// From a path to the texts of traces: folders, gzip and zip, each text with the place it came from.
import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { BadInputError, GzipError, gunzip, isGzip, nearestName } from "#core";
import { zipBounds, zipEntries } from "./zip-entries.ts";

const code = "trace-file";

/** One trace, not parsed yet. */
export interface TraceText {
  /** Path below what was read, without `.csv`, `.jsonl`, `.gz` and `.zip`: `30kmh_10`. */
  readonly name: string;
  /** For messages: the path as given, with the entry of an archive. */
  readonly file: string;
  readonly text: string;
}

/** A file that was found and not read as a trace, and why. */
export interface SetAsideFile {
  readonly file: string;
  readonly reason: string;
}

/**
 * Returns whether `path` is a folder. Throws BadInputError, with the nearest name beside it, when it does not exist; `place` and
 * `expected` are what the message then says of it.
 */
export function isFolder(path: string, place = path, expected = "a file or folder of traces"): boolean {
  const stat = statOf(path);
  if (stat !== undefined) return stat.isDirectory();
  const missing = firstMissing(resolve(path));
  const parent = dirname(missing);
  const siblings = statSync(parent).isDirectory() ? readFolder(parent) : [];
  const near = nearestName(basename(missing), siblings);
  throw new BadInputError(code, {
    subject: place,
    expected,
    got: "no such file or folder",
    ...(near === undefined ? {} : { remedy: `did you mean "${join(parent, near)}"?` }),
  });
}

/**
 * Yields the texts below `path` in order of their names: the file itself, or the `.csv`, `.jsonl`, `.gz` and `.zip` files of a
 * folder and its subfolders. What else a folder or archive holds is added to `setAside`, with the reason. A file named by the
 * user is read whatever its name.
 *
 * Throws BadInputError for a path that does not exist or cannot be read, an unreadable gzip or zip, text that is not UTF-8,
 * more than 128 MiB unpacked in one file, two traces of one name, and a folder without a trace.
 */
export function* traceTexts(path: string, setAside: SetAsideFile[]): Generator<TraceText> {
  const folder = isFolder(path);
  const seen = new Map<string, string>();
  for (const file of folder ? filesBelow(path, path, setAside) : [path]) {
    for (const trace of textsIn(file, folder ? path : dirname(path), setAside)) {
      const other = seen.get(trace.name);
      if (other !== undefined) {
        throw new BadInputError(code, {
          subject: trace.file,
          expected: `one trace named ${trace.name}`,
          got: `another in ${other}`,
          remedy: "rename or remove one of them",
        });
      }
      seen.set(trace.name, trace.file);
      yield trace;
    }
  }
  if (seen.size > 0) return;
  throw new BadInputError(code, {
    subject: path,
    expected: "at least one .csv, .jsonl, .gz or .zip file with a trace",
    got: folder ? "a folder without one" : "an archive without one",
  });
}

function* textsIn(file: string, root: string, setAside: SetAsideFile[]): Generator<TraceText> {
  const bytes = readBytes(file);
  const name = traceName(relative(root, file).split(sep).join("/"));
  if (/\.zip$/i.test(file) || startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    for (const entry of zipEntries(bytes, file, (entryName) => isTraceEntry(entryName, file, setAside))) {
      const place = `${file}/${entry.entryName}`;
      yield {
        name: traceName(entry.entryName),
        file: place,
        text: decode(unzipped(entry.bytes, place), place),
      };
    }
  } else {
    yield { name, file, text: decode(unzipped(bytes, file), file) };
  }
}

function isTraceEntry(entryName: string, file: string, setAside: SetAsideFile[]): boolean {
  const reason = /(^|\/)(__MACOSX\/|\._)/.test(entryName)
    ? "a macOS resource fork"
    : reasonToSetAside(entryName, /\.(csv|jsonl|gz)$/i);
  if (reason !== undefined) setAside.push({ file: `${file}/${entryName}`, reason });
  return reason === undefined;
}

function filesBelow(folder: string, root: string, setAside: SetAsideFile[]): string[] {
  return readFolder(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statOf(path)?.isDirectory()) return filesBelow(path, root, setAside);
    if (folder === root && name === "groups.json") return [];
    const reason = reasonToSetAside(name, /\.(csv|jsonl|gz|zip)$/i);
    if (reason === undefined) return [path];
    setAside.push({ file: path, reason });
    return [];
  });
}

function reasonToSetAside(name: string, suffix: RegExp): string | undefined {
  return suffix.test(name) ? undefined : "not a .csv, .jsonl, .gz or .zip file";
}

function traceName(path: string): string {
  return path.replace(/\.(gz|zip)$/i, "").replace(/\.(csv|jsonl)$/i, "");
}

function readFolder(folder: string): string[] {
  return reading(folder, "folder", () => readdirSync(folder).sort());
}

function readBytes(file: string): Uint8Array {
  const bytes = reading(file, "file", () => readFileSync(file));
  if (bytes.length > zipBounds.fileBytes) throw tooLarge(file, `${bytes.length}`);
  return bytes;
}

function reading<Result>(path: string, what: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    const got = (cause as Error).message;
    throw new BadInputError(code, { subject: path, expected: `a ${what} that can be read`, got });
  }
}

/** What `file` unpacks to, a block of 16 KiB at a time, so that it is refused before it fills the memory. */
function unzipped(bytes: Uint8Array, file: string): Uint8Array {
  if (!/\.gz$/i.test(file) && !isGzip(bytes)) return bytes;
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for (const piece of gunzip(blocksOf(bytes))) {
      size += piece.length;
      if (size > zipBounds.fileBytes) throw tooLarge(file, "more");
      pieces.push(piece);
    }
  } catch (cause) {
    if (!(cause instanceof GzipError)) throw cause;
    throw new BadInputError(code, {
      subject: file,
      expected: "a readable gzip file",
      got: cause.message,
      remedy: "the file is damaged, cut short or not gzip: get it again (gzip -t checks a file)",
    });
  }
  return Buffer.concat(pieces, size);
}

function* blocksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 16_384) yield bytes.subarray(at, at + 16_384);
}

function tooLarge(file: string, got: string): BadInputError {
  return new BadInputError(code, {
    subject: file,
    expected: `at most ${zipBounds.fileBytes} bytes unpacked`,
    got,
  });
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BadInputError(code, {
      subject: file,
      expected: "UTF-8 text",
      got: "other bytes",
      remedy: "is it a trace?",
    });
  }
}

/** Undefined also where a part of the path is a file or may not be entered, of which `throwIfNoEntry` makes exceptions. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function firstMissing(path: string): string {
  let missing = path;
  while (statOf(dirname(missing)) === undefined) missing = dirname(missing);
  return missing;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
