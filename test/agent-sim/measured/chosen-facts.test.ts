import { expect, test } from "vitest";
import { language } from "../../../agent-sim/index.ts";
import {
  documentOfWords,
  type FactInWords,
  factInWords,
  strangersDocument,
} from "../../../agent-sim/measured/chosen-facts.ts";

const facts: readonly FactInWords[] = [
  { name: "alder", attribute: "badge", value: "amber" },
  { name: "heron", attribute: "colour", value: "teal" },
  { name: "birch", attribute: "partner", value: "heron" },
];

test("a document says the chosen facts and nothing else, and one fact more changes no sentence before it", () => {
  const document = documentOfWords(facts);
  expect(document.facts.map(factInWords)).toEqual(facts);
  const sentences = document.text.split(" . ");
  expect(sentences).toHaveLength(facts.length);
  for (const [i, { name, attribute, value }] of facts.entries()) {
    for (const word of [name, attribute, value]) expect(sentences[i].split(" ")).toContain(word);
  }
  const more = documentOfWords([...facts, { name: "osprey", attribute: "harbour", value: "slate" }]);
  expect(more.text.startsWith(document.text)).toBe(true);
  // Values stand where the compressor of slots is told that they do.
  expect(Array.from(document.valueAt, (at) => language.decodeWords([document.tokens[at]]))).toEqual(
    facts.map(({ value }) => value),
  );
});

test("a stranger says other things of the same, so that no answer from his document is right", () => {
  for (const count of [1, 4, 16]) {
    for (let index = 0; index < 20; index++) {
      const own = language.drawDocument({ seed: 36, split: "test", index, facts: count });
      const stranger = strangersDocument(own);
      expect(stranger.facts).toHaveLength(count);
      const said = new Set(own.facts.map((fact) => JSON.stringify(fact)));
      for (const [i, fact] of stranger.facts.entries()) {
        expect([fact.entity, fact.attribute]).toEqual([own.facts[i].entity, own.facts[i].attribute]);
        expect(said.has(JSON.stringify(fact))).toBe(false);
      }
      const answersOf = (document: language.FactDocument) =>
        language
          .questionsOf(document, "planner")
          .map(({ tokens, answer }) => `${language.decodeWords(tokens)} ${language.decodeWords(answer)}`);
      const asked = new Set(answersOf(own));
      expect(answersOf(stranger).filter((answer) => asked.has(answer))).toEqual([]);
    }
  }
});
