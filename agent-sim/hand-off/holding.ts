// What a stage has of the shared context: read by itself, or taken over, and with it what it can hand on.
import type { KvCache, ModelOutput } from "../language-model/language-model.ts";
import type { ReadContext } from "./latents.ts";
import type { Ask, Context } from "./prompt.ts";

/** The document as the stage that begins has it: read once, in every arm alike. */
export interface Source {
  /** Counts the documents of a shard. */
  readonly entity: number;
  readonly tokens: Int32Array;
  /** The keys and values of what begins a text and of the document. */
  readonly cache: KvCache;
  readonly read: ReadContext;
}

/** What a stage has of the shared context and can hand on. */
export interface Holding {
  readonly source: Source;
  /** The context as text; null for arms that send none. */
  readonly tokens: Int32Array | null;
  /** The keys and values of what begins a text and of the context; null where it came otherwise. */
  readonly cache: KvCache | null;
  /** What it read, for arms that compress it. */
  readonly read: ReadContext | null;
  /** A latent's payload as it came, to be passed on; null for the first sender, and where nothing came. */
  readonly payload: Uint8Array | null;
  /** Whether it is the first sender. */
  readonly isFirst: boolean;
}

/** Who sends: what it holds. `ask` is what its receiver will be asked; only the answer oracle may look. */
export interface Sender {
  readonly holding: Holding;
  readonly ask: Ask;
}

/** Who takes over: what it has of the context, and what it will be asked. */
export interface Receiver {
  readonly source: Source;
  readonly ask: Ask;
  readonly context: Context;
}

/** Returns the first sender. */
export function firstSender(source: Source): Holding {
  const { tokens, cache, read } = source;
  return { source, tokens, cache, read, payload: null, isFirst: true };
}

/** Returns a stage that has nothing to hand on. */
export function emptyHanded({ source }: Pick<Holding, "source">): Holding {
  return { source, tokens: null, cache: null, read: null, payload: null, isFirst: false };
}

/** Returns the states of `memoryVectors` vectors that a receiver has read; null without its hidden states. */
export function memoryRead(
  output: Pick<ModelOutput, "hidden"> | null,
  memoryVectors: number,
  width: number,
): ReadContext | null {
  const hidden = output?.hidden ?? null;
  if (hidden === null) return null;
  // The token that begins comes before the memory.
  const states = hidden.slice(width, (1 + memoryVectors) * width);
  return { states, positions: memoryVectors, document: null };
}
