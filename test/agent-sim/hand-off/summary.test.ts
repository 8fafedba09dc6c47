import fc from "fast-check";
import { expect, test } from "vitest";
import { summarize } from "../../../agent-sim/hand-off/summary.ts";
import { loadTokenizer } from "../../../agent-sim/hand-off/tokenizer.ts";

const tokenizer = await loadTokenizer("o200k_base");

test("the sentence with the most used words is kept, in the order of the text", () => {
  const text =
    "Copper wire is heavy. Nobody laughed. The ferry carries copper wire. The copper wire comes from Keld.";
  // copper and wire occur three times, all else once: means (3+3+1)/3, 1, (1+1+3+3)/4, (3+3+1+1)/4.
  expect(summarize(tokenizer, text, 6).text).toBe("Copper wire is heavy.");
  expect(summarize(tokenizer, text, 12).text).toBe("Copper wire is heavy. The ferry carries copper wire.");
  expect(summarize(tokenizer, text, 1000).text).toBe(text);
});

test("a summary never passes its budget and holds sentences of the text only", () => {
  const sentences = fc.array(fc.constantFrom("A b c.", "Copper wire is heavy.", "Wind!", "Is it so?"), {
    minLength: 1,
  });
  fc.assert(
    fc.property(sentences, fc.integer({ min: 1, max: 60 }), (parts, budget) => {
      const text = parts.join(" ");
      const { text: summary, tokens } = summarize(tokenizer, text, budget);
      expect(tokens.length).toBeLessThanOrEqual(budget);
      expect(tokens).toEqual(tokenizer.encode(summary));
      if (budget >= 8) for (const part of summary.split(/(?<=[.!?]) /)) expect(parts).toContain(part);
    }),
  );
});

test("a text without sentences is cut at the budget", () => {
  const summary = summarize(tokenizer, "word ".repeat(200), 12);
  expect(summary.tokens).toHaveLength(12);
  expect(() => summarize(tokenizer, "a", 0)).toThrow(RangeError);
});
