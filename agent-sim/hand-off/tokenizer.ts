// Byte-pair tokenizers of published vocabularies, loaded when first asked for: their tables take about 0.4 s.

/** Names that a scenario can ask for. */
export type TokenizerName = "o200k_base" | "cl100k_base";

export interface Tokenizer {
  readonly name: TokenizerName;
  /** Ids are below this. */
  readonly vocabularySize: number;
  /** Returns the token ids of a text; text that looks like a control token is text. */
  encode(text: string): number[];
  decode(tokens: readonly number[]): string;
}

/** Returns the tokenizer. Law: `decode(encode(text))` equals `text` for well-formed Unicode. */
export async function loadTokenizer(name: TokenizerName): Promise<Tokenizer> {
  const tables =
    name === "o200k_base"
      ? await import("gpt-tokenizer/encoding/o200k_base")
      : await import("gpt-tokenizer/encoding/cl100k_base");
  const asText = { disallowedSpecial: new Set<string>() };
  return {
    name,
    vocabularySize: tables.vocabularySize,
    encode: (text) => tables.encode(text, asText),
    decode: (tokens) => tables.decode(tokens),
  };
}
