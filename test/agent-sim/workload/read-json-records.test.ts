import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { readJsonRecords } from "../../../agent-sim/workload/read-json-records.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-json-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "records");

function recordsOf(content: string | Uint8Array, path: string, wrappers: readonly string[] | null = null) {
  writeFileSync(file, content);
  return [...readJsonRecords(file, { noun: "record", paths: [path], wrappers })];
}

test("records are those of JSON.parse, however they are laid out, packed and cut into blocks", () => {
  const records = fc.array(
    fc.record({ a: fc.jsonValue(), text: fc.string({ maxLength: 9000, unit: "grapheme" }) }),
    {
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(records, fc.constantFrom(0, 1), fc.boolean(), (values, indent, packed) => {
      const expected = JSON.parse(JSON.stringify(values)) as unknown;
      for (const [text, path] of [
        [JSON.stringify(values, null, indent), "$.*"],
        [JSON.stringify({ before: [1], in: [{ list: values }], after: {} }, null, indent), "$.in.*.list.*"],
        [values.map((value) => JSON.stringify(value, null, indent)).join("\n"), "$"],
      ] as const) {
        expect(recordsOf(packed ? gzipSync(text) : text, path).map(({ value }) => value)).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});

test("a record has the line on which it begins, and its number", () => {
  const text = `{"in": [\n  {"a": 1},\n  {\n    "a": "${"x".repeat(40_000)}"\n  }, {"a": 3}\n]}\n`;
  expect(recordsOf(text, "$.in.*").map(({ place }) => [place.line, place.record])).toEqual([
    [2, "record 1"],
    [3, "record 2"],
    [5, "record 3"],
  ]);
});

test("one record cannot fill the memory", () => {
  expect(() => recordsOf(`[{"a": "${"x".repeat(70 * 2 ** 20)}"}]`, "$.*")).toThrow(
    "a record of at most 64 MiB",
  );
});

test("a key that could change an object's prototype is a key", () => {
  const [{ value }] = recordsOf('[{"__proto__": {"spanId": "1"}}]', "$.*");
  expect((value as Record<string, unknown>).spanId).toBeUndefined();
});
