import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  findRow,
  type Imported,
  importFile,
  readsOrRefuses,
  readsOrRefusesDamaged,
} from "../../support/import-rows.ts";
import {
  before127,
  consoleSpan,
  langsmithRun,
  otlpExport,
  otlpSpan,
  type PlainSpan,
  smallSystem,
} from "../../support/span-files.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-spans-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "spans");

function importText(content: string | Uint8Array, arms?: readonly string[]): Promise<Imported> {
  writeFileSync(file, content);
  return importFile(file, arms);
}

const lines = (records: readonly unknown[]): string =>
  records.map((record) => JSON.stringify(record)).join("\n");
const values = ({ rows }: Imported): readonly unknown[] =>
  rows.map(({ arm, metric, kind, value, n }) => [arm, metric, kind, value, n]);

const otlp = smallSystem.map((span) => otlpSpan(span));
const runs = smallSystem.map(langsmithRun);
const children = (parent: string | undefined): readonly Record<string, unknown>[] =>
  smallSystem
    .filter((span) => span.parent === parent)
    .map((span) => ({ ...langsmithRun(span), child_runs: children(span.id) }));

test("the tax of three agents is what one counts by hand", async () => {
  const { rows, cannotTell, format } = await importText(JSON.stringify(otlpExport(otlp)));
  expect(format).toBe("otel-genai");
  const observed = (metric: string) => findRow(rows, "observed", metric);
  expect(observed("runs")).toMatchObject({ value: 1, kind: "measured" });
  // The spans of agents hold sums, and the tool is no call.
  expect(observed("requests").value).toBe(4);
  expect(observed("handOffs").value).toBe(2);
  expect(observed("inputTokensPerRequest")).toMatchObject({ value: 5500 / 4, n: 4, kind: "measured" });
  expect(observed("outputTokensPerRequest").value).toBe(230 / 4);
  // The writer reads 1500 where 1000 + 100 were there; the planner 1400 where 1600 + 60 were.
  expect(observed("inputTokensPerHandOff")).toMatchObject({ value: 1450, n: 2, kind: "measured" });
  expect(observed("rereadTokensPerHandOff.atMost")).toMatchObject({
    value: (1100 + 1400) / 2,
    kind: "simulated",
  });
  expect(observed("rereadTokensPerHandOff.atLeast").value).toBe(0);
  expect(observed("rereadFactor.atMost").value).toBeCloseTo(2500 / 1680, 12);
  expect(observed("cacheReadShare")).toMatchObject({ value: 2450 / 5500, kind: "measured", n: 5500 });
  expect(observed("handOffCacheReadShare").value).toBe(900 / 2900);
  expect(observed("timeToFirstTokenMs.p50")).toMatchObject({ value: 4, n: 4, kind: "measured" });
  expect(observed("handOffTimeToFirstTokenMs.p50").value).toBe(6);
  // Shared before the last speaker: 1000 and 1340 tokens, of full blocks of 16 992 and 1328.
  expect(findRow(rows, "text", "prefillTokensPerHop")).toMatchObject({ value: 1450, kind: "simulated" });
  expect(findRow(rows, "text", "rereadFactor.atMost").value).toBe(observed("rereadFactor.atMost").value);
  expect(findRow(rows, "text", "wireBytesPerHop").value).toBe((4 * 2340) / 2);
  expect(findRow(rows, "prefix-cache", "prefillTokensPerHop").value).toBe((2900 - 992 - 1328) / 2);
  expect(findRow(rows, "cold", "prefillTokensPerHop").value).toBe((2900 - 2340) / 2);
  expect(findRow(rows, "kv", "wireBytesPerHop").value).toBe((57_344 * 2340) / 2);
  expect(cannotTell.join("\n")).not.toMatch(/no call|the tokens of|who made/);
});

