// The first step: from what a stage holds to what travels. Null where a sender has nothing to send.
import { rowOf, type Steps, stateBatch } from "#core";
import type { KvCache } from "../language-model/language-model.ts";
import type { AgentScenario } from "../scenario.ts";
import type { StepClock } from "./clock.ts";
import type { Receiver, Sender } from "./holding.ts";
import { compressed, type LatentEncoder, type ReadContext, type Replacement } from "./latents.ts";
import type { Ask, Vocabulary } from "./prompt.ts";
import { summarize } from "./summary.ts";

/** The first step of an agent's hand-off. */
export type Compress<Content> = Steps<Sender, Content, Receiver>["compress"];

/** A latent: the values that its sender made, or a payload that is passed on as it came. */
export type Latent = { readonly values: Float32Array } | { readonly payload: Uint8Array };

/** Whether whoever passes something on makes it anew. */
type Relay = AgentScenario["relay"];

/** Returns the step of a text that travels as it is. */
export function wholeText(): Compress<Int32Array> {
  return { label: "document as it is", run: (senders) => senders.map(({ holding }) => holding.tokens) };
}

/** Returns the step of a summary: made by the first sender, and with `reencode` by every one. */
export function summaryOf(
  { decode, encode }: Pick<Vocabulary, "decode" | "encode">,
  { ratio, relay, clock }: { readonly ratio: number; readonly relay: Relay; readonly clock: StepClock },
): Compress<Int32Array> {
  const words = {
    encode: (text: string): number[] => [...encode(text)],
    decode: (ids: readonly number[]): string => decode(ids),
  };
  /** At most `ratio` of the tokens, and at least one. */
  const summarized = (tokens: Int32Array): Int32Array => {
    const budget = Math.max(1, Math.floor(ratio * tokens.length));
    return Int32Array.from(summarize(words, decode(tokens), budget).tokens);
  };
  return {
    label: `document to ${ratio} of its tokens, by term frequency`,
    run: (senders) =>
      senders.map(({ holding: { tokens, isFirst } }) => {
        if (tokens === null) return null;
        return isFirst || relay === "reencode" ? clock.timeNow("compress", () => summarized(tokens)) : tokens;
      }),
  };
}

/** Returns the step of a cache that travels as it is. */
export function ownCache(): Compress<KvCache> {
  return {
    label: "the decoder's key-value cache",
    run: (senders) => senders.map(({ holding }) => holding.cache),
  };
}

/** Returns the step of the answer oracle: the stage that read the document is told the question and answers it. */
export function ownAnswer(
  answer: (cache: KvCache, ask: Ask) => Promise<readonly number[]>,
  clock: StepClock,
): Compress<readonly number[]> {
  return {
    label: "the answer, by a sender who knows the question",
    async run(senders) {
      const answers: (readonly number[])[] = [];
      for (const { holding, ask } of senders) {
        answers.push(await clock.time("compress", () => answer(holding.source.cache, ask)));
      }
      return answers;
    },
  };
}

/**
 * Returns the step of a latent. With `relay: forward` the first sender's payload is passed on as it came; with `reencode` each sender
 * compresses its own states of the memory vectors that it read, where the encoder can. `replace` puts something else in a latent's place.
 */
export function latentOf(
  encoder: LatentEncoder,
  parts: {
    readonly label: string;
    readonly relay: Relay;
    readonly replace: Replacement | null;
    readonly clock: StepClock;
  },
): Compress<Latent> {
  const { label, relay, replace, clock } = parts;
  return {
    label,
    async run(senders) {
      const contents: (Latent | null)[] = senders.map(({ holding: { payload } }) =>
        payload === null ? null : { payload },
      );
      const makers: { readonly at: number; readonly entity: number; readonly read: ReadContext }[] = [];
      for (const [at, { holding }] of senders.entries()) {
        const { read, isFirst, source } = holding;
        const makes = isFirst || (relay === "reencode" && encoder.reencodes);
        if (makes && read !== null) makers.push({ at, entity: source.entity, read });
      }
      if (makers.length === 0) return contents;
      for (const { read } of makers) await warmUp(encoder, read);
      const latents = await clock.time("compress", () =>
        compressed(
          makers.map(({ read }) => read),
          encoder,
        ),
      );
      for (const [row, { at, entity }] of makers.entries()) {
        const own = rowOf(latents, row);
        contents[at] = { values: replace === null ? own : replace(own, entity) };
      }
      return contents;
    },
  };
}

const warm = new WeakMap<LatentEncoder, Set<number>>();

/** A runtime makes ready for a size when it first meets it: that run is not the one whose time counts. */
async function warmUp(encoder: LatentEncoder, read: ReadContext): Promise<void> {
  const sizes = warm.get(encoder) ?? new Set();
  warm.set(encoder, sizes);
  if (sizes.has(read.positions)) return;
  sizes.add(read.positions);
  const { projector } = encoder;
  const receiver = stateBatch(1, projector.stateSize, new Float32Array(projector.stateSize));
  await projector.project(await compressed([read], encoder), receiver);
}
