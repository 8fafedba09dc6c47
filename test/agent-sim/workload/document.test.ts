import fc from "fast-check";
import { expect, test } from "vitest";
import { loadTokenizer } from "../../../agent-sim/hand-off/tokenizer.ts";
import { generateDocument } from "../../../agent-sim/workload/document.ts";

const tokenizer = await loadTokenizer("o200k_base");

test("the tokens are those of the whole text, and short of the target by less than a sentence", () => {
  fc.assert(
    fc.property(
      fc.nat(0xffffffff),
      fc.nat(1000),
      fc.integer({ min: 30, max: 1500 }),
      (seed, task, tokens) => {
        const document = generateDocument(tokenizer, { seed, task, tokens });
        expect(document.tokens).toEqual(tokenizer.encode(document.text));
        expect(document.tokens.length).toBeLessThanOrEqual(tokens);
        expect(document.tokens.length).toBeGreaterThan(tokens - 24);
      },
    ),
    { numRuns: 40 },
  );
});

test("a longer document of one seed and task begins as the shorter one", () => {
  const short = generateDocument(tokenizer, { seed: 3, task: 1, tokens: 200 });
  const long = generateDocument(tokenizer, { seed: 3, task: 1, tokens: 900 });
  expect(long.text.startsWith(short.text)).toBe(true);
  expect(generateDocument(tokenizer, { seed: 3, task: 2, tokens: 200 }).text).not.toBe(short.text);
});

test("no two entities share a name, so that no fact contradicts another", () => {
  const { text } = generateDocument(tokenizer, { seed: 1, task: 0, tokens: 20_000 });
  const introduced = [...text.matchAll(/The (?:ferry|research station|warehouse|railway bridge) (\w+ \d+)/g)];
  const names = introduced.map((match) => match[1]);
  expect(names.length).toBeGreaterThan(100);
  expect(new Set(names).size).toBe(names.length);
});
