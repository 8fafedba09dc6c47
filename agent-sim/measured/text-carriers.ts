// Arms that send the context as text, whole, summarised or as a cache, and those that send nothing.
import { reportedPayloadBytes } from "#core";
import { encodeMessage, type MessageContent } from "../hand-off/message.ts";
import { summarize } from "../hand-off/summary.ts";
import type { PromptOrder } from "../language-model/language.ts";
import type { AgentScenario } from "../scenario.ts";
import { cutCache, encodeCache, openCache } from "./cache.ts";
import {
  type Carrier,
  type CarrierParts,
  coldStart,
  emptyHanded,
  type HandOverCall,
  type Holding,
  nothingCrossed,
} from "./hand-over.ts";
import { type Crossing, openContent, type Posted, post } from "./message-link.ts";
import { promptTokens, type Vocabulary } from "./reader.ts";

/** Returns the arms without a message: the receiver starts from nothing, or goes on with all that it has read. */
export function silentCarrier(keeps: "nothing" | "all"): Carrier {
  return {
    seesQuestion: false,
    async handOver(holding) {
      const { cache } = holding.source;
      return {
        context: keeps === "all" ? { kind: "cache", cache } : { kind: "nothing" },
        outcome: null,
        crossing: nothingCrossed,
        hold: () => emptyHanded(holding),
      };
    },
  };
}

/**
 * Returns the arms that send text. With `cache` the receiver's server has the document's positions in its prefix cache, in
 * blocks, and finds those that its own prompt begins with: all full ones where the document comes first, none where the
 * role does.
 */
export function textCarrier(
  { link, relay, reader }: CarrierParts,
  { text, summary, cache: blocks }: Pick<AgentScenario, "text" | "summary" | "cache">,
  form: { readonly summarized: boolean; readonly order: PromptOrder; readonly cached: boolean },
): Carrier {
  const { vocabulary } = reader;
  return {
    seesQuestion: false,
    async handOver(holding, { route, clock, ask }) {
      if (holding.tokens === null) return coldStart(holding, "none-sent", nothingCrossed);
      const whole = holding.tokens;
      const makes = form.summarized && (holding.isFirst || relay === "reencode");
      const sent = makes
        ? clock.timeNow("compress", () => summarized(vocabulary, whole, summary.ratio))
        : whole;
      const content = contentOf(vocabulary, sent, form.summarized, text.encoding);
      const { bytes, headerBytes } = clock.timeNow("encode", () => encodeMessage(route, content));
      const crossing = crossingOf(bytes, headerBytes);
      const { entity } = holding.source;
      const open = (copy: Uint8Array): Posted<Int32Array> => openText(vocabulary, copy);
      const came = post(link, { entity, sequence: route.sequence, bytes, atS: 0 }, open, clock);
      if (!came.ok) return coldStart(holding, came.reason, crossing);
      const tokens = came.value;
      const hit = form.cached
        ? fullBlocks(promptTokens(vocabulary, tokens, ask, form.order), { holding, vocabulary, blocks })
        : 0;
      const { cache } = holding.source;
      return {
        context: {
          kind: "tokens",
          tokens,
          order: form.order,
          cache: hit === 0 ? null : cutCache(cache, hit, reader.model.shape),
        },
        outcome: "warm",
        crossing,
        hold: () => ({ ...emptyHanded(holding), tokens }),
      };
    },
  };
}

/** Returns the arm that sends the sender's cache. What arrives is what the next sender has. */
export function cacheCarrier({ link, reader }: CarrierParts, { kv }: Pick<AgentScenario, "kv">): Carrier {
  const { model } = reader;
  return {
    seesQuestion: false,
    async handOver(holding, { route, clock }) {
      const { cache } = holding;
      if (cache === null) return coldStart(holding, "none-sent", nothingCrossed);
      const bytes = clock.timeNow("encode", () => encodeCache(route, model, cache, kv.precision));
      const values = model.shape.layers * 2 * model.shape.kvHeads * model.shape.headSize * cache.tokens;
      const crossing = crossingOf(bytes, bytes.length - values * (kv.precision === "fp16" ? 2 : 1));
      const { entity } = holding.source;
      const open = (copy: Uint8Array): Posted<typeof cache> => {
        const opened = openCache(copy, model);
        return opened.ok ? { ok: true, value: opened.cache } : opened;
      };
      const came = post(link, { entity, sequence: route.sequence, bytes, atS: 0 }, open, clock);
      if (!came.ok) return coldStart(holding, came.reason, crossing);
      return {
        context: { kind: "cache", cache: came.value },
        outcome: "warm",
        crossing,
        hold: () => ({ ...emptyHanded(holding), cache: came.value }),
      };
    },
  };
}

