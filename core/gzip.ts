// gzip as a stream (RFC 1952), held to the CRC-32 and the length that every member states: fflate reads past both.
import crc from "crc-32";
import { type FlateError, FlateErrorCode, Gunzip } from "fflate";

/** Bytes of a member's trailer: CRC-32 and length modulo 2^32, little-endian (RFC 1952, 2.3.1). */
const TRAILER_BYTES = 8;

/** The shortest member: a header of 10 bytes, an empty block of deflate and the trailer. */
const LEAST_BYTES = 20;

/** The last input that is kept, to look a trailer up in once the header after it has been read. */
const KEPT_BYTES = 2 ** 17;

/** What is wrong with an archive, in words that follow "got". */
export class GzipError extends Error {
  override readonly name = "GzipError";
}

/** Returns whether a file that begins with `bytes` is gzip by its content. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Yields what the gzip file unpacks to whose bytes are those of `blocks`, all of its members one after the other. At most 1,032
 * times as many bytes come out of a block as it has. The blocks are kept for a while: they must not be written to again.
 *
 * Throws GzipError when the file is cut short, damaged, or has bytes after its end. A member is checked when its trailer has been
 * read, so what was yielded counts only once the generator has ended.
 */
export function* gunzip(blocks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let sum = 0;
  let length = 0;
  let begun = false;
  const kept = lastBytes();
  const check = (end: number): void => {
    const trailer = kept.slice(end - TRAILER_BYTES, end);
    const stated = new DataView(trailer.buffer, trailer.byteOffset, trailer.byteLength);
    if (stated.getUint32(0, true) !== sum >>> 0 || stated.getUint32(4, true) !== length) {
      throw new GzipError("contents without the CRC-32 and the length that the file states");
    }
    sum = 0;
    length = 0;
  };
  const unpacker = new Gunzip((piece) => {
    if (piece.length === 0) return;
    sum = crc.buf(piece, sum);
    length = (length + piece.length) % 2 ** 32;
    begun = true;
    pieces.push(piece);
  });
  unpacker.onmember = check;
  const push = (block: Uint8Array, last: boolean): void => {
    try {
      unpacker.push(block, last);
    } catch (error) {
      if (error instanceof GzipError) throw error;
      const { code, message } = error as FlateError;
      if (code !== FlateErrorCode.InvalidHeader) throw new GzipError(message);
      throw new GzipError(begun ? "bytes after its end that are no gzip" : "a damaged header");
    }
  };
  for (const block of blocks) {
    kept.add(block);
    push(block, false);
    yield* pieces;
    pieces = [];
  }
  if (kept.end() < LEAST_BYTES) throw new GzipError(`${kept.end()} bytes, cut short`);
  push(new Uint8Array(0), true);
  yield* pieces;
  check(kept.end());
}

/** The last bytes of a stream, found by their offset from its start. */
function lastBytes() {
  const blocks: Uint8Array[] = [];
  let from = 0;
  let to = 0;
  return {
    add(block: Uint8Array): void {
      blocks.push(block);
      to += block.length;
      while (to - from - blocks[0].length >= KEPT_BYTES) from += (blocks.shift() as Uint8Array).length;
    },
    end: (): number => to,
    slice(start: number, end: number): Uint8Array {
      if (start < from) throw new GzipError(`a header of more than ${KEPT_BYTES} bytes`);
      const bytes = new Uint8Array(end - start);
      let at = from;
      for (const block of blocks) {
        const part = block.subarray(Math.max(0, start - at), Math.max(0, end - at));
        if (part.length > 0) bytes.set(part, Math.max(0, at - start));
        at += block.length;
      }
      return bytes;
    },
  };
}
