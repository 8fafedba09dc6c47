import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createImportExperiment, readRequestWorkload } from "../../../agent-sim/index.ts";
import type { KpiRow } from "../../../core/index.ts";
import { findRow, importFile, readsOrRefusesDamaged } from "../../support/import-rows.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-import-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "trace.txt");

const importRows = async (path: string, arms?: readonly string[]): Promise<readonly KpiRow<"agent">[]> =>
  (await importFile(path, arms)).rows;

async function importText(text: string, arms?: readonly string[]): Promise<readonly KpiRow<"agent">[]> {
  writeFileSync(file, text);
  return importRows(file, arms);
}

const turn = (agent: string, tokens: number) => ({
  agent,
  role: "user",
  chars: 4 * tokens,
  tokens_o200k: tokens,
});
const run = (id: string, ...turns: object[]) => JSON.stringify({ run_id: id, question_tokens: 9, turns });
const azure =
  "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03.5,4808,10\r\n2023-11-16 18:18:04.0,3180,8\r\n";
const mooncake = [
  { timestamp: 0, input_length: 1000, output_length: 5, hash_ids: [1, 2] },
  { timestamp: 20, input_length: 1500, output_length: 7, hash_ids: [1, 2, 3] },
  { timestamp: 20, input_length: 512, output_length: 0, hash_ids: [4] },
]
  .map((line) => JSON.stringify(line))
  .join("\n");

test("the re-read factor is the definition, by hand", async () => {
  // a 100, b 50 + 10, c 40: b reads 100, c reads 160, and a again 200: 460 over 210 tokens. The second run has one
  // speaker, who reads nothing: 0. The third has no turn, and no factor.
  const rows = await importText(
    [
      run("1", turn("a", 100), turn("b", 50), turn("b", 10), turn("c", 40), turn("a", 10)),
      run("2", turn("a", 5), turn("a", 6)),
      run("3"),
    ].join("\n"),
  );
  expect(findRow(rows, "observed", "rereadFactor")).toMatchObject({
    kind: "measured",
    n: 2,
    value: 460 / 210 / 2,
  });
  expect(findRow(rows, "text", "rereadFactor")).toMatchObject({ kind: "simulated", value: 460 / 210 / 2 });
  expect(findRow(rows, "observed", "runs").value).toBe(3);
  expect(findRow(rows, "observed", "handOffs").value).toBe(3);
  // In every arm a receiver reads what the last speaker said: 100, 60, 40; text reads 100, 160, 200 in all.
  expect(findRow(rows, "text", "prefillTokensPerHop").value).toBeCloseTo(460 / 3, 9);
  expect(findRow(rows, "none", "prefillTokensPerHop").value).toBeCloseTo(200 / 3, 9);
  // The contexts before them are 0, 100, 160: of full blocks of 16 0, 96 and 160 are cached.
  expect(findRow(rows, "prefix-cache", "prefillTokensPerHop").value).toBeCloseTo((460 - 96 - 160) / 3, 9);
  expect(findRow(rows, "kv", "wireBytesPerHop").value).toBe((57_344 * 260) / 3);
  expect(findRow(rows, "text", "wireBytesPerHop").value).toBe((4 * 260) / 3);
  expect(findRow(rows, "single", "rereadFactor").value).toBe(0);
});

testWithShared("126 recorded runs have a mean re-read factor of 3.9", async () => {
  const rows = await importRows(sharedPath("data", "multi-agent-runs", "algorithm-generated.jsonl"), [
    "observed",
  ]);
  // spec/agents.md section 3: 3.9x; to more digits by a separate script over the same file.
  const row = findRow(rows, "observed", "rereadFactor");
  expect(row.value).toBeCloseTo(3.87981793, 7);
  expect(row).toMatchObject({
    kind: "measured",
    n: 126,
    seeds: 0,
    unit: "1",
    source: "algorithm-generated.jsonl",
  });
  const [lo, hi] = row.ci95 as [number, number];
  expect(lo).toBeGreaterThan(3.5);
  expect(hi).toBeLessThan(4.2);
});

