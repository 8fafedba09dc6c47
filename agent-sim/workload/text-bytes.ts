// The bytes of a text file as UTF-8 without a byte-order mark, whatever wrote it.
import { Buffer } from "node:buffer";
import { readBytes } from "./read-bytes.ts";

/**
 * Yields the file's text as UTF-8 in pieces, unpacked as {@link readBytes} does. UTF-16 is recognised by its byte-order mark,
 * or by the zero beside the first brace (Windows shells redirect so), and converted; NUL bytes, which a rotated or sparse
 * file begins with, become spaces. `note` hears of both. Bytes that are no UTF-8 stay as they are.
 */
export function* readTextBytes(
  path: string,
  note: (sentence: string) => void = () => {},
): Generator<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  let first = true;
  for (const bytes of atLeastFour(readBytes(path))) {
    let piece = bytes;
    if (first) {
      first = false;
      const encoding = utf16Of(piece);
      if (encoding !== null) {
        decoder = new TextDecoder(encoding);
        note(`text in ${encoding} read as such`);
      }
      if (piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf) piece = piece.subarray(3);
    }
    if (decoder !== null) piece = Buffer.from(decoder.decode(piece, { stream: true }), "utf8");
    if (piece.length > 0) yield withoutNul(piece, note);
  }
  const rest = decoder?.decode() ?? "";
  if (rest !== "") yield Buffer.from(rest, "utf8");
}

function utf16Of([a, b]: Uint8Array): "utf-16le" | "utf-16be" | null {
  const isBracket = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
  if ((a === 0xff && b === 0xfe) || (isBracket(a) && b === 0)) return "utf-16le";
  if ((a === 0xfe && b === 0xff) || (a === 0 && isBracket(b))) return "utf-16be";
  return null;
}

/** The first piece has what tells the encoding. */
function* atLeastFour(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let held: Uint8Array | null = new Uint8Array(0);
  for (const piece of pieces) {
    if (held === null) {
      yield piece;
      continue;
    }
    const joined: Uint8Array = held.length === 0 ? piece : Buffer.concat([held, piece]);
    held = joined.length < 4 ? joined : null;
    if (held === null) yield joined;
  }
  if (held !== null && held.length > 0) yield held;
}

function withoutNul(piece: Uint8Array, note: (sentence: string) => void): Uint8Array {
  // Buffer's search is many times faster than that of a typed array.
  if (Buffer.from(piece.buffer, piece.byteOffset, piece.length).indexOf(0) === -1) return piece;
  note("NUL bytes read as spaces, by piece of the file");
  return piece.map((byte) => (byte === 0 ? 0x20 : byte));
}
