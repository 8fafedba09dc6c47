// An extractive summary, really computed: the sentences whose words the text uses most, in their own order.
import type { TokenizedText } from "../workload/document.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What a summary needs of a tokenizer; the document language has one of its own. */
type TextTokens = Pick<Tokenizer, "encode" | "decode">;

/** Function words carry no topic. */
const stopWords = new Set(
  (
    "a an and are as at be been but by for from had has have he her his i if in into is it its no not of on or " +
    "our she so that the their them then there they this those to was we were which who will with you your"
  ).split(" "),
);

/**
 * Returns the sentences of highest mean term frequency that fit into `budgetTokens` tokens together, in the order of
 * the text (Luhn, IBM Journal of Research and Development 2 (1958) 159, without his clusters). A text whose every
 * sentence is longer than the budget is cut at the budget. Never longer than `budgetTokens`.
 *
 * Throws RangeError when the budget is not a positive integer.
 */
export function summarize(tokenizer: TextTokens, text: string, budgetTokens: number): TokenizedText {
  if (!Number.isInteger(budgetTokens) || budgetTokens < 1) {
    throw new RangeError(`budgetTokens must be a positive integer, got ${budgetTokens}`);
  }
  const sentences = splitSentences(text);
  const frequency = new Map<string, number>();
  const words = sentences.map(contentWords);
  for (const word of words.flat()) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const scores = words.map((list) =>
    list.length === 0
      ? 0
      : list.reduce((sum, word) => sum + (frequency.get(word) as number), 0) / list.length,
  );
  // Ties go to the earlier sentence.
  const ranking = sentences.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
  const kept = new Set<number>();
  let used = 0;
  for (const i of ranking) {
    const size = tokenizer.encode(` ${sentences[i]}`).length;
    if (used + size > budgetTokens) continue;
    kept.add(i);
    used += size;
  }
  const summary = sentences.filter((_, i) => kept.has(i)).join(" ");
  const tokens = tokenizer.encode(summary);
  if (tokens.length > 0 && tokens.length <= budgetTokens) return { text: summary, tokens };
  return cut(tokenizer, text, budgetTokens);
}

/** Returns the longest start of the text that takes at most `budgetTokens` tokens. A cut may split a character. */
function cut(tokenizer: TextTokens, text: string, budgetTokens: number): TokenizedText {
  const all = tokenizer.encode(text);
  for (let size = Math.min(budgetTokens, all.length); size > 0; size--) {
    const start = tokenizer.decode(all.slice(0, size));
    const tokens = tokenizer.encode(start);
    if (tokens.length <= budgetTokens) return { text: start, tokens };
  }
  return { text: "", tokens: [] };
}

function splitSentences(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}

function contentWords(sentence: string): string[] {
  return (sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !stopWords.has(word));
}