/** Returns the answer oracle: the stage that read the document is told every question and sends its answer. */
export function answerCarrier({ link, reader }: CarrierParts): Carrier {
  return {
    seesQuestion: true,
    async handOver(holding, { route, clock, ask }: HandOverCall) {
      const { entity, cache } = holding.source;
      const { answer } = await clock.time("compress", () => reader.ask({ kind: "cache", cache }, ask, null));
      const { bytes, headerBytes } = clock.timeNow("encode", () =>
        encodeMessage(route, { kind: "tokens", tokens: answer }),
      );
      const crossing = crossingOf(bytes, headerBytes);
      const open = (copy: Uint8Array): Posted<readonly number[]> => {
        const content = openContent(copy, ["tokens"]);
        return content.ok ? { ok: true, value: content.value.tokens } : content;
      };
      const came = post(link, { entity, sequence: route.sequence, bytes, atS: 0 }, open, clock);
      if (!came.ok) return coldStart(holding, came.reason, crossing);
      return {
        context: { kind: "answer", ids: came.value },
        outcome: "warm",
        crossing,
        hold: () => emptyHanded(holding),
      };
    },
  };
}

function contentOf(
  { decode }: Vocabulary,
  tokens: Int32Array,
  isSummary: boolean,
  encoding: "utf8" | "ids",
): MessageContent {
  if (isSummary) return { kind: "summary", text: decode(tokens) };
  return encoding === "ids"
    ? { kind: "tokens", tokens: [...tokens] }
    : { kind: "text", text: decode(tokens) };
}

/** Returns the tokens of a text message. Never throws, whatever the bytes. */
function openText({ encode }: Vocabulary, bytes: Uint8Array): Posted<Int32Array> {
  const opened = openContent(bytes, ["text", "summary", "tokens"]);
  if (!opened.ok) return opened;
  const content = opened.value;
  try {
    const tokens = content.kind === "tokens" ? Int32Array.from(content.tokens) : encode(content.text);
    return { ok: true, value: tokens };
  } catch {
    // A word that the model does not have.
    return { ok: false, reason: "bad-body" };
  }
}

/** Returns the sentences that say most, at most `ratio` of the tokens and at least one token. */
function summarized({ encode, decode }: Vocabulary, tokens: Int32Array, ratio: number): Int32Array {
  const words = {
    encode: (text: string): number[] => [...encode(text)],
    decode: (ids: readonly number[]): string => decode(ids),
  };
  const budget = Math.max(1, Math.floor(ratio * tokens.length));
  return Int32Array.from(summarize(words, decode(tokens), budget).tokens);
}

/** Returns how many of a prompt's first positions are in the prefix cache of the document, in full blocks. */
function fullBlocks(
  prompt: Int32Array,
  {
    holding,
    vocabulary,
    blocks,
  }: {
    readonly holding: Holding;
    readonly vocabulary: Vocabulary;
    readonly blocks: AgentScenario["cache"];
  },
): number {
  const cached = Int32Array.of(...vocabulary.begin, ...holding.source.tokens);
  let common = 0;
  while (common < cached.length && cached[common] === prompt[common]) common++;
  return Math.floor(common / blocks.blockTokens) * blocks.blockTokens;
}

function crossingOf(bytes: Uint8Array, headerBytes: number): Crossing {
  return { wireBytes: bytes.length, headerBytes, head: bytes.slice(0, reportedPayloadBytes) };
}
