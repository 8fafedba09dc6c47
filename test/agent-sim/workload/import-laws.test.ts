// What holds of every import of spans, over systems that are made up: the numbers never depend on how a file writes them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { cacheField } from "../../../agent-sim/workload/cache-usage.ts";
import { type Imported, importFile } from "../../support/import-rows.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-laws-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "spans");
const T0 = 1_750_000_000_000;

type Attributes = Readonly<Record<string, string | number>>;

const span = (
  id: string,
  { parent = "", from = 0, to = 1, scope = "x", ...attributes }: Attributes & { readonly scope?: string },
) => ({
  traceId: "5b8efff798038103d269b633813fc60c",
  spanId: id,
  parentSpanId: parent,
  name: id,
  startTimeUnixNano: `${T0 + Number(from)}000000`,
  endTimeUnixNano: `${T0 + Number(to)}000000`,
  instrumentationScope: { name: scope },
  attributes: Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { intValue: String(value) },
  })),
});

async function importSpans(spans: readonly object[]): Promise<Imported> {
  writeFileSync(file, spans.map((one) => JSON.stringify(one)).join("\n"));
  return importFile(file, ["observed"]);
}

const observed = ({ rows }: Imported, metric: string): number | null | undefined =>
  rows.find((row) => row.metric === metric)?.value;
const chat = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai" };
const tokens = (input: number, output: number) => ({
  "gen_ai.usage.input_tokens": input,
  "gen_ai.usage.output_tokens": output,
});
const options = { numRuns: 80, seed: 12 };

test("no set of tokens that agents really read again passes the upper bounds", async () => {
  // Truth: tokens are numbers. A call reads some that exist and some new ones, and writes new ones.
  const calls = fc.array(
    fc.record({
      agent: fc.nat(3),
      again: fc.double({ min: 0, max: 1, noNaN: true }),
      fresh: fc.nat(400),
      output: fc.integer({ min: 1, max: 200 }),
      isUncounted: fc.boolean(),
    }),
    { minLength: 2, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(calls, async (made) => {
      let exist = 0;
      let truth = 0;
      let handOffs = 0;
      const spans = made.map(({ agent, again, fresh, output, isUncounted }, i) => {
        const reread = Math.floor(again * exist);
        const isHop = i > 0 && made[i - 1].agent !== agent;
        if (isHop) {
          truth += reread;
          handOffs++;
        }
        exist += fresh + output;
        const counts = tokens(reread + fresh + 1, output);
        // Only the output is left out, so that the call still hands over.
        if (isUncounted) delete (counts as Partial<typeof counts>)["gen_ai.usage.output_tokens"];
        return span(`00000000000000${10 + i}`, {
          ...chat,
          ...counts,
          "gen_ai.agent.name": `agent ${agent}`,
          from: 10 * i,
          to: 10 * i + 5,
        });
      });
      const said = await importSpans(spans);
      expect(observed(said, "handOffs")).toBe(handOffs);
      if (handOffs === 0) return;
      expect(observed(said, "rereadTokensPerHandOff.atMost")).toBeGreaterThanOrEqual(truth / handOffs);
      expect(observed(said, "rereadTokensPerHandOff.atLeast")).toBeLessThanOrEqual(truth / handOffs);
      // One more than the truth for each call, because a count of 0 is no call.
      expect(observed(said, "rereadFactor.atMost")).toBeGreaterThanOrEqual(truth / (exist + made.length));
      expect(observed(said, "rereadFactor")).toBeUndefined();
    }),
    options,
  );
});

test("an answer of Claude Code counts once with its last usage, and entries of other sorts are skipped", async () => {
  const entry = (fields: object) => ({ sessionId: "s", uuid: "u", isSidechain: false, ...fields });
  const answer = (id: string, second: number, output: number, agent: object = {}) =>
    entry({
      type: "assistant",
      timestamp: `2026-01-01T00:00:0${second}Z`,
      message: {
        id,
        usage: {
          input_tokens: 3,
          cache_read_input_tokens: 40,
          output_tokens: output,
          cache_creation: { ephemeral_5m_input_tokens: 7 },
        },
      },
      ...agent,
    });
  const said = await importSpans([
    { type: "summary", summary: "x", leafUuid: "u" },
    entry({ type: "user", timestamp: "2026-01-01T00:00:00Z", message: { role: "user" } }),
    answer("a", 1, 1),
    answer("a", 2, 90),
    answer("b", 3, 10, { isSidechain: true, agentId: "7" }),
    answer("c", 4, 10),
  ]);
  expect(said.format).toBe("claude-code");
  expect(observed(said, "requests")).toBe(3);
  expect(observed(said, "handOffs")).toBe(2);
  expect(observed(said, "inputTokensPerRequest")).toBe(50);
  expect(observed(said, "outputTokensPerRequest")).toBe(110 / 3);
  expect(observed(said, "setAside.other")).toBe(2);
  expect(observed(said, "setAside.records")).toBe(0);
});

test("any spelling of cached tokens is read, and prices, limits and misses are not", async () => {
  const read = fc
    .tuple(
      fc.constantFrom(
        "gen_ai.usage.",
        "llm.usage.",
        "ai.usage.",
        "gen_ai.usage.details.",
        "usage.prompt_tokens_details.",
      ),
      fc.constantFrom(
        "cache_read_tokens",
        "cache_read.input_tokens",
        "cache_read_input_tokens",
        "cached_tokens",
        "cached_input_tokens",
        "input_cached_tokens",
        "input_tokens.cached",
        "cachedInputTokens",
        "cacheReadInputTokens",
        "prompt_cache_hit_tokens",
      ),
    )
    .map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(read, fc.integer({ min: 1, max: 1000 }), async (name, cached) => {
      const said = await importSpans([
        span("0000000000000001", { ...chat, ...tokens(1000, 10), [name]: cached }),
      ]);
      expect(observed(said, "cacheReadShare")).toBe(cached / 1000);
    }),
    options,
  );
  for (const name of [
    "cache_creation_input_tokens",
    "cache_write_tokens",
    "input_tokens.cache_write",
    "cacheWriteTokens",
  ])
    expect(cacheField(`gen_ai.usage.${name}`, false)).toBe("write");
  expect(cacheField("ephemeral_1h_input_tokens", true)).toBe("write-part");
  for (const name of [
    "cache_read_cost",
    "cache_miss_tokens",
    "max_cached_tokens",
    "cache_audio_read_tokens",
    "input_tokens",
  ])
    expect(cacheField(`gen_ai.usage.${name}`, false)).toBeNull();
});

