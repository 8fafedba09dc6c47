import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { GzipError, gunzip, isGzip } from "#core";

function* inBlocks(bytes: Uint8Array, blockBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += blockBytes) yield bytes.slice(at, at + blockBytes);
}

function unpack(bytes: Uint8Array, blockBytes = 16_384): Buffer {
  return Buffer.concat([...gunzip(inBlocks(bytes, blockBytes))]);
}

function messageOf(bytes: Uint8Array, blockBytes?: number): string {
  try {
    unpack(bytes, blockBytes);
  } catch (error) {
    expect(error).toBeInstanceOf(GzipError);
    return (error as Error).message;
  }
  throw new Error("was not refused");
}

const first = Buffer.from("1,2,3\n".repeat(40));
const second = Buffer.from("4,5,6\n".repeat(40));

test("members are unpacked one after the other, wherever the blocks are cut", () => {
  const member = fc.uint8Array({ maxLength: 3000 });
  fc.assert(
    fc.property(
      fc.array(member, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 4000 }),
      (parts, size) => {
        const packed = Buffer.concat(parts.map((part) => gzipSync(part)));
        expect(unpack(packed, size).equals(Buffer.concat(parts))).toBe(true);
      },
    ),
    { seed: 21, numRuns: 200 },
  );
});

test("a header with a name, a comment, extra bytes and its own checksum is read past", () => {
  const plain = gzipSync(first);
  // RFC 1952, 2.3: FHCRC, FEXTRA, FNAME and FCOMMENT; the extra field has 3 bytes.
  const flags = 2 + 4 + 8 + 16;
  const fields = Buffer.concat([
    Buffer.from([3, 0, 1, 2, 3]),
    Buffer.from("a.csv\0why\0"),
    Buffer.from([7, 7]),
  ]);
  const full = Buffer.concat([
    plain.subarray(0, 3),
    Buffer.from([flags]),
    plain.subarray(4, 10),
    fields,
    plain.subarray(10),
  ]);
  expect(unpack(full, 5).equals(first)).toBe(true);
});

test("any flipped bit leaves the contents as they were or is refused", () => {
  const packed = Buffer.concat([gzipSync(first), gzipSync(second)]);
  const whole = Buffer.concat([first, second]);
  let refused = 0;
  fc.assert(
    fc.property(fc.nat(packed.length * 8 - 1), fc.constantFrom(7, 64, 16_384), (bit, blockBytes) => {
      const damaged = Uint8Array.from(packed);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      try {
        expect(unpack(damaged, blockBytes).equals(whole)).toBe(true);
      } catch (error) {
        if (!(error instanceof GzipError)) throw error;
        refused++;
      }
    }),
    { seed: 22, numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(2000);
});

test("a file cut short anywhere is refused, but for the border between two members", () => {
  const packed = gzipSync(first);
  for (let size = 0; size < packed.length; size++) {
    for (const blockBytes of [1, 16_384]) messageOf(packed.subarray(0, size), blockBytes);
  }
  const two = Buffer.concat([packed, gzipSync(second)]);
  for (let size = packed.length + 1; size < two.length; size++) messageOf(two.subarray(0, size));
  expect(unpack(two.subarray(0, packed.length)).equals(first)).toBe(true);
});

test("bytes after the end are refused, and so are contents of another length or sum", () => {
  const packed = gzipSync(first);
  for (const tail of ["\0", "x", "xyz", "garbage"]) {
    expect(messageOf(Buffer.concat([packed, Buffer.from(tail)]))).toMatch(/after its end|CRC-32/);
  }
  const otherLength = Buffer.from(packed);
  otherLength[packed.length - 4] ^= 1;
  const otherSum = Buffer.from(packed);
  otherSum[packed.length - 8] ^= 1;
  for (const bytes of [otherLength, otherSum]) {
    expect(messageOf(bytes)).toBe("contents without the CRC-32 and the length that the file states");
    expect(messageOf(Buffer.concat([bytes, gzipSync(second)]))).toContain("CRC-32");
  }
  expect(messageOf(Buffer.concat([Buffer.from([0x1f, 0x8b, 7]), packed.subarray(3)]))).toBe(
    "a damaged header",
  );
});

test("gzip is known by its first two bytes", () => {
  expect(isGzip(gzipSync(""))).toBe(true);
  expect(isGzip(Uint8Array.of(0x1f))).toBe(false);
  expect(isGzip(Buffer.from("t_ms,"))).toBe(false);
});
