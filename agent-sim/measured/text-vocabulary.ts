// The tokenizer of a decoder that a user brings, as hand-offs need it.
import type { Vocabulary } from "../hand-off/prompt.ts";

/** What is read of a tokenizer: ids of a text, with those that its model's texts begin with, and back. */
interface TextTokenizer {
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
}

/** Returns a vocabulary whose texts come without what begins one, so that a cache and a prompt are put together from parts. */
export function textVocabulary(tokenizer: TextTokenizer): Vocabulary {
  const empty = tokenizer.encode("");
  const some = tokenizer.encode("a");
  const differs = empty.findIndex((id, i) => id !== some[i]);
  const begin = differs === -1 ? empty : empty.slice(0, differs);
  return {
    begin: Int32Array.from(begin),
    encode: (text) => Int32Array.from(tokenizer.encode(text).slice(begin.length)),
    decode: (ids) => tokenizer.decode([...begin, ...Array.from(ids)]),
    // Its answers are not looked at; its first token is.
    longestAnswer: 1,
  };
}