test("what looks like usage and is read by nobody is named where something is called absent", async () => {
  const said = await importSpans([
    span("0000000000000001", {
      ...chat,
      ...tokens(1000, 10),
      "vendor.usage.memory_tokens": 7,
      "vendor.mode": "fast",
    }),
  ]);
  const text = said.cannotTell.join("\n");
  expect(text).toContain("tokens read from a cache: no call reports them under a name known here");
  expect(text).toContain("`vendor.usage.memory_tokens`");
  expect(text).not.toContain("vendor.mode");
});

test("of a provider that may count apart, one call decides for its instrumentation alone; else both values are told", async () => {
  const calls = fc.array(fc.record({ cached: fc.integer({ min: 1, max: 900 }), output: fc.nat(50) }), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(
      calls,
      fc.boolean(),
      fc.constantFrom("read", "creation"),
      async (made, isShown, kind) => {
        const name = `gen_ai.usage.cache_${kind}.input_tokens`;
        const anthropic = { ...chat, "gen_ai.provider.name": "anthropic", "gen_ai.agent.name": "a" };
        const spans = made.map(({ cached, output }, i) =>
          span(`00000000000000${10 + i}`, {
            ...anthropic,
            ...tokens(1000, output),
            [name]: cached,
            from: i,
            to: i + 1,
          }),
        );
        const shows = { ...anthropic, ...tokens(10, 1), [name]: 700, from: 90, to: 91 };
        const said = await importSpans([
          ...spans,
          span("00000000000000a0", { ...shows, ...(isShown ? {} : { scope: "other" }) }),
        ]);
        const stated = 1000 * made.length + 10 + 700;
        const cached = made.reduce((sum, call) => sum + call.cached, 0);
        const n = made.length + 1;
        if (isShown) {
          expect(observed(said, "inputTokensPerRequest")).toBe((stated + cached) / n);
          expect(observed(said, "requests.cacheApart")).toBe(n);
          return;
        }
        expect(observed(said, "inputTokensPerRequest")).toBeUndefined();
        expect(observed(said, "inputTokensPerRequest.atLeast")).toBe(stated / n);
        expect(observed(said, "inputTokensPerRequest.atMost")).toBe((stated + cached) / n);
        expect(observed(said, "requests.cacheUndecided")).toBe(made.length);
        expect(said.cannotTell.join()).toContain("nothing in them decides it");
      },
    ),
    options,
  );
});

test("a total that adds up only with the cache, or an uncached part that does, decides too", async () => {
  const anthropic = {
    ...chat,
    "gen_ai.provider.name": "anthropic",
    "gen_ai.usage.cache_read.input_tokens": 300,
  };
  const total = await importSpans([
    span("0000000000000001", { ...anthropic, ...tokens(1000, 10), "gen_ai.usage.total_tokens": 1310 }),
  ]);
  expect(observed(total, "inputTokensPerRequest")).toBe(1300);
  const part = await importSpans([
    span("0000000000000001", { ...anthropic, ...tokens(1000, 10), "gen_ai.usage.details.input_tokens": 700 }),
  ]);
  expect(observed(part, "inputTokensPerRequest")).toBe(1000);
});

