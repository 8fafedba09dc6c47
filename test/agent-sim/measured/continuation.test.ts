import { expect, test } from "vitest";
import { loadAgentScenario } from "../../../agent-sim/index.ts";
import type { LanguageModel } from "../../../agent-sim/language-model/language-model.ts";
import { createContinuationExperiment } from "../../../agent-sim/measured/continuation.ts";
import { textVocabulary } from "../../../agent-sim/measured/text-vocabulary.ts";
import { type KpiRow, poolUnits, type UnitResult } from "../../../core/index.ts";

const BEGIN = 1;
const VOCABULARY = 200;
const CONTEXT = 400;

/** Goes on as the text did after the last earlier place with the same two characters; a state, key and value is an id. */
const echo: LanguageModel = {
  modelId: "echo",
  shape: {
    layers: 1,
    heads: 1,
    kvHeads: 1,
    headSize: 2,
    width: 2,
    vocabulary: VOCABULARY,
    contextTokens: CONTEXT,
    parameters: 10,
  },
  takesEmbeddings: false,
  endToken: null,
  embed: (ids) => Float32Array.from([...ids].flatMap((id) => [id, 1])),
  async run(input, past) {
    if (!("ids" in input)) throw new Error("ids only");
    const key = Float32Array.of(...(past?.layers[0].key ?? []), ...echo.embed(input.ids));
    const ids = Array.from({ length: key.length / 2 }, (_, i) => Math.round(key[2 * i]));
    if (ids.length > CONTEXT) throw new RangeError("too long");
    const [before, last] = ids.slice(-2);
    const at = ids.findLastIndex((id, i) => i < ids.length - 1 && id === last && ids[i - 1] === before);
    const logits = new Float32Array(VOCABULARY);
    if (at !== -1) logits[ids[at + 1]] = 8;
    return { logits, hidden: null, cache: { tokens: ids.length, layers: [{ key, value: key.slice() }] } };
  },
  close: async () => {},
};

/** A character a token, behind a token that begins a text, as the tokenizers of published models have it. */
const characters = textVocabulary({
  encode: (text) => [BEGIN, ...[...text].map((character) => (character.codePointAt(0) ?? 0) + 2)],
  decode: (ids) => String.fromCodePoint(...ids.filter((id) => id > BEGIN).map((id) => id - 2)),
});

async function run(arms: readonly string[], settings: Record<string, unknown> = {}) {
  const all = { "measured.documents": 3, "document.tokens": 200, ...settings };
  let ticks = 0;
  const experiment = createContinuationExperiment({
    scenario: loadAgentScenario(
      "default",
      Object.entries(all).map(([path, value]) => ({ path, value })),
    ),
    arms,
    seeds: [1],
    text: { model: echo, vocabulary: characters },
    nowS: () => ticks++ / 1000,
  });
  const { units } = await experiment.runShard(experiment.shards[0]);
  return poolUnits(experiment, units as UnitResult<"agent">[]);
}

function valueIn(rows: readonly KpiRow[], arm: string, metric: string, scenario = "default"): number {
  const row = rows.find((one) => one.arm === arm && one.metric === metric && one.scenario === scenario);
  if (row?.value == null) throw new Error(`no value ${scenario} ${arm} ${metric}`);
  return row.value;
}

test("a model goes on better with the text or its cache than with nothing or a summary", async () => {
  const rows = await run(["cold", "text", "prefix-cache", "summary", "kv"]);
  const loss = (arm: string) => valueIn(rows, arm, "continuationLoss");
  expect(loss("text")).toBeLessThan(loss("cold") - 0.3);
  expect(loss("kv")).toBe(loss("text"));
  expect(loss("prefix-cache")).toBe(loss("text"));
  expect(loss("summary")).toBeGreaterThan(loss("text"));
  const prefilled = (arm: string) => valueIn(rows, arm, "prefillTokensPerHop");
  expect(prefilled("kv")).toBe(8);
  expect(prefilled("text")).toBe(1 + 200 + 8);
  expect(prefilled("prefix-cache")).toBe(1 + 200 + 8 - 192);
  expect(valueIn(rows, "kv", "coldStartShare")).toBe(0);
  expect(valueIn(rows, "text", "continuationLoss", "default/hop=5")).toBe(
    valueIn(rows, "text", "continuationLoss", "default/hop=1"),
  );
});

test("a loss is the mean of -ln p: without a hint all tokens are as likely", async () => {
  const rows = await run(["cold"], { "document.text": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH" });
  expect(valueIn(rows, "cold", "continuationLoss")).toBeCloseTo(Math.log(VOCABULARY), 5);
});

test("a text that is given is measured once, however often it is handed over", async () => {
  const one = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH";
  const interval = async (text: string) => {
    const rows = await run(["text"], { "document.text": text, "document.tokens": 16 });
    return rows.find(({ metric, scenario }) => metric === "continuationLoss" && scenario === "default")?.ci95;
  };
  expect(await interval(one)).toEqual([null, null]);
  // Two pieces of 16 + 32 tokens, the first of which repeats itself.
  const [low, high] = (await interval(`${"abcdefgh".repeat(6)}${one}WXYZ`)) ?? [];
  expect(low).toBeLessThan(high ?? 0);
});

test("a text too short to go on with is refused", async () => {
  await expect(run(["cold"], { "document.text": "hello" })).rejects.toThrow(
    "default, document: expected a text of more than 32 tokens",
  );
});

test("a context is cut to what the model has room for", async () => {
  const rows = await run(["text"], { "document.tokens": 5000 });
  expect(valueIn(rows, "text", "prefillTokensPerHop")).toBeLessThanOrEqual(CONTEXT - 24);
});

test("arms that need answers or encoders are refused, with those that there are", async () => {
  await expect(run(["text", "answer"])).rejects.toThrow(
    'arm for echo, which was not trained on the document language: expected one of cold, text, prefix-cache, summary, kv, got "answer"',
  );
  await expect(run(["text", "latent"])).rejects.toThrow(
    "the language model echo: expected an input or table `inputs_embeds`, got a model without it - leave out the arm latent",
  );
});

test("what begins a text stands apart from it, and a text comes back whole", () => {
  expect([...characters.begin]).toEqual([BEGIN]);
  expect(characters.decode(characters.encode("so it goes"))).toBe("so it goes");
});
