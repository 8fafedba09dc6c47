import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { detectJsonLayout } from "../../../agent-sim/workload/json-layout.ts";
import { readJsonRecords } from "../../../agent-sim/workload/read-json-records.ts";
import { createSetAside } from "../../../agent-sim/workload/set-aside.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-json-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "records");

/** Records of content, in the layout that its beginning shows or in another one. */
function recordsOf(content: string | Uint8Array, path?: string) {
  writeFileSync(file, content);
  const setAside = createSetAside();
  const bytes = Buffer.from(content);
  const found = detectJsonLayout(bytes, true);
  const layout =
    path === undefined ? found : ({ by: "stream", kind: "mooncake", path, scopePaths: [] } as const);
  if (layout === null || !("by" in layout)) throw new Error("no layout");
  const records = [...readJsonRecords(file, layout, setAside)];
  return { records, values: records.map(({ value }) => value), reasons: setAside.reasons() };
}

/** A record that is told by its keys. */
const request = (fields: object) => ({ hash_ids: [1], ...fields });

test("records are those of JSON.parse, however they are laid out, packed and cut into blocks", () => {
  const records = fc.array(
    fc.record({ a: fc.jsonValue(), text: fc.string({ maxLength: 9000, unit: "grapheme" }) }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(records, fc.constantFrom(0, 1), fc.boolean(), (values, indent, packed) => {
      const all = values.map(request);
      const expected = JSON.parse(JSON.stringify(all)) as unknown;
      for (const [text, path] of [
        [JSON.stringify(all, null, indent), "$.*"],
        [JSON.stringify({ before: [1], in: [{ list: all }], after: {} }, null, indent), "$.in.*.list.*"],
        [all.map((value) => JSON.stringify(value, null, indent)).join("\n"), "$"],
      ] as const) {
        expect(recordsOf(packed ? gzipSync(text) : text, path).values).toEqual(expected);
        if (all.length > 0 && !packed) expect(recordsOf(text).values).toEqual(expected);
      }
    }),
    { numRuns: 60, seed: 12 },
  );
});

test("a record has the line on which it begins, and its number", () => {
  const long = "x".repeat(40_000);
  const text = `{"in": [\n  {"hash_ids": 1},\n  {\n    "hash_ids": "${long}"\n  }, {"hash_ids": 3}\n]}\n`;
  expect(recordsOf(text).records.map(({ place }) => [place.line, place.record])).toEqual([
    [2, "request 1"],
    [3, "request 2"],
    [5, "request 3"],
  ]);
});

test("one record cannot fill the memory", () => {
  expect(() => recordsOf(`[{"hash_ids": "${"x".repeat(70 * 2 ** 20)}"}]`, "$.*")).toThrow(
    "a record of at most 64 MiB",
  );
});

test("a key that could change an object's prototype is a key", () => {
  const [value] = recordsOf('[{"hash_ids": 1, "__proto__": {"spanId": "1"}}]', "$.*").values;
  expect(value.spanId).toBeUndefined();
});

test("of documents one a line, any number of damaged ones costs only themselves", () => {
  const good = fc
    .record({ text: fc.string({ maxLength: 40 }) })
    .map((fields) => JSON.stringify(request(fields)));
  const bad = fc.constantFrom(
    "{",
    '{"hash_ids": [',
    "nonsense",
    '{"hash_ids": "x',
    "}}",
    "7",
    '{"other": 1}',
    "[5]",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(good, bad), { minLength: 1, maxLength: 9 }), good, (lines, last) => {
      const all = [...lines, last];
      const expected = all.filter((line) => line.endsWith("}") && line.includes('"text"'));
      const { values, reasons } = recordsOf(all.join("\n"));
      expect(values).toEqual(expected.map((line) => JSON.parse(line)));
      expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(all.length - expected.length);
    }),
    { numRuns: 150, seed: 12 },
  );
});

test("of documents over lines, a damaged one costs only itself, and what follows begins at the next line that begins one", () => {
  const indented = (value: object) => JSON.stringify(value, null, 2);
  const whole = [1, 2, 3].map((text) => indented(request({ text })));
  const cut = whole[1].slice(0, whole[1].length - 9);
  const { values, reasons } = recordsOf([whole[0], cut, whole[2]].join("\n"), "$");
  expect(values.map(({ text }) => text)).toEqual([1, 3]);
  expect(reasons).toMatchObject([{ sort: "records", count: 1 }]);
});

test("a document cut short has the records before the cut", () => {
  const text = JSON.stringify({ runs: [1, 2, 3].map((n) => request({ n })) });
  const { values, reasons } = recordsOf(text.slice(0, -12));
  expect(values.map(({ n }) => n)).toEqual([1, 2]);
  expect(reasons).toMatchObject([{ sort: "records", count: 1 }]);
});

test("NaN and infinities are no number, in either layout", () => {
  const text = '{"hash_ids": NaN, "text": "a NaN, b", "more": [-Infinity, 1]}';
  for (const { values } of [recordsOf(text), recordsOf(text, "$")])
    expect(values).toEqual([{ hash_ids: null, text: "a NaN, b", more: [null, 1] }]);
});
