// Text to the ids of a model that the user brings, and back: its `tokenizer.json`, read by @huggingface/tokenizers.
import { BadInputError } from "#core";
import { endlessPattern, wrongId } from "./tokenizer-bounds.ts";

export interface TextTokenizer {
  /** One more than the largest id. */
  readonly vocabularySize: number;
  /** Returns the ids of a text, with the tokens that the model's texts begin with. */
  encode(text: string): number[];
  /** Returns the text of ids; control tokens have none. */
  decode(ids: readonly number[]): string;
}

/**
 * Returns the tokenizer of a parsed `tokenizer.json` and `tokenizer_config.json` ({} without one); `subject` names the file in
 * errors. Throws BadInputError when it is none, has a part that the library does not know, ids that cannot be, or a pattern
 * that does not come to an end.
 */
export async function createTextTokenizer(
  tokenizer: Record<string, unknown>,
  config: Record<string, unknown>,
  subject: string,
): Promise<TextTokenizer> {
  const refused = (got: string): BadInputError =>
    new BadInputError("model-folder", {
      subject,
      expected: "a tokenizer as the tokenizers library saves it",
      got,
      remedy: "take the tokenizer.json that was saved with this model",
    });
  const { Tokenizer } = await import("@huggingface/tokenizers");
  const wrong = wrongId(tokenizer);
  if (wrong !== null) throw refused(wrong);
  let loaded: InstanceType<typeof Tokenizer>;
  try {
    loaded = new Tokenizer(tokenizer, config);
    loaded.encode("a");
  } catch (error) {
    throw refused((error as Error).message.split("\n")[0]);
  }
  const endless = endlessPattern(loaded);
  if (endless !== null)
    throw refused(`a pattern that does not come to an end: ${endless.source.slice(0, 80)}`);
  const ids = [...loaded.get_vocab(true).values()];
  if (ids.length === 0) throw refused("no tokens");
  return {
    vocabularySize: ids.reduce((largest, id) => Math.max(largest, id), 0) + 1,
    encode: (text) => loaded.encode(text).ids,
    decode: (tokens) =>
      tokens.length === 0
        ? ""
        : loaded.decode([...tokens], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
  };
}
