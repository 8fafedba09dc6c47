// A receiver at work: what stands before its prompt, and what the model answers behind it.
import { prefillFlops } from "../cost/prefill.ts";
import {
  BEGIN,
  LONGEST_ANSWER,
  type PromptOrder,
  promptOf,
  type Question,
  rolePrompt,
} from "../language-model/language.ts";
import {
  decodeGreedily,
  type KvCache,
  type LanguageModel,
  type ModelInput,
  type ModelOutput,
} from "../language-model/language-model.ts";
import type { StepClock } from "./clock.ts";

/** What a receiver has before it reads its own prompt. */
export type Context =
  | { readonly kind: "nothing" }
  /** The text of the context; `cache` holds its first positions where a prefix cache has them. */
  | {
      readonly kind: "tokens";
      readonly tokens: Int32Array;
      readonly order: PromptOrder;
      readonly cache: KvCache | null;
    }
  /** The whole context, ready read. */
  | { readonly kind: "cache"; readonly cache: KvCache }
  /** Vectors in place of the context's tokens, [count * width]. */
  | { readonly kind: "memory"; readonly vectors: Float32Array }
  /** The answer itself: the receiver reads its prompt and repeats what it was told. */
  | { readonly kind: "answer"; readonly ids: readonly number[] };

/** What a receiver answered, and what it took to read. */
export interface Reading {
  readonly answer: readonly number[];
  /** Positions that it computed before its first answer token. */
  readonly prefillTokens: number;
  readonly cachedTokens: number;
  /** Of `prefillTokens`, those that stand for the context: all but role prompt and question. */
  readonly contextTokens: number;
  readonly flops: number;
  /** Of the receiver's prompt, prefilled. */
  readonly output: ModelOutput;
}

/** Reads prompts with one model. */
export interface Reader {
  readonly model: LanguageModel;
  /** Returns the model's answer to a question behind a context; the prefill's time goes to `clock`. */
  ask(context: Context, question: Question, clock: StepClock | null): Promise<Reading>;
  /** Returns what reading [BEGIN, ...tokens] gives. */
  read(tokens: Int32Array, clock: StepClock | null): Promise<ModelOutput>;
}

/** Returns a reader of a model that knows the document language. */
export function createReader(model: LanguageModel): Reader {
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
    read: (tokens, clock) => prefill({ ids: Int32Array.of(BEGIN, ...tokens) }, null, clock),
    async ask(context, question, clock) {
      const { input, past, own } = promptBehind(context, question, model);
      const output = await prefill(input, past, clock);
      const ids =
        context.kind === "answer" ? context.ids : (await decodeGreedily(model, output, LONGEST_ANSWER)).ids;
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
  /** Tokens of the role prompt and the question. */
  readonly own: number;
}

/** Returns what the model is to read. The token that begins counts as context where there is one. */
function promptBehind(context: Context, question: Question, model: LanguageModel): Prompt {
  const ownTokens = Int32Array.of(...rolePrompt(question.role), ...question.tokens);
  const own = ownTokens.length;
  switch (context.kind) {
    case "nothing":
    case "answer":
      return { input: { ids: Int32Array.of(BEGIN, ...ownTokens) }, past: null, own: own + 1 };
    case "tokens": {
      const ids = promptOf(context.tokens, question, context.order);
      const { cache } = context;
      return { input: { ids: cache === null ? ids : ids.subarray(cache.tokens) }, past: cache, own };
    }
    case "cache":
      return { input: { ids: ownTokens }, past: context.cache, own };
    case "memory": {
      const begin = model.embed(Int32Array.of(BEGIN));
      const behind = model.embed(ownTokens);
      const embeds = new Float32Array(begin.length + context.vectors.length + behind.length);
      embeds.set(begin);
      embeds.set(context.vectors, begin.length);
      embeds.set(behind, begin.length + context.vectors.length);
      return { input: { embeds }, past: null, own };
    }
  }
}

function sizeOf(input: ModelInput, { shape }: LanguageModel): number {
  return "ids" in input ? input.ids.length : input.embeds.length / shape.width;
}
