import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { langsmithRun, otlpSpan, type PlainSpan } from "../../support/span-files.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-huge-"));
afterAll(() => rmSync(folder, { recursive: true }));
const child = fileURLToPath(new URL("../../support/import-peak.js", import.meta.url));

const MIB = 2 ** 20;
const FILE_BYTES = 48 * MIB;
/** Less than the text of a file, let alone its objects: a reader that holds the file runs out. */
const HEAP_MIB = 80;
/** Node itself and the sources have 120 to 150 MiB. */
const PEAK_BYTES = 320 * MIB;

/** Writes `begin`, records until the file is large enough, and `end`; returns how many calls there are. */
function writeFile(
  path: string,
  {
    begin,
    between,
    end,
    pack,
  }: { begin: string; between: string; end: string; pack?: (text: string) => Uint8Array },
  record: (i: number) => string,
): number {
  const file = openSync(path, "w");
  let text = begin;
  let bytes = 0;
  let records = 0;
  const flush = (): void => {
    bytes += text.length;
    writeSync(file, pack === undefined ? Buffer.from(text) : pack(text));
    text = "";
  };
  while (bytes < FILE_BYTES) {
    text += (records === 0 ? "" : between) + record(records);
    records++;
    if (text.length > MIB) flush();
  }
  text += end;
  flush();
  closeSync(file);
  return records;
}

const message = "What the agents said to each other, at some length. ".repeat(40);
const call = (i: number): PlainSpan => ({
  trace: `t${i >> 3}`,
  id: `s${i}`,
  operation: "chat",
  agent: `agent${i % 3}`,
  startMs: 20 * i,
  endMs: 20 * i + 10,
  input: 1000 + (i % 500),
  output: 50,
});

function importPeak(path: string): { readonly peakBytes: number; readonly calls: number } {
  const said = execFileSync(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, child, path], {
    encoding: "utf8",
  });
  return JSON.parse(said) as { peakBytes: number; calls: number };
}

test.each([
  [
    "one document of OTLP without a line break",
    { begin: '{"resourceSpans":[{"scopeSpans":[{"spans":[', between: ",", end: "]}]}]}" },
    (i: number) => JSON.stringify({ ...otlpSpan(call(i)), text: message }),
  ],
  [
    "{runs} of LangSmith, as gzip",
    { begin: '{"runs":[', between: ",", end: "]}", pack: (text: string) => gzipSync(text, { level: 1 }) },
    (i: number) => JSON.stringify({ ...langsmithRun(call(i)), inputs: message }),
  ],
  [
    "spans one a line",
    { begin: "", between: "\n", end: "\n" },
    (i: number) => JSON.stringify({ ...otlpSpan(call(i)), text: message }),
  ],
  [
    "Mooncake",
    { begin: "", between: "\n", end: "\n" },
    (i: number) =>
      JSON.stringify({
        timestamp: 500 * i,
        input_length: 8192,
        output_length: 9,
        hash_ids: Array.from({ length: 16 }, (_, b) => 10 * i + b),
      }),
  ],
])(
  "48 MiB of %s are read in the memory of a small file",
  (_, ends, record) => {
    const path = join(folder, "huge");
    const written = writeFile(path, ends, record);
    const { peakBytes, calls } = importPeak(path);
    expect(calls).toBe(written);
    expect(peakBytes).toBeLessThan(PEAK_BYTES);
  },
  600_000,
);
