import { describe, expect, it } from "vitest";
import {
  BEGIN,
  type DocumentSplit,
  decodeWords,
  describeQuestion,
  drawDocument,
  END,
  encodeWords,
  isExactMatch,
  isHeldOut,
  LONGEST_ANSWER,
  MOST_FACTS,
  partnerFacts,
  promptOf,
  questionsOf,
  rolePrompt,
  roles,
  vocabularySize,
} from "../../../agent-sim/language-model/language.ts";

const PARTNER = 3;
const draw = (split: DocumentSplit, index: number, facts = 8, seed = 1) =>
  drawDocument({ seed, split, index, facts });
const many = (split: DocumentSplit, facts: number, count = 200) =>
  Array.from({ length: count }, (_, index) => draw(split, index, facts));

describe("documents", () => {
  it("are a function of seed, split, index and facts", () => {
    expect(draw("train", 7)).toEqual(draw("train", 7));
    const others = [draw("train", 8), draw("test", 7), draw("train", 7, 8, 2)];
    for (const other of others) expect(other.text).not.toBe(draw("train", 7).text);
  });

  it("read as sentences", () => {
    expect(draw("test", 0, 2).text).toMatchInlineSnapshot(
      `"partner of linden is garnet . visitors like dunlin in winter . garnet has harbour amber ."`,
    );
  });

  it("state each fact once, its value where valueAt says, behind its entity and attribute", () => {
    for (const document of many("test", 16, 50)) {
      const keys = document.facts.map(({ entity, attribute }) => `${entity} ${attribute}`);
      expect(new Set(keys).size).toBe(16);
      const words = document.text.split(" ");
      expect(words).toHaveLength(document.tokens.length);
      for (const [i, at] of document.valueAt.entries()) {
        const sentence = words.slice(words.lastIndexOf(".", at) + 1, at);
        const { entity, attribute } = document.facts[i];
        const [entityWord, attributeWord] = [3 + entity, 19 + attribute].map((id) => decodeWords([id]));
        expect(sentence).toContain(entityWord);
        expect(sentence).toContain(attributeWord);
      }
    }
  });

  it("have a partner among two facts, and four among sixteen, each with something to ask of", () => {
    for (const facts of [1, 2, 3, 4, 8, 16, MOST_FACTS]) {
      for (const document of many("train", facts, 20)) {
        expect(document.facts).toHaveLength(facts);
        const links = document.facts.filter(({ attribute }) => attribute === PARTNER);
        expect(links).toHaveLength(partnerFacts(facts));
        const described = document.facts.filter(({ attribute }) => attribute !== PARTNER);
        for (const link of links) {
          expect(link.value).not.toBe(link.entity);
          expect(described.some(({ entity }) => entity === link.value)).toBe(true);
        }
      }
    }
  });

  it("never pair a key with a held-out value in training, always in the split of unseen pairs", () => {
    const plain = (split: DocumentSplit) =>
      many(split, 16).flatMap(({ facts }) => facts.filter(({ attribute }) => attribute !== PARTNER));
    expect(plain("train").filter(isHeldOut)).toHaveLength(0);
    expect(plain("unseen-pairs").every(isHeldOut)).toBe(true);
    const share = plain("test").filter(isHeldOut).length / plain("test").length;
    expect(share).toBeGreaterThan(0.09);
    expect(share).toBeLessThan(0.16);
  });

  it("of different splits are never the same", () => {
    const texts = (["train", "validation", "test", "unseen-pairs"] as const).map(
      (split) => new Set(many(split, 4, 300).map(({ text }) => text)),
    );
    expect(new Set(texts.flatMap((set) => [...set])).size).toBe(
      texts.reduce((total, set) => total + set.size, 0),
    );
  });

  it("refuse a number of facts that they cannot hold", () => {
    for (const facts of [0, 25, 1.5]) expect(() => draw("train", 0, facts)).toThrow(RangeError);
  });
});

describe("questions", () => {
  it("of every role have the answer that the facts give", () => {
    const document = draw("test", 3, 4);
    expect([
      document.text,
      ...roles.flatMap((role) => questionsOf(document, role).map(describeQuestion)),
    ]).toMatchInlineSnapshot(`
      [
        "marten has badge umber . nobody saw marten again . partner of juniper is marten . letters about marten came late . harbour of cedar is violet . for ember colour reads pearl . visitors like indigo in winter .",
        "router: topic ? marten",
        "planner: who has badge umber ? marten",
        "planner: who has harbour violet ? cedar",
        "planner: who has colour pearl ? ember",
        "retriever: badge of marten ? umber",
        "retriever: harbour of cedar ? violet",
        "retriever: colour of ember ? pearl",
        "reasoner: badge of partner of juniper ? umber",
        "checker: is badge of marten jade ? no",
        "checker: is harbour of cedar coral ? no",
        "checker: is colour of ember granite ? no",
        "finaliser: report badge of marten ? marten badge umber",
        "finaliser: report harbour of cedar ? cedar harbour violet",
        "finaliser: report colour of ember ? ember colour pearl",
      ]
    `);
  });

  it("of one role never ask the same twice, and end their answers", () => {
    for (const document of many("train", 16, 50)) {
      for (const role of roles) {
        const questions = questionsOf(document, role);
        expect(new Set(questions.map(({ tokens }) => decodeWords(tokens))).size).toBe(questions.length);
        for (const { answer } of questions) {
          expect(answer.at(-1)).toBe(END);
          expect(answer.length).toBeLessThanOrEqual(LONGEST_ANSWER);
        }
      }
    }
  });

  it("of the checker are right half the time", () => {
    const answers = many("test", 8).flatMap((document) =>
      questionsOf(document, "checker").map(({ answer }) => decodeWords(answer)),
    );
    const share = answers.filter((answer) => answer.startsWith("yes")).length / answers.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.05);
  });

  it("stand behind document and role prompt, in either order", () => {
    const document = draw("test", 0, 1);
    const [question] = questionsOf(document, "retriever");
    const [first, second] = (["document-first", "role-first"] as const).map((order) =>
      promptOf(document.tokens, question, order),
    );
    expect(first.toSorted()).toEqual(second.toSorted());
    expect([first[0], second[0]]).toEqual([BEGIN, BEGIN]);
    expect(first.slice(1, 1 + document.tokens.length)).toEqual(document.tokens);
    expect(second.slice(1, 3)).toEqual(rolePrompt("retriever"));
  });

  it("match exactly or not at all", () => {
    const [question] = questionsOf(draw("test", 0, 1), "finaliser");
    expect(isExactMatch(question.answer, question)).toBe(true);
    expect(isExactMatch(question.answer.slice(0, -1), question)).toBe(false);
  });
});

describe("words", () => {
  it("and tokens are one another's inverse", () => {
    const all = Array.from({ length: vocabularySize }, (_, id) => id);
    expect([...encodeWords(decodeWords(all))]).toEqual(all);
  });

  it("that are not known are one clear error", () => {
    expect(() => encodeWords("colour of zebra")).toThrow(/its \d+ words, got "zebra"/);
  });
});