describe("however an exporter writes the same spans, they say the same", async () => {
  const expected = values(await importText(JSON.stringify(otlpExport(otlp))));
  const halves = [otlpExport(otlp.slice(0, 4)), otlpExport(otlp.slice(4))];
  const snakeCase = (text: string): string =>
    text.replaceAll(
      /"([a-z]+(?:[A-Z][A-Za-z]*)+)":/g,
      (_, key: string) => `"${key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}":`,
    );
  const flatAttributes = otlp.map((span, i) => ({
    ...span,
    attributes: consoleSpan(smallSystem[i]).attributes,
  }));
  const hrTime = (nanos: unknown): [number, number] => [
    Number(String(nanos).slice(0, -9)),
    Number(String(nanos).slice(-9)),
  ];
  const nodeSdk = otlp.map(({ startTimeUnixNano, endTimeUnixNano, ...span }, i) => ({
    ...span,
    startTime: hrTime(startTimeUnixNano),
    endTime: hrTime(endTimeUnixNano),
    attributes: consoleSpan(smallSystem[i]).attributes,
  }));
  test.each<[string, string | Uint8Array]>([
    ["one document, indented", JSON.stringify(otlpExport(otlp), null, 2)],
    ["exports one a line, as the collector's file exporter", lines(halves)],
    ["exports in a list", JSON.stringify(halves)],
    ["keys with underscores", snakeCase(JSON.stringify(otlpExport(otlp)))],
    [
      "instrumentationLibrarySpans of old",
      JSON.stringify(otlpExport(otlp)).replace("scopeSpans", "instrumentationLibrarySpans"),
    ],
    ["batches, as Tempo answers", JSON.stringify(otlpExport(otlp)).replace("resourceSpans", "batches")],
    ["a list of spans", JSON.stringify(otlp)],
    ["spans one a line", lines(otlp)],
    [
      "spans pretty-printed one after the other",
      otlp.map((span) => JSON.stringify(span, null, 1)).join("\n"),
    ],
    ["{spans: [...]}", JSON.stringify({ spans: otlp })],
    ["attributes as an object", JSON.stringify(flatAttributes)],
    ["times as pairs of seconds and nanoseconds", JSON.stringify(nodeSdk)],
    [
      "the console exporter of Python",
      smallSystem.map((span) => JSON.stringify(consoleSpan(span), null, 4)).join("\n"),
    ],
    [
      "the names before 1.27",
      JSON.stringify(otlpExport(smallSystem.map((span) => otlpSpan(span, before127)))),
    ],
    [
      "integers as numbers",
      JSON.stringify(otlpExport(smallSystem.map((span) => otlpSpan(span, undefined, "number")))),
    ],
    ["children before their parents", JSON.stringify(otlpExport([...otlp].reverse()))],
    ["some spans sent twice", JSON.stringify(otlpExport([...otlp, ...otlp.slice(2, 6)]))],
    ["gzip", gzipSync(JSON.stringify(otlpExport(otlp)))],
    ["a byte-order mark", `\ufeff${JSON.stringify(otlp)}`],
    ["runs of LangSmith in a list", JSON.stringify(runs)],
    ["runs of LangSmith one a line", lines(runs)],
    ["runs of LangSmith as its interface answers", JSON.stringify({ cursors: { next: null }, runs })],
    ["runs of LangSmith nested", JSON.stringify(children(undefined))],
    ["runs of LangSmith with a zone", JSON.stringify(runs).replaceAll(/(T[\d:.]+)"/g, '$1+00:00"')],
  ])("%s", async (_, content) => {
    expect(values(await importText(content))).toEqual(expected);
  });
});

type Loose = { readonly [K in keyof PlainSpan]?: PlainSpan[K] | undefined };
const call = (span: Loose): PlainSpan => ({
  trace: "t",
  id: "a",
  operation: "chat",
  agent: "one",
  startMs: 0,
  endMs: 1,
  input: 100,
  output: 10,
  ...(span as Partial<PlainSpan>),
});
const importCalls = (...spans: readonly Loose[]): Promise<Imported> =>
  importText(JSON.stringify(spans.map((span, i) => otlpSpan(call({ id: `c${i}`, ...span })))));
const observedOf = ({ rows }: Imported, metric: string): number | null | undefined =>
  rows.find((row) => row.arm === "observed" && row.metric === metric)?.value;

test("agents that speak beside each other are not handed what the other said", async () => {
  // b and c start after a; each goes on with its own work while the other speaks.
  const said = await importCalls(
    { agent: "a", startMs: 0, endMs: 10 },
    { agent: "b", startMs: 11, endMs: 20 },
    { agent: "c", startMs: 11, endMs: 22 },
    { agent: "b", startMs: 23, endMs: 30 },
    { agent: "c", startMs: 24, endMs: 29 },
  );
  expect(observedOf(said, "handOffs")).toBe(2);
});

test("an agent that is handed back to is a hand-off, as in a transcript", async () => {
  const said = await importCalls(
    { agent: "a" },
    { agent: "b", startMs: 2, endMs: 3 },
    { agent: "a", startMs: 4, endMs: 5 },
  );
  expect(observedOf(said, "handOffs")).toBe(2);
});

test("runs are conversations, and traces where there is none", async () => {
  const said = await importCalls(
    { trace: "t1", conversation: "x" },
    { trace: "t2", conversation: "x", agent: "two", startMs: 5, endMs: 6 },
    { trace: "t3" },
    { trace: "t4", agent: "two", startMs: 5, endMs: 6 },
  );
  expect([observedOf(said, "runs"), observedOf(said, "handOffs")]).toEqual([3, 1]);
});

test("what calls lack is counted and named", async () => {
  const said = await importCalls(
    {},
    { agent: undefined, startMs: 2, endMs: 3 },
    { input: undefined, output: undefined, startMs: 4, endMs: 5 },
    { operation: "invoke_agent", agent: "two", startMs: 6, endMs: 9 },
  );
  expect(observedOf(said, "requests")).toBe(4);
  expect(observedOf(said, "handOffs")).toBe(1);
  expect(observedOf(said, "inputTokensPerRequest")).toBe(100);
  const sentences = said.cannotTell.join("\n");
  expect(sentences).toContain("who made 1 of the 4 calls");
  expect(sentences).toContain("the tokens of 1 of the 4 calls");
  expect(sentences).toContain("the single calls of 1 agents");
  expect(sentences).toContain("tokens read from a cache: no call reports them under a name known here");
  expect(sentences).toContain("time to first token: no call reports it under a name known here");
});

test("a call that says what it read and not what it wrote counts in the mean of the first only", async () => {
  const said = await importCalls(
    {},
    { agent: "two", output: undefined, startMs: 2, endMs: 3 },
    { startMs: 4, endMs: 5 },
  );
  expect(findRow(said.rows, "observed", "outputTokensPerRequest")).toMatchObject({ value: 10, n: 2 });
  expect(observedOf(said, "inputTokensPerRequest")).toBe(100);
  expect(observedOf(said, "requests.noOutputTokens")).toBe(1);
  expect(said.cannotTell.join("\n")).toContain("the output tokens of 1 of the 3 calls");
});

test("what an operation of another name is, its counts tell: only a model reads and writes", async () => {
  const spans = [
    otlpSpan(call({ id: "c0" })),
    otlpSpan(call({ id: "c1", startMs: 2, endMs: 3 })),
    otlpSpan(call({ id: "c2", output: undefined, startMs: 4, endMs: 5 })),
    otlpSpan(call({ id: "c3", startMs: 6, endMs: 7 })),
  ];
  const named = (at: number, operation: string): string =>
    JSON.stringify(spans[at]).replaceAll('"chat"', JSON.stringify(operation));
  const content = [
    JSON.stringify(spans[0]),
    named(1, "responses"),
    named(2, "moderation"),
    named(3, "execute_tool"),
  ];
  const said = await importText(content.join("\n"));
  expect(observedOf(said, "requests")).toBe(2);
});

test("a share of the cache says of how many calls it is", async () => {
  const said = await importCalls(
    { cacheRead: 50 },
    { agent: "two", startMs: 2, endMs: 3 },
    { cacheRead: 0, startMs: 4, endMs: 5 },
  );
  expect(observedOf(said, "cacheReadShare")).toBe(50 / 200);
  expect(observedOf(said, "requests.noCacheRead")).toBe(1);
  expect(said.cannotTell.join("\n")).toContain("what 1 of the 3 calls read from a cache");
});

test("without an agent anywhere there are calls and no hand-offs", async () => {
  const said = await importCalls({ agent: undefined }, { agent: undefined, startMs: 2, endMs: 3 });
  expect(observedOf(said, "requests")).toBe(2);
  expect(observedOf(said, "handOffs")).toBeUndefined();
  expect(observedOf(said, "rereadFactor")).toBeUndefined();
  expect(said.cannotTell[0]).toContain("who speaks: no call with tokens has an agent");
});

test("input tokens that leave the cache out are completed, provider by provider", async () => {
  const said = await importCalls(
    { input: 10, cacheRead: 90, cacheWrite: 5 },
    { input: 50, cacheRead: 20, startMs: 2, endMs: 3 },
  );
  // 10 + 90 + 5 shows that this provider counts apart, so the second read 50 + 20.
  expect(observedOf(said, "inputTokensPerRequest")).toBe((105 + 70) / 2);
  expect(observedOf(said, "cacheReadShare")).toBe(110 / 175);
  expect(said.cannotTell.join("\n")).toContain("added in 2 calls");
});

test("agents of LangSmith that are made alike are told apart by their graphs", async () => {
  const run = (id: string, agent: string, ms: number) => {
    const made = langsmithRun(call({ id, trace: id, agent: "agent", startMs: ms, endMs: ms + 1 }));
    const metadata = {
      langgraph_node: "agent",
      langgraph_checkpoint_ns: `${agent}:1b2|agent:3c4`,
      thread_id: "x",
    };
    return { ...made, extra: { metadata } };
  };
  const said = await importText(lines([run("a", "writer", 0), run("b", "critic", 5)]));
  expect(said.format).toBe("langsmith");
  expect(observedOf(said, "handOffs")).toBe(1);
});

test("LangSmith's usage is found where the run itself has no counts", async () => {
  const bare = { ...langsmithRun(call({})), prompt_tokens: 0, completion_tokens: 0 };
  const usage = { input_tokens: 70, output_tokens: 7, input_token_details: { cache_read: 30 } };
  for (const run of [
    { ...bare, outputs: { usage_metadata: usage } },
    { ...bare, extra: { metadata: { ls_provider: "openai", usage_metadata: usage } } },
    { ...bare, outputs: { generations: [[{ message: { kwargs: { usage_metadata: usage } } }]] } },
  ]) {
    const said = await importText(JSON.stringify([run]));
    expect(observedOf(said, "inputTokensPerRequest")).toBe(70);
    expect(observedOf(said, "outputTokensPerRequest")).toBe(7);
    expect(observedOf(said, "cacheReadShare")).toBeCloseTo(3 / 7, 12);
  }
});

const span = (fields: object) => JSON.stringify([{ ...otlp[1], ...fields }]);
const attribute = (key: string, value: object) => ({ attributes: [{ key, value }] });
test.each([
  ["an empty list", "[]", "expected OpenTelemetry spans"],
  ["metrics alone", '{"resourceMetrics":[{}]}', "got OpenTelemetry metrics - export the traces"],
  ["no spans", '{"resourceSpans":[]}', "expected OpenTelemetry spans"],
  ["spans without calls", lines([otlp[0]]), "got 1 spans, none of them a call"],
  [
    "calls without tokens",
    span(attribute("gen_ai.operation.name", { stringValue: "chat" })),
    "got 1 calls without",
  ],
  [
    "roots of LangSmith only",
    JSON.stringify(runs.slice(0, 2)),
    "got 2 spans, none of them a call - export the runs of type llm",
  ],
  [
    "a file in which every record is damaged",
    span({ spanId: undefined }),
    "got no spans; set aside: 1 x spanId is not a value",
  ],
  [
    "bytes that are no text",
    Uint8Array.of(0x5b, 0x7b, 0x22, 0xff, 0x22, 0x7d, 0x5d),
    "expected OpenTelemetry spans",
  ],
])("%s is bad input, with what was found", async (_, content, message) => {
  await expect(importText(content)).rejects.toThrow(message);
  await expect(importText(content)).rejects.toMatchObject({ name: "BadInputError" });
});

const clean = values(await importText(lines(otlp)));
const cleanRuns = values(await importText(lines(runs)));
const withoutCounts = (all: readonly unknown[]) =>
  all.filter((row) => !String((row as readonly unknown[])[1]).startsWith("setAside"));
const damagedSpan = (fields: object) => ({ ...otlp[2], spanId: "00000000000000ff", ...fields });
const damagedRun = (fields: object) => ({ ...runs[2], id: "other", ...fields });

test.each([
  ["an id that is missing", damagedSpan({ spanId: undefined }), "spanId is not a value"],
  ["an id of zeros", damagedSpan({ traceId: "0000" }), "traceId is not an id that is not empty"],
  [
    "a time that is none",
    damagedSpan({ startTimeUnixNano: "soon" }),
    "startTimeUnixNano is not nanoseconds since 1970 or a time",
  ],
  ["attributes of another type", damagedSpan({ attributes: 7 }), "attributes is not a list or an object"],
  [
    "an attribute without a key",
    damagedSpan({ attributes: [{ value: {} }] }),
    "attributes[] is not a key and a value",
  ],
  ["an object of no known kind", { a: 1 }, "object of no known kind (a)"],
  ["a run without a type", damagedRun({ run_type: undefined }), "run_type is not a value"],
  ["a run without a trace", damagedRun({ trace_id: null }), "trace_id is not a value"],
  [
    "a start that is none",
    damagedRun({ start_time: "2025-02-30T00:00:00" }),
    "start_time is not a time such as",
  ],
] as const)("%s among good records is set aside; the good ones count", async (_, record, reason) => {
  const isRun = "run_type" in record;
  const own = isRun ? runs : otlp;
  for (const content of [
    lines([...own, record]),
    lines([record, ...own]),
    JSON.stringify([...own, record]),
  ]) {
    const said = await importText(content);
    expect(withoutCounts(values(said))).toEqual(withoutCounts(isRun ? cleanRuns : clean));
    expect(observedOf(said, "setAside.records")).toBe(1);
    expect(said.setAside.join()).toContain(reason);
  }
});

test.each([
  ["negative tokens", "gen_ai.usage.input_tokens", { intValue: "-3" }],
  ["tokens that are no number", "gen_ai.usage.prompt_tokens", { stringValue: "many" }],
  ["fractions of tokens", "gen_ai.usage.output_tokens", { doubleValue: 1.5 }],
  ["the largest integer of 32 bits", "gen_ai.usage.output_tokens", { intValue: "2147483647" }],
  ["a first token of negative time", "gen_ai.response.time_to_first_chunk", { doubleValue: -1 }],
])("%s: the value is set aside and counted, the span counts", async (_, key, value) => {
  const extra = {
    ...otlp[2],
    spanId: "00000000000000ff",
    attributes: [
      { key: "gen_ai.operation.name", value: { stringValue: "chat" } },
      { key, value },
    ],
  };
  const said = await importText(lines([...otlp, extra]));
  expect(observedOf(said, "setAside.values")).toBe(1);
  expect(observedOf(said, "requests")).toBe(5);
  expect(said.setAside.join()).toContain(key);
});

test.each([
  ["a span", lines([...otlp.slice(0, 8), { ...otlp[8], endTimeUnixNano: "5" }])],
  ["a run", lines([...runs.slice(0, 8), { ...runs[8], end_time: "2025-01-01T00:00:00" }])],
])("%s that ends before it starts counts, without its end", async (_, content) => {
  const said = await importText(content);
  expect(observedOf(said, "requests")).toBe(4);
  expect(observedOf(said, "setAside.values")).toBe(1);
});

test("other signals, empty batches and cut lines of a file exporter are counted, and cost nothing else", async () => {
  const others = ['{"resourceMetrics":[{}]}', '{"resourceLogs":[{}]}', "{}", '{"resourceSpans":[]}'];
  const cut = JSON.stringify(otlpExport(otlp)).slice(0, 300);
  const content = [others[1], ...otlp.map((one) => JSON.stringify(otlpExport([one]))), ...others, cut];
  const said = await importText(content.join("\n"));
  expect(withoutCounts(values(said))).toEqual(withoutCounts(clean));
  expect(observedOf(said, "setAside.other")).toBe(5);
  expect(observedOf(said, "setAside.records")).toBe(1);
});

test("damaged spans are read or refused as bad input, never anything else", async () => {
  const samples = [JSON.stringify(otlpExport(otlp)), lines(otlp), JSON.stringify({ runs }), lines(runs)];
  const damage = { longest: 8000, unit: '0123456789-.,:{}[]"\\eaNn\n \u0000é', numRuns: 300 };
  await readsOrRefusesDamaged(samples, damage, (text) => importText(text, ["observed"]));
});

test("values of any type in any field are read or refused as bad input", async () => {
  const more = ["events", "context", "parentSpanContext", "duration"];
  const fields = [...Object.keys(otlp[4]), ...Object.keys(runs[4]), ...more];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...fields),
      fc.jsonValue(),
      fc.boolean(),
      async (field, value, isRun) => {
        const record = { ...(isRun ? runs[4] : otlp[4]), [field]: value };
        await readsOrRefuses(importText(JSON.stringify([runs[2], record]), ["observed"]));
      },
    ),
    { numRuns: 300, seed: 12 },
  );
});