testWithShared("the Azure and Mooncake traces are read whole", async () => {
  const conversation = await importRows(
    sharedPath("data", "azure-llm", "AzureLLMInferenceTrace_conv.csv.gz"),
  );
  // data/README.md: 19,366 and 12,031 requests; means and the share of blocks by a separate script over the files.
  expect(findRow(conversation, "observed", "requests").value).toBe(19_366);
  expect(findRow(conversation, "observed", "inputTokensPerRequest").value).toBeCloseTo(1154.6974078, 6);
  const blocks = await importRows(sharedPath("data", "mooncake", "conversation_trace.jsonl.gz"));
  expect(findRow(blocks, "observed", "requests").value).toBe(12_031);
  expect(findRow(blocks, "observed", "cacheReadShare")).toMatchObject({ kind: "simulated", n: 288_500 });
  expect(findRow(blocks, "observed", "cacheReadShare").value).toBeCloseTo(105_710 / 288_500, 12);
  expect(findRow(blocks, "observed", "rereadTokensPerRequest").value).toBeCloseTo(4496.584739, 5);
});

test("prefix blocks seen before are those an unbounded cache holds", async () => {
  const rows = await importText(mooncake);
  expect(findRow(rows, "observed", "cacheReadShare")).toMatchObject({ value: 2 / 6, n: 6 });
  expect(findRow(rows, "observed", "rereadTokensPerRequest").value).toBeCloseTo(1024 / 3, 9);
  expect(findRow(rows, "text", "prefillTokensPerHop").value).toBe(3012 / 3);
  expect(findRow(rows, "prefix-cache", "prefillTokensPerHop").value).toBeCloseTo((3012 - 1024) / 3, 9);
  expect(findRow(rows, "kv", "wireBytesPerHop").value).toBeCloseTo((57_344 * 1024) / 3, 6);
});

test("formats are told by content, and what each cannot tell is said", () => {
  for (const [text, format] of [
    [azure, "azure-llm"],
    [`\n${mooncake}`, "mooncake"],
    [run("1"), "transcript"],
  ] as const) {
    writeFileSync(file, text);
    const { format: found, cannotTell } = createImportExperiment(file);
    expect(found).toBe(format);
    expect(cannotTell([]).length).toBeGreaterThan(2);
  }
});

test("an Azure trace whose cells are in quotes is the same trace", async () => {
  const quoted = azure.replaceAll(/[^,\r\n]+/g, '"$&"');
  expect(await importText(quoted)).toEqual(await importText(azure));
});

test("an Azure trace has no arm to change, and an unknown one is refused", async () => {
  const rows = await importText(azure);
  expect(new Set(rows.map(({ arm }) => arm))).toEqual(new Set(["observed"]));
  await expect(importText(azure, ["kv"])).rejects.toThrow('expected one of observed, got "kv"');
  await expect(importText(run("1"), ["prefix-cash"])).rejects.toThrow('did you mean "prefix-cache"?');
});

const line = (fields: object) =>
  JSON.stringify({ timestamp: 5, input_length: 10, output_length: 1, hash_ids: [1], ...fields });