test("a label below another one never splits a run: the outermost conversation holds for all under a root", async () => {
  // A chain of agents, each under a tool of the one before, with conversations on some of them from the first on.
  const labels = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(labels, fc.boolean(), async (labelled, isOnCall) => {
      const spans = labelled.flatMap((isLabelled, i) => {
        const conversation = isLabelled || i === 0 ? { "gen_ai.conversation.id": `conversation ${i}` } : {};
        const own = { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": `agent ${i}` };
        const parent = i === 0 ? "" : `000000000000001${i - 1}`;
        return [
          span(`000000000000001${i}`, {
            ...own,
            ...(isOnCall ? {} : conversation),
            parent,
            from: 10 * i,
            to: 200,
          }),
          span(`000000000000002${i}`, {
            ...chat,
            ...tokens(100 + i, 10),
            ...(isOnCall ? conversation : {}),
            parent: `000000000000001${i}`,
            from: 10 * i + 1,
            to: 10 * i + 5,
          }),
        ];
      });
      const said = await importSpans(spans);
      expect(observed(said, "runs")).toBe(1);
      expect(observed(said, "handOffs")).toBe(labelled.length - 1);
    }),
    options,
  );
});

test("conversations side by side under one root stay apart, each with what lies below it", async () => {
  const conversation = (i: number) => ({ "gen_ai.conversation.id": `conversation ${i}` });
  const agent = (i: number) => ({
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": `agent ${i}`,
  });
  const said = await importSpans([
    span("0000000000000001", { to: 100 }),
    ...[2, 3].flatMap((i) => [
      span(`000000000000001${i}`, { ...agent(i), ...conversation(i), parent: "0000000000000001" }),
      span(`000000000000002${i}`, {
        ...chat,
        ...tokens(9, 1),
        parent: `000000000000001${i}`,
        from: 10 * i,
        to: 10 * i + 1,
      }),
    ]),
  ]);
  expect(observed(said, "runs")).toBe(2);
  expect(observed(said, "handOffs")).toBe(0);
});

test("an id and a name that occur together are one agent everywhere, in whatever order spans come", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(2), { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (written, isFirst) => {
        const name = { "gen_ai.agent.name": "researcher" };
        const id = { "gen_ai.agent.id": "asst_1" };
        const both = span("00000000000000a0", {
          ...name,
          ...id,
          "gen_ai.operation.name": "create_agent",
          from: 0,
          to: 1,
        });
        const calls = written.map((how, i) =>
          span(`00000000000000${10 + i}`, {
            ...chat,
            ...tokens(100, 10),
            ...[name, id, { ...name, ...id }][how],
            from: 10 * i,
            to: 10 * i + 5,
          }),
        );
        const said = await importSpans(isFirst ? [both, ...calls] : [...calls, both]);
        expect(observed(said, "handOffs")).toBe(0);
      },
    ),
    options,
  );
});

test("a first token after its span's end is no time in seconds: one such call decides for its instrumentation", async () => {
  const times = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(times, async (made) => {
      const name = "gen_ai.server.time_to_first_token";
      const spans = [...made, 800].map((ms, i) =>
        span(`00000000000000${10 + i}`, {
          ...chat,
          ...tokens(100, 10),
          [name]: ms,
          from: 2000 * i,
          to: 2000 * i + 1000,
        }),
      );
      const said = await importSpans(spans);
      const sorted = [...made, 800].sort((a, b) => a - b);
      expect(observed(said, "timeToFirstTokenMs.p50")).toBeGreaterThanOrEqual(sorted[0]);
      expect(observed(said, "timeToFirstTokenMs.p50")).toBeLessThanOrEqual(800 + 100);
      expect(said.setAside.join()).toContain("read as milliseconds");
    }),
    options,
  );
});

test("a first token after its span's end in either unit is set aside, and in seconds it stays", async () => {
  const name = "gen_ai.server.time_to_first_token";
  const late = await importSpans([
    span("0000000000000001", { ...chat, ...tokens(1, 1), [name]: 2_000_000, from: 0, to: 1000 }),
  ]);
  expect(observed(late, "timeToFirstTokenMs.p50")).toBeUndefined();
  expect(observed(late, "setAside.values")).toBe(1);
  const inSeconds = await importSpans([
    span("0000000000000001", { ...chat, ...tokens(1, 1), [name]: 1, from: 0, to: 3000 }),
  ]);
  expect(observed(inSeconds, "timeToFirstTokenMs.p50")).toBe(1000);
});
