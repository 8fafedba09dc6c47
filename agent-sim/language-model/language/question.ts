import { createStream } from "#core";
import { type Fact, type FactDocument, isHeldOut } from "./document.ts";
import {
  attributeToken,
  attributeWords,
  BEGIN,
  decodeWords,
  END,
  encodeWords,
  entityToken,
  entityWords,
  PARTNER,
  type Role,
  valueToken,
  valueWords,
} from "./vocabulary.ts";

/** What each role asks of a document, and the answer that is right. */
export interface Question {
  readonly role: Role;
  /** Behind the role prompt and the document. */
  readonly tokens: Int32Array;
  /** Ends with the end token. */
  readonly answer: Int32Array;
  /** Parts of that fact that the question names; a checker's value is the candidate. */
  readonly names: Partial<Fact>;
  /** Index of the fact that answers it. */
  readonly fact: number;
  /** Index of the fact that leads to it; null for questions of one hop. */
  readonly via: number | null;
  /** Of an answer drawn at random from those that are possible. */
  readonly chance: number;
  /** Whether training held out the asked pair of key and value. */
  readonly unseenPair: boolean;
}

/** Longest answer, end token included. */
export const LONGEST_ANSWER = 4;

/** Whether the role prompt stands behind the document, where a prefix cache finds the document, or before it. */
export type PromptOrder = "document-first" | "role-first";

/** Returns the prompt that makes a reader a role. */
export function rolePrompt(role: Role): Int32Array {
  return encodeWords(`${role} :`);
}

/**
 * Returns every question that a role can ask of a document, in the order of the facts: none for a reasoner where no
 * partner is named. The checker's candidates, half of them wrong, are drawn by (document, fact).
 */
export function questionsOf(document: FactDocument, role: Role): readonly Question[] {
  const { facts } = document;
  const ask = (
    tokens: string,
    answer: readonly number[],
    fact: number,
    chance: number,
    { via = null, names = {} }: Partial<Pick<Question, "via" | "names">> = {},
  ): Question => ({
    role,
    tokens: encodeWords(tokens),
    answer: Int32Array.from([...answer, END]),
    fact,
    via,
    names,
    chance,
    unseenPair: isHeldOut(facts[fact]),
  });
  const ofValue = 1 / valueWords.length;
  const ofEntity = 1 / entityWords.length;
  const plain = [...facts.entries()].filter(([, { attribute }]) => attribute !== PARTNER);
  switch (role) {
    case "router":
      return [ask("topic ?", [entityToken(facts[0].entity)], 0, ofEntity)];
    case "planner":
      return plain
        .filter(([, { attribute, value }]) => isStatedOnce(facts, attribute, value))
        .map(([i, { entity, attribute, value }]) =>
          ask(
            `who has ${attributeWords[attribute]} ${valueWords[value]} ?`,
            [entityToken(entity)],
            i,
            ofEntity,
            { names: { attribute, value } },
          ),
        );
    case "retriever":
      return plain.map(([i, fact]) =>
        ask(`${nameKey(fact)} ?`, [valueToken(fact.value)], i, ofValue, { names: keyOf(fact) }),
      );
    case "reasoner":
      return [...facts.entries()]
        .filter(([, { attribute }]) => attribute === PARTNER)
        .flatMap(([via, link]) =>
          plain
            .filter(([, { entity }]) => entity === link.value)
            .map(([i, { attribute, value }]) =>
              ask(`${attributeWords[attribute]} of ${nameKey(link)} ?`, [valueToken(value)], i, ofValue, {
                via,
              }),
            ),
        );
    case "checker": {
      const random = createStream(0, `language candidate ${document.text}`);
      return plain.map(([i, fact]) => {
        const right = random.uniform(i) < 0.5;
        const other = (fact.value + 1 + random.integer(valueWords.length - 1, i, 1)) % valueWords.length;
        const value = right ? fact.value : other;
        const answer = [...encodeWords(right ? "yes" : "no")];
        return ask(`is ${nameKey(fact)} ${valueWords[value]} ?`, answer, i, 0.5, {
          names: { ...keyOf(fact), value },
        });
      });
    }
    case "finaliser":
      return plain.map(([i, fact]) =>
        ask(
          `report ${nameKey(fact)} ?`,
          [entityToken(fact.entity), attributeToken(fact.attribute), valueToken(fact.value)],
          i,
          ofValue,
          { names: keyOf(fact) },
        ),
      );
  }
}

/** Returns a whole prompt: the document's tokens, the role's and the question's, in one of the two orders. */
export function promptOf(
  document: Int32Array,
  { role, tokens }: Pick<Question, "role" | "tokens">,
  order: PromptOrder,
): Int32Array {
  const prompt = rolePrompt(role);
  const [first, second] = order === "document-first" ? [document, prompt] : [prompt, document];
  return Int32Array.of(BEGIN, ...first, ...second, ...tokens);
}

/** Returns whether decoded ids are a question's answer, its end token included. */
export function isExactMatch(decoded: ArrayLike<number>, { answer }: Pick<Question, "answer">): boolean {
  return decoded.length === answer.length && answer.every((id, i) => id === decoded[i]);
}

/** Returns a question and its answer as words, for people. */
export function describeQuestion({ role, tokens, answer }: Question): string {
  return `${role}: ${decodeWords(tokens)} ${decodeWords(answer.subarray(0, -1))}`;
}

function keyOf({ entity, attribute }: Fact): Pick<Fact, "entity" | "attribute"> {
  return { entity, attribute };
}

function nameKey({ entity, attribute }: Fact): string {
  return `${attributeWords[attribute]} of ${entityWords[entity]}`;
}

function isStatedOnce(facts: readonly Fact[], attribute: number, value: number): boolean {
  return facts.filter((fact) => fact.attribute === attribute && fact.value === value).length === 1;
}