test.each([
  ["an empty file", "", "expected a trace, got an empty file"],
  ["nothing but blank lines", "\n \n", "expected a trace, got an empty file"],
  [
    "another format",
    "a,b\n1,2\n",
    "line 1: expected a multi-agent transcript or Mooncake trace (JSON lines), OpenTelemetry spans or LangSmith runs (JSON), or the columns TIMESTAMP",
  ],
  [
    "a missing column",
    azure.replace("ContextTokens", "ContextToken"),
    'expected a column ContextTokens, got the columns TIMESTAMP, ContextToken, GeneratedTokens - is "ContextToken" it?',
  ],
  ["no rows", "TIMESTAMP,ContextTokens,GeneratedTokens\n", "expected requests, got none below the header"],
  [
    "a row too short",
    `${azure}2023-11-16 18:19:00,5\n`,
    "line 4, row: expected 3 values, as in the header, got 2",
  ],
  [
    "a number that is none",
    azure.replace("3180", "NaN"),
    'line 3, ContextTokens: expected an integer of at least 1, got "NaN"',
  ],
  [
    "a negative number",
    azure.replace("3180", "-1"),
    "line 3, ContextTokens: expected an integer of at least 1, got -1",
  ],
  [
    "a fraction",
    azure.replace(",8", ",8.5"),
    "line 3, GeneratedTokens: expected an integer of at least 0, got 8.5",
  ],
  [
    "time going back",
    azure.replace("18:18:04", "18:17:01"),
    "line 3, TIMESTAMP: expected a time not before that of the line above",
  ],
  [
    "a date that is none",
    azure.replace("11-16 18:18", "02-30 18:18"),
    "line 3, TIMESTAMP: expected a time such as",
  ],
  [
    "a missing field",
    '{"timestamp":1,"input_length":10,"output_lenght":1,"hash_ids":[1]}',
    'line 1, output_length: expected a value, got nothing - did you mean "output_lenght"?',
  ],
  [
    "broken JSON",
    `${line({})}\n{"timestamp": 5,`,
    'line 2: expected a JSON object, got "{\\"timestamp\\": 5,"',
  ],
  ["no object", `${line({})}\n[1]`, "line 2: expected a JSON object"],
  [
    "Mooncake time going back",
    `${line({})}\n${line({ timestamp: 4 })}`,
    "line 2, timestamp: expected a time not before that of the line above, 5, got 4",
  ],
  [
    "a negative time",
    line({ timestamp: -1 }),
    "line 1, timestamp: expected milliseconds of at least 0, got -1",
  ],
  [
    "too few blocks",
    line({ input_length: 513 }),
    "line 1, hash_ids: expected 2 ids, one for each 512 of 513 tokens, got 1",
  ],
  [
    "a block that is no number",
    line({ hash_ids: ["a"] }),
    'line 1, hash_ids[0]: expected an integer, got "a"',
  ],
  [
    "a run twice",
    `${run("1")}\n${run("1")}`,
    'line 2, run_id: expected a run of its own, not that of line 1, got "1"',
  ],
  ["turns that are no list", '{"run_id":"1","turns":{}}', "line 1, turns: expected a list of turns, got {}"],
  [
    "a turn without tokens",
    '{"run_id":"1","turns":[{"agent":"a"}]}',
    "line 1, turns[0].tokens_o200k: expected a value, got nothing",
  ],
  [
    "a turn with negative tokens",
    run("1", turn("a", 1), turn("b", -4)),
    "line 1, turns[1].tokens_o200k: expected an integer of at least 0, got -4",
  ],
  [
    "an agent without a name",
    '{"run_id":"1","turns":[{"agent":3,"tokens_o200k":1}]}',
    "line 1, turns[0].agent: expected a name, got 3",
  ],
])("%s is bad input with its place", async (_, text, message) => {
  await expect(importText(text)).rejects.toThrow(message);
  await expect(importText(text)).rejects.toMatchObject({ name: "BadInputError" });
});

test("a damaged trace is read or refused as bad input, never anything else", async () => {
  const samples = [azure, mooncake, [run("1", turn("a", 3), turn("b", 4)), run("2")].join("\n")];
  const damage = { longest: 400, unit: '0123456789-.,:{}[]"eaNn\n \u0000é', numRuns: 200 };
  await readsOrRefusesDamaged(samples, damage, (text) => importText(text, ["observed"]));
});

test("a workload is requests; a transcript is none", () => {
  writeFileSync(file, azure);
  const { arrivalS, inputTokens, outputTokens, digest } = readRequestWorkload(file);
  expect([...arrivalS]).toEqual([0, 60.5]);
  expect([...inputTokens, ...outputTokens]).toEqual([4808, 3180, 10, 8]);
  expect(digest).toEqual({ format: "azure-llm", requests: 2, inputTokens: 7988, outputTokens: 18 });
  writeFileSync(file, run("1"));
  expect(() => readRequestWorkload(file)).toThrow("got a multi-agent transcript - use agent import");
});

test("time is counted over midnight, leap days and years", () => {
  writeFileSync(
    file,
    "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-02-28 23:59:59,1,1\n2024-02-29 00:00:00,1,1\n2024-03-01 00:00:00,1,1\n2025-01-01 00:00:00.25,1,1\n",
  );
  // 2024-03-01 to 2025-01-01 are 306 days.
  expect([...readRequestWorkload(file).arrivalS]).toEqual([0, 1, 86_401, 86_401 + 306 * 86_400 + 0.25]);
});
