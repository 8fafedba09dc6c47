// A receiver at work: what stands before its prompt, and what the model answers behind it.
import { prefillFlops } from "../cost/prefill.ts";
import type { StepClock } from "../hand-off/clock.ts";
import { type Ask, type Context, promptTokens, type Vocabulary } from "../hand-off/prompt.ts";
import {
  decodeGreedily,
  type KvCache,
  type LanguageModel,
  type ModelInput,
  type ModelOutput,
} from "../language-model/language-model.ts";

/** What a receiver answered, and what it took to read. */
export interface Reading {
  readonly answer: readonly number[];
  /** Positions that it computed before its first answer token. */
  readonly prefillTokens: number;
  readonly cachedTokens: number;
  /** Of `prefillTokens`, those that stand for the context: all but the receiver's own prompt. */
  readonly contextTokens: number;
  readonly flops: number;
  /** Of the receiver's prompt, prefilled. */
  readonly output: ModelOutput;
}

/** Reads prompts with one model. */
export interface Reader {
  readonly model: LanguageModel;
  readonly vocabulary: Vocabulary;
  /** Returns the model's answer behind a context; the prefill's time goes to `clock`. */
  ask(context: Context, ask: Ask, clock: StepClock | null): Promise<Reading>;
  /** Returns what reading `tokens` gives, behind what begins a text. */
  read(tokens: Int32Array, clock: StepClock | null): Promise<ModelOutput>;
}

/** Returns a reader of a model and its texts. */
export function createReader(model: LanguageModel, vocabulary: Vocabulary): Reader {
  const warm = new Set<string>();
  /** A runtime may make ready for a size when it first meets it: that run is not the one whose time counts. */
  const prefill = async (
    input: ModelInput,
    past: KvCache | null,
    clock: StepClock | null,
  ): Promise<ModelOutput> => {
    if (clock === null) return model.run(input, past);
    const size = `${sizeOf(input, model)} behind ${past?.tokens ?? 0}`;
    if (!warm.has(size)) {
      await model.run(input, past);
      warm.add(size);
    }
    return clock.time("prefill", () => model.run(input, past));
  };
  return {
    model,
    vocabulary,
    read: (tokens, clock) => prefill({ ids: Int32Array.of(...vocabulary.begin, ...tokens) }, null, clock),
    async ask(context, ask, clock) {
      const { input, past, own } = promptBehind(context, ask, model, vocabulary);
      const output = await prefill(input, past, clock);
      const ids =
        context.kind === "answer"
          ? context.ids
          : (await decodeGreedily(model, output, vocabulary.longestAnswer)).ids;
      const prefillTokens = sizeOf(input, model);
      const cachedTokens = past?.tokens ?? 0;
      return {
        answer: ids,
        prefillTokens,
        cachedTokens,
        contextTokens: prefillTokens - own,
        flops: prefillFlops(model.shape, prefillTokens, cachedTokens),
        output,
      };
    },
  };
}

interface Prompt {
  readonly input: ModelInput;
  readonly past: KvCache | null;
  /** Tokens of the receiver's own prompt, and memory vectors: all but what somebody had read or written before. */
  readonly own: number;
}

/** Returns what the model is to read. What begins a text counts as context where there is one. */
function promptBehind(context: Context, ask: Ask, model: LanguageModel, vocabulary: Vocabulary): Prompt {
  const ownTokens = Int32Array.of(...ask.role, ...ask.question);
  const own = ownTokens.length;
  const { begin } = vocabulary;
  switch (context.kind) {
    case "nothing":
    case "answer":
      return { input: { ids: Int32Array.of(...begin, ...ownTokens) }, past: null, own: own + begin.length };
    case "tokens": {
      const ids = promptTokens(vocabulary, context.tokens, ask, context.order);
      const { cache } = context;
      return { input: { ids: cache === null ? ids : ids.subarray(cache.tokens) }, past: cache, own };
    }
    case "cache":
      return { input: { ids: ownTokens }, past: context.cache, own };
    case "memory": {
      const before = model.embed(begin);
      const behind = model.embed(ownTokens);
      const embeds = new Float32Array(before.length + context.vectors.length + behind.length);
      embeds.set(before);
      embeds.set(context.vectors, before.length);
      embeds.set(behind, before.length + context.vectors.length);
      // A memory vector is nobody's token: it is read for the first time.
      return { input: { embeds }, past: null, own: embeds.length / model.shape.width };
    }
  }
}

function sizeOf(input: ModelInput, { shape }: LanguageModel): number {
  return "ids" in input ? input.ids.length : input.embeds.length / shape.width;
}
