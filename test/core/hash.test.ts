import { expect, test } from "vitest";
import { fnv1a } from "../../core/hash.ts";

// FNV-1a of the bytes of text.encode("utf-16le"), computed in Python 3 with unbounded integers:
// h = 0x811c9dc5; for b in bytes: h = ((h ^ b) * 0x01000193) % 2**32
test.each([
  ["", 0x811c9dc5],
  ["a", 0x2b24d044],
  ["pca-2", 0xe780ab48],
  ["\u00e9\u4e2d", 0x4957f987],
])("the hash of %j is that of its UTF-16 bytes", (text, hash) => {
  expect(fnv1a(text)).toBe(hash);
});
