// The third step: from what came to what the receiver has of the context before it reads its own prompt.
import { type Projector, rowOf, type Steps, stateBatch } from "#core";
import { fullBlocks } from "../cost/hop-tokens.ts";
import type { PromptOrder } from "../language-model/language.ts";
import type { KvCache, LanguageModel } from "../language-model/language-model.ts";
import { cutCache } from "./cache.ts";
import type { StepClock } from "./clock.ts";
import type { Latent } from "./compress.ts";
import type { Receiver, Sender } from "./holding.ts";
import { type Context, promptTokens, type Vocabulary } from "./prompt.ts";

/** The third step of an agent's hand-off. */
export type Project<Content> = Steps<Sender, Content, Receiver>["project"];

/**
 * Returns the step of a text, which the receiver reads again. With a `prefixCache` its server has the document's positions in blocks,
 * and finds those that its own prompt begins with: all full ones where the document comes first, none where the role does.
 */
export function readText(parts: {
  readonly label: string;
  readonly vocabulary: Vocabulary;
  readonly order: PromptOrder;
  readonly prefixCache: { readonly blockTokens: number } | null;
  readonly shape: LanguageModel["shape"];
}): Project<Int32Array> {
  const { label, vocabulary, order, prefixCache, shape } = parts;
  return project(label, (tokens, { source, ask }) => {
    if (prefixCache === null) return { kind: "tokens", tokens, order, cache: null };
    const prompt = promptTokens(vocabulary, tokens, ask, order);
    const cached = Int32Array.of(...vocabulary.begin, ...source.tokens);
    const hit = fullBlocks(commonStart(prompt, cached), prefixCache.blockTokens);
    return { kind: "tokens", tokens, order, cache: hit === 0 ? null : cutCache(source.cache, hit, shape) };
  });
}

/** Returns the step of a cache: the receiver has the context ready read. */
export function loadCache(): Project<KvCache> {
  return project("load the cache, prefill own prompt", (cache) => ({ kind: "cache", cache }));
}

/** Returns the step of an answer. */
export function repeatAnswer(): Project<readonly number[]> {
  return project("prefill own prompt, repeat the answer", (ids) => ({ kind: "answer", ids }));
}

/** Returns the step of a latent: memory vectors in place of the context's tokens; null where one is no number. */
export function toMemory(projector: Projector, clock: StepClock): Project<Latent> {
  const { modelId, latentSize, stateSize } = projector;
  return {
    label: "latent to memory vectors, prefill them and own prompt",
    async run(contents, receivers) {
      const latents = stateBatch(contents.length, latentSize, new Float32Array(contents.length * latentSize));
      for (const [row, content] of contents.entries()) {
        if (!("values" in content)) throw new RangeError("toMemory: a payload that was not opened");
        rowOf(latents, row).set(content.values);
      }
      // A receiver holds nothing where a memory goes.
      const empty = stateBatch(contents.length, stateSize, new Float32Array(contents.length * stateSize));
      const memories = await clock.time("project", () => projector.project({ modelId, ...latents }, empty));
      return receivers.map((receiver, row) => {
        const vectors = rowOf(memories, row);
        return vectors.every(Number.isFinite) ? { ...receiver, context: { kind: "memory", vectors } } : null;
      });
    },
  };
}

function project<Content>(
  label: string,
  contextOf: (content: Content, receiver: Receiver) => Context,
): Project<Content> {
  return {
    label,
    run: (contents, receivers) =>
      contents.map((content, i) => ({ ...receivers[i], context: contextOf(content, receivers[i]) })),
  };
}

/** Returns how many of their first tokens are the same. */
function commonStart(a: Int32Array, b: Int32Array): number {
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return common;
}
