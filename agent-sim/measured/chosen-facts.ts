// Facts that a person chose, from words to a document, and the stranger's: the same things, with other values.
import { BadInputError, createStream, requireName } from "#core";
import { attributeWords, entityWords, PARTNER, valueWords } from "../language-model/language/vocabulary.ts";
import { type Fact, type FactDocument, stateChosenFacts } from "../language-model/language.ts";

/** A fact in words: the badge (`attribute`) of alder (`name`) is amber (`value`). */
export interface FactInWords {
  readonly name: string;
  readonly attribute: string;
  readonly value: string;
}

/** The decoder was trained on documents of up to so many facts. */
export const mostChosenFacts = 16;

/**
 * Returns the document of `facts`. Throws BadInputError: `unknown-word` with the nearest word, `bad-facts` for none or too
 * many, for one thing said twice, for somebody who is his own partner, and for partners alone, of which nothing can be asked.
 */
export function documentOfWords(facts: readonly FactInWords[]): FactDocument {
  if (facts.length < 1 || facts.length > mostChosenFacts) {
    throw badFacts("facts", `1 to ${mostChosenFacts} facts`, `${facts.length}`);
  }
  const read = facts.map(readFact);
  for (const [i, { entity, attribute, value }] of read.entries()) {
    const first = read.findIndex((fact) => fact.entity === entity && fact.attribute === attribute);
    if (first !== i) {
      const twice = `the ${attributeWords[attribute]} of ${entityWords[entity]}`;
      throw badFacts(`facts[${i}]`, "each thing once", `${twice} again, as in facts[${first}]`);
    }
    if (attribute === PARTNER && value === entity)
      throw badFacts(`facts[${i}].value`, "a partner who is somebody else", `"${entityWords[value]}"`);
  }
  if (read.every(({ attribute }) => attribute === PARTNER)) {
    const others = attributeWords.filter((_, attribute) => attribute !== PARTNER).join(", ");
    throw badFacts("facts", `at least one ${others}`, "partners alone, of which nothing can be asked");
  }
  return stateChosenFacts(read);
}

/** Returns a fact in words. */
export function factInWords({ entity, attribute, value }: Fact): FactInWords {
  return {
    name: entityWords[entity],
    attribute: attributeWords[attribute],
    value: attribute === PARTNER ? entityWords[value] : valueWords[value],
  };
}

/** Returns the words that may stand for the value of an attribute. */
export function valuesOf(attribute: string): readonly string[] {
  return attribute === attributeWords[PARTNER] ? entityWords : valueWords;
}

/**
 * Returns a stranger's document: it says of the same things something else, with values that the own one names nowhere, so that
 * no answer from it is right. Drawn by place, the same for the same facts.
 */
export function strangersDocument({ facts }: Pick<FactDocument, "facts">): FactDocument {
  const random = createStream(0, "language stranger");
  const said = new Set(facts.filter(({ attribute }) => attribute !== PARTNER).map(({ value }) => value));
  const unsaid = valueWords.map((_, value) => value).filter((value) => !said.has(value));
  return stateChosenFacts(
    facts.map((fact, i): Fact => {
      const isPartner = fact.attribute === PARTNER;
      const from = isPartner
        ? entityWords
            .map((_, entity) => entity)
            .filter((other) => other !== fact.value && other !== fact.entity)
        : unsaid;
      const at = random.integer(from.length, i);
      const value = from[at];
      if (!isPartner) unsaid.splice(at, 1);
      return { ...fact, value };
    }),
  );
}

function readFact({ name, attribute, value }: FactInWords, i: number): Fact {
  const word = (part: keyof FactInWords, given: string, words: readonly string[]): number =>
    words.indexOf(requireName("unknown-word", `facts[${i}].${part}`, given, words));
  const kind = word("attribute", attribute, attributeWords);
  return {
    entity: word("name", name, entityWords),
    attribute: kind,
    value: word("value", value, valuesOf(attribute)),
  };
}

function badFacts(subject: string, expected: string, got: string): BadInputError {
  return new BadInputError("bad-facts", { subject, expected, got });
}
