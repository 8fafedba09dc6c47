// The files in a zip archive, one at a time, bounded and checked. Nothing is written to disk: entry names are labels only.
import { crc32 } from "node:zlib";
import { unzipSync } from "fflate";
import { BadInputError } from "#core";

/** Bounds on what an archive may unpack to; a trace of 10 cells for an hour at 10 ms is 60 MB. */
export const zipBounds = { fileBytes: 128 * 2 ** 20, archiveBytes: 2 ** 30, entries: 2000 } as const;

const damaged = "the archive is damaged or cut short: get it again (unzip -t checks one)";

/**
 * Yields every file of the archive in `bytes`, by entry name, sorted, each inflated only when it is asked for and held to the
 * CRC-32 that the archive states. `wanted` leaves out entries by name before they are inflated.
 *
 * Throws BadInputError for bytes that are no archive, a damaged or encrypted entry, an entry name with `..`, a drive or a
 * leading slash, two entries of one name, more than 2,000 entries, a file above 128 MiB or an archive above 1 GiB unpacked.
 */
export function* zipEntries(
  bytes: Uint8Array,
  file: string,
  wanted: (entryName: string) => boolean,
): Generator<{ entryName: string; bytes: Uint8Array }> {
  const entries = listEntries(bytes, file).filter(({ name }) => !name.endsWith("/") && wanted(name));
  const names = entries.map((entry) => entry.name);
  const again = names.find((name, index) => names.indexOf(name) !== index);
  if (again !== undefined) throw refuse(file, "every entry once", `two entries "${again}"`);
  const archiveBytes = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (archiveBytes > zipBounds.archiveBytes) {
    throw refuse(file, `at most ${zipBounds.archiveBytes} bytes unpacked`, `${archiveBytes}`);
  }
  for (const entry of entries) {
    const subject = `${file}/${entry.name}`;
    if (/(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:/.test(entry.name)) {
      throw refuse(subject, "an entry name inside the archive", "a path that leaves it");
    }
    if (entry.size > zipBounds.fileBytes) {
      throw refuse(subject, `at most ${zipBounds.fileBytes} bytes unpacked`, `${entry.size}`);
    }
    let unpacked: Uint8Array | undefined;
    let position = 0;
    try {
      [unpacked] = Object.values(unzipSync(bytes, { filter: () => position++ === entry.position }));
    } catch (cause) {
      throw refuse(subject, "an entry that inflates", (cause as Error).message);
    }
    // fflate inflates into a buffer of the stated size and checks nothing: a lie about the size shows here too.
    if (unpacked === undefined || crc32(unpacked) !== entry.crc32) {
      throw refuse(
        subject,
        "contents with the stated CRC-32",
        "other bytes",
        "the archive is damaged or encrypted: get it again",
      );
    }
    yield { entryName: entry.name, bytes: unpacked };
  }
}

interface Entry {
  /** Place in the central directory, by which fflate is told the entry: it decodes some names otherwise. */
  readonly position: number;
  readonly name: string;
  readonly size: number;
  readonly crc32: number;
}

/**
 * Reads the central directory (APPNOTE.TXT 4.3.12, 4.3.16), because fflate does not hand out the CRC-32 it holds. It has no
 * checksum of its own: an entry counts only with the name that stands before its contents, and all of them fill the directory.
 */
function listEntries(bytes: Uint8Array, file: string): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw refuse(file, "a zip archive", "no central directory", damaged);
  const count = view.getUint16(end + 10, true);
  if (count > zipBounds.entries) throw refuse(file, `at most ${zipBounds.entries} entries`, `${count}`);
  const entries: Entry[] = [];
  const start = view.getUint32(end + 16, true);
  let at = start;
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) {
      throw refuse(file, "a zip archive", "a damaged central directory", damaged);
    }
    const nameLength = view.getUint16(at + 28, true);
    const nameBytes = bytes.subarray(at + 46, at + 46 + nameLength);
    const name = decodeName(nameBytes);
    if (!hasLocalName(view, view.getUint32(at + 42, true), nameBytes)) {
      throw refuse(`${file}/${name}`, "one name of the entry", "another where its contents are", damaged);
    }
    const [crc, size] = [view.getUint32(at + 16, true), view.getUint32(at + 24, true)];
    entries.push({ position: index, name, size, crc32: crc });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  if (at - start !== view.getUint32(end + 12, true)) {
    throw refuse(file, "a zip archive", "a central directory of another size", damaged);
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns whether the local header at `at` (APPNOTE.TXT 4.3.7) has the name `name`. */
function hasLocalName(view: DataView, at: number, name: Uint8Array): boolean {
  if (at + 30 + name.length > view.byteLength || view.getUint32(at, true) !== 0x04034b50) return false;
  if (view.getUint16(at + 26, true) !== name.length) return false;
  return name.every((byte, index) => view.getUint8(at + 30 + index) === byte);
}

/** Names that are UTF-8 are read so, with or without the flag that says it: many archivers forget the flag. */
function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}

function refuse(subject: string, expected: string, got: string, remedy?: string): BadInputError {
  return new BadInputError("trace-archive", {
    subject,
    expected,
    got,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
