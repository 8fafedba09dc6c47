// What a receiver reads: a vocabulary, its own prompt, and what it has of the context before it.
import {
  BEGIN,
  decodeWords,
  encodeWords,
  LONGEST_ANSWER,
  type PromptOrder,
  type Question,
  rolePrompt,
} from "../language-model/language.ts";
import type { KvCache, LanguageModel } from "../language-model/language-model.ts";

/** What a receiver is asked: its own prompt, in tokens. */
export interface Ask {
  /** Stands before or behind the context; empty for a model that knows no roles. */
  readonly role: Int32Array;
  readonly question: Int32Array;
}

/** What a model's texts are made of. */
export interface Vocabulary {
  /** Stands before everything else; empty where nothing does. */
  readonly begin: Int32Array;
  /** May throw BadInputError for a text that has no tokens. */
  encode(text: string): Int32Array;
  decode(ids: ArrayLike<number>): string;
  /** Tokens of an answer at most, its end included. */
  readonly longestAnswer: number;
}

/** The document language: one token a word. */
export const factVocabulary: Vocabulary = {
  begin: Int32Array.of(BEGIN),
  encode: encodeWords,
  decode: decodeWords,
  longestAnswer: LONGEST_ANSWER,
};

/** Returns a question of the document language with its role's prompt. */
export function askOf({ role, tokens }: Pick<Question, "role" | "tokens">): Ask {
  return { role: rolePrompt(role), question: tokens };
}

/** Returns a whole prompt: what begins a text, then context and role in one of the two orders, then the question. */
export function promptTokens(
  { begin }: Pick<Vocabulary, "begin">,
  context: Int32Array,
  { role, question }: Ask,
  order: PromptOrder,
): Int32Array {
  const [first, second] = order === "document-first" ? [context, role] : [role, context];
  return Int32Array.of(...begin, ...first, ...second, ...question);
}

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

/** What hand-offs need of a model and its texts. */
export interface Answering {
  readonly model: LanguageModel;
  readonly vocabulary: Vocabulary;
  /** Returns the model's answer behind a context. */
  ask(context: Context, ask: Ask, clock: null): Promise<{ readonly answer: readonly number[] }>;
}
