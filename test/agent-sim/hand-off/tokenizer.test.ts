import fc from "fast-check";
import { expect, test } from "vitest";
import { loadTokenizer } from "../../../agent-sim/hand-off/tokenizer.ts";

test("tokens give the text back, control tokens being text", async () => {
  const tokenizer = await loadTokenizer("o200k_base");
  expect(tokenizer.decode(tokenizer.encode("a <|endoftext|> b"))).toBe("a <|endoftext|> b");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const tokens = tokenizer.encode(text);
      expect(tokenizer.decode(tokens)).toBe(text);
      for (const token of tokens) expect(token).toBeLessThan(tokenizer.vocabularySize);
    }),
  );
});

test("o200k_base splits as published", async () => {
  const tokenizer = await loadTokenizer("o200k_base");
  // What openai/tiktoken gives: tiktoken.get_encoding("o200k_base").encode("hello world")
  expect(tokenizer.encode("hello world")).toEqual([24912, 2375]);
});
