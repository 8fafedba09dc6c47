import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { BadInputError } from "#core";
import { longestLineBytes, readLines } from "../../../agent-sim/workload/read-lines.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "lines");

function linesOf(bytes: Uint8Array | string): (readonly [number, string])[] {
  writeFileSync(file, bytes);
  return [...readLines(file)].map(({ number, text }) => [number, text] as const);
}

test("lines keep their numbers; blank ones, CR and the byte-order mark go", () => {
  expect(linesOf("\ufeffa\r\n\n  \nb\n\nc")).toEqual([
    [1, "a"],
    [4, "b"],
    [6, "c"],
  ]);
  expect(linesOf("")).toEqual([]);
});

test("gzip is read as what it holds, across block borders and in several members", () => {
  const lines = fc.array(fc.stringMatching(/^[a-zé€]{1,9000}$/), { maxLength: 12 });
  fc.assert(
    fc.property(lines, (texts) => {
      const text = texts.join("\n");
      const numbered = texts.map((line, i) => [i + 1, line]);
      expect(linesOf(text)).toEqual(numbered);
      expect(linesOf(gzipSync(text))).toEqual(numbered);
    }),
    { numRuns: 40 },
  );
  expect(linesOf(Buffer.concat([gzipSync("a\nb"), gzipSync("c\nd")]))).toEqual([
    [1, "a"],
    [2, "bc"],
    [3, "d"],
  ]);
});

test("no flipped bit of a gzip file gives other lines", () => {
  const packed = Buffer.concat([gzipSync("a,1\nb,2\n".repeat(20)), gzipSync("c,3\nd,4\n".repeat(20))]);
  const whole = linesOf(packed);
  fc.assert(
    fc.property(fc.nat(packed.length * 8 - 1), (bit) => {
      const damaged = Uint8Array.from(packed);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      try {
        const lines = linesOf(damaged);
        // Without its magic number it is no gzip, and no text either.
        if ([...readLines(file)].some(({ isDamaged }) => isDamaged)) return;
        expect(lines).toEqual(whole);
      } catch (error) {
        if (!(error instanceof BadInputError)) throw error;
      }
    }),
    { seed: 24, numRuns: 500 },
  );
});

test("a line without end, gzip cut short, and no file are bad input", () => {
  expect(() => linesOf("x".repeat(longestLineBytes + 1))).toThrow(
    "line 1: expected at most 64 MiB in a line",
  );
  const packed = gzipSync(Array.from({ length: 9000 }, (_, i) => `line ${i * 7919}`).join("\n"));
  expect(() => linesOf(packed.subarray(0, packed.length / 2))).toThrow("expected a whole gzip file");
  expect(() => [...readLines(join(folder, "none"))]).toThrow("got no such file");
  expect(() => [...readLines(folder)]).toThrow("got a folder");
});

test("reading stops where the reader stops", () => {
  writeFileSync(file, "a\n".repeat(100_000));
  const lines = readLines(file);
  expect(lines.next().value).toEqual({ number: 1, text: "a", isDamaged: false });
  expect(lines.return(undefined).done).toBe(true);
});

test("a line of bytes that are no text is marked, and harms no other", () => {
  writeFileSync(file, Uint8Array.of(0x61, 0xff, 0x0a, 0x62, 0x0a));
  expect([...readLines(file)]).toEqual([
    { number: 1, text: "a\ufffd", isDamaged: true },
    { number: 2, text: "b", isDamaged: false },
  ]);
});

test("UTF-16 is read as what it holds, with a mark or without, across block borders", () => {
  const text = `{"a": "${"é€x".repeat(9000)}"}\n[2]\n`;
  const lines = text.trimEnd().split("\n");
  const swapped = Buffer.from(`\ufeff${text}`, "utf16le").swap16();
  for (const bytes of [Buffer.from(`\ufeff${text}`, "utf16le"), Buffer.from(text, "utf16le"), swapped]) {
    expect(linesOf(bytes).map(([, line]) => line)).toEqual(lines);
  }
});

test("NUL bytes are spaces, and said", () => {
  const notes: string[] = [];
  writeFileSync(file, Buffer.concat([Buffer.alloc(50_000), Buffer.from("a\n\0\0\nb")]));
  const lines = [...readLines(file, (note) => notes.push(note))].map(({ number, text }) => [
    number,
    text.trim(),
  ]);
  expect(lines).toEqual([
    [1, "a"],
    [3, "b"],
  ]);
  expect(notes[0]).toContain("NUL bytes");
});
