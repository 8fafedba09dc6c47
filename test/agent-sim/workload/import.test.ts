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
  expect(findRow(rows, "cold", "prefillTokensPerHop").value).toBeCloseTo(200 / 3, 9);
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
    expect(cannotTell([], []).length).toBeGreaterThan(2);
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
    "line 1: expected OpenTelemetry spans (OTLP, console, Jaeger, Phoenix), LangSmith runs",
  ],
  [
    "a missing column",
    azure.replace("ContextTokens", "ContextToken"),
    'expected a column ContextTokens, got the columns TIMESTAMP, ContextToken, GeneratedTokens - is "ContextToken" it?',
  ],
  ["no rows", "TIMESTAMP,ContextTokens,GeneratedTokens\n", "expected requests below the header, got none"],
  [
    "time going back",
    azure.replace("18:18:04", "18:17:01"),
    "line 3, TIMESTAMP: expected a time not before that of the line above",
  ],
  [
    "Mooncake time going back",
    `${line({})}\n${line({ timestamp: 4 })}`,
    "line 2 (request 2), timestamp: expected a time not before that of the line above, 5, got 4",
  ],
  [
    "blocks of another size",
    line({ input_length: 100, hash_ids: [1, 2, 3, 4] }),
    "its hash_ids fit blocks of 32 tokens: say workload.blockTokens=32",
  ],
  [
    "runs of which none is one",
    '{"run_id":"1","turns":{}}',
    "got none that can be used; set aside: 1 x turns is not a list",
  ],
])("%s is bad input with its place", async (_, text, message) => {
  await expect(importText(text)).rejects.toThrow(message);
  await expect(importText(text)).rejects.toMatchObject({ name: "BadInputError" });
});

/** A format with good records, and damaged ones with the reason that they are set aside for. */
const damage = [
  {
    good: azure.trimEnd().replaceAll("\r", ""),
    bad: [
      ["2023-11-16 18:19:00,5", "row is not 3 values, as in the header"],
      ["2023-11-16 18:19:00,NaN,8", "ContextTokens is not an integer of at least 1"],
      ["2023-11-16 18:19:00,-1,8", "ContextTokens is not an integer of at least 1"],
      ["2023-11-16 18:19:00,4,8.5", "GeneratedTokens is not an integer of at least 0"],
      ["2023-11-16 18:19:00,4294967295,8", "ContextTokens is not an integer of at least 1"],
      ["2023-02-30 18:19:00,4,8", "TIMESTAMP is not a time"],
    ],
  },
  {
    good: mooncake,
    bad: [
      ['{"timestamp":20,"input_length":10,"output_lenght":1,"hash_ids":[1]}', "output_length is not a value"],
      ['{"timestamp": 20,', "line that is no JSON document"],
      ["[1]", ""],
      [line({ timestamp: -1 }), "timestamp is not a time of at least 0"],
      [line({ timestamp: 20, input_length: 513 }), "hash_ids is not a list of one id for each 512"],
      [line({ timestamp: 20, hash_ids: ["a"] }), "hash_ids[] is not an integer"],
    ],
  },
  {
    good: [run("1", turn("a", 3), turn("b", 4)), run("2")].join("\n"),
    bad: [
      [run("1"), "run_id is not a run of its own"],
      ['{"run_id":"3","turns":{}}', "turns is not a list of turns"],
      ['{"run_id":"3","turns":[{"agent":"a"}]}', "turns[].tokens_o200k is not a value"],
      [run("3", turn("a", 1), turn("b", -4)), "turns[].tokens_o200k is not an integer of at least 0"],
      ['{"run_id":"3","turns":[{"agent":3,"tokens_o200k":1}]}', "turns[].agent is not a name"],
    ],
  },
] as const;

test.each(damage.flatMap(({ good, bad }) => bad.map(([text, reason]) => [text, reason, good] as const)))(
  "%s among good records is set aside and counted; the good ones count",
  async (text, reason, good) => {
    const clean = await importText(good);
    writeFileSync(file, `${good}\n${text}`);
    const { rows, setAside } = await importFile(file);
    const others = (all: readonly KpiRow[]) => all.filter(({ metric }) => !metric.startsWith("setAside"));
    expect(others(rows)).toEqual(others(clean));
    expect(findRow(rows, "observed", "setAside.records").value).toBe(1);
    expect(setAside).toHaveLength(1);
    expect(setAside[0]).toContain(reason);
  },
);

test("a Mooncake trace in seconds, or with blocks of another size, is the same trace once that is said", async () => {
  const records = Array.from({ length: 40 }, (_, i) => ({
    at: i * 0.7,
    input: 100 + i,
    blocks: [i % 3, 90 + i],
  }));
  const write = (perS: number) =>
    records
      .map(({ at, input, blocks }) =>
        JSON.stringify({ timestamp: at * perS, input_length: input, output_length: 5, hash_ids: blocks }),
      )
      .join("\n");
  const blockTokens = { path: "workload.blockTokens", value: 90 };
  writeFileSync(file, write(1000));
  const ms = await importFile(file, undefined, [blockTokens]);
  expect(ms.setAside).toEqual([]);
  writeFileSync(file, write(1));
  const unsaid = await importFile(file, undefined, [blockTokens]);
  expect(unsaid.setAside.join()).toContain("implausibly dense");
  const said = await importFile(file, undefined, [blockTokens, { path: "workload.timeUnit", value: "s" }]);
  expect(said.setAside).toEqual([]);
  expect(said.rows).toEqual(ms.rows);
  const seconds = readRequestWorkload({ file, timeUnit: "s", blockTokens: 90 }).arrivalS;
  expect(() => readRequestWorkload({ file, blockTokens: 90 })).toThrow(
    "say workload.timeUnit=s if they are seconds",
  );
  writeFileSync(file, write(1000));
  expect(seconds).toEqual(readRequestWorkload({ file, blockTokens: 90 }).arrivalS);
});

test("a damaged trace is read or refused as bad input, never anything else", async () => {
  const samples = [azure, mooncake, [run("1", turn("a", 3), turn("b", 4)), run("2")].join("\n")];
  const broken = { longest: 400, unit: '0123456789-.,:{}[]"eaNn\n \u0000é', numRuns: 200 };
  await readsOrRefusesDamaged(samples, broken, (text) => importText(text, ["observed"]));
});

test("a workload is requests; a transcript is none", () => {
  writeFileSync(file, azure);
  const { arrivalS, inputTokens, outputTokens, digest } = readRequestWorkload({ file });
  expect([...arrivalS]).toEqual([0, 60.5]);
  expect([...inputTokens, ...outputTokens]).toEqual([4808, 3180, 10, 8]);
  expect(digest).toEqual({
    format: "azure-llm",
    requests: 2,
    inputTokens: 7988,
    outputTokens: 18,
    setAside: 0,
  });
  writeFileSync(file, run("1"));
  expect(() => readRequestWorkload({ file })).toThrow("got a multi-agent transcript - use agent import");
});

test("time is counted over midnight, leap days and years", () => {
  writeFileSync(
    file,
    "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-02-28 23:59:59,1,1\n2024-02-29 00:00:00,1,1\n2024-03-01 00:00:00,1,1\n2025-01-01 00:00:00.25,1,1\n",
  );
  // 2024-03-01 to 2025-01-01 are 306 days.
  expect([...readRequestWorkload({ file }).arrivalS]).toEqual([0, 1, 86_401, 86_401 + 306 * 86_400 + 0.25]);
});
