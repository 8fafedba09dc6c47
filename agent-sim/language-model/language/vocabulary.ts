import { BadInputError } from "#core";

/**
 * The words of the document language: one token a word. 64 keys (16 entities x 4 attributes) and 32 values; the last
 * attribute, `partner`, has an entity for its value and makes questions of two hops.
 */

export const entityWords = (
  "alder birch cedar dunlin ember fulmar garnet heron " +
  "indigo juniper kestrel linden marten nettle osprey plover"
).split(" ");

export const attributeWords = ["badge", "colour", "harbour", "partner"];

/** The attribute whose value is an entity. */
export const PARTNER = 3;

export const valueWords = (
  "amber basalt copper denim ebony flint granite hazel ivory jade khaki lilac maroon navy ochre pearl " +
  "quartz russet saffron teal umber violet walnut xenon yellow zinc cobalt mint coral slate sand rose"
).split(" ");

/** Stages of the default pipeline, each with a role prompt of its own. */
export const roles = ["router", "planner", "retriever", "reasoner", "checker", "finaliser"] as const;
export type Role = (typeof roles)[number];

const functionWords = (
  "of is has for reads . ? : topic who report yes no " +
  "visitors like in winter nobody saw near again letters about came late"
).split(" ");

/** `<pad>`, id 0, fills places that are masked. */
const words: readonly string[] = [
  "<pad>",
  "<begin>",
  "<end>",
  ...entityWords,
  ...attributeWords,
  ...valueWords,
  ...roles,
  ...functionWords,
];

/** Ids are below this. */
export const vocabularySize = words.length;

const idOf = new Map(words.map((word, id) => [word, id]));

/** Stands before everything else. */
export const BEGIN = 1;
/** Ends every answer. */
export const END = 2;
const FIRST_ENTITY = 3;
const FIRST_ATTRIBUTE = FIRST_ENTITY + entityWords.length;
const FIRST_VALUE = FIRST_ATTRIBUTE + attributeWords.length;

/** Returns the token of entity 0..15, of attribute 0..3, of value 0..31. */
export const entityToken = (entity: number): number => FIRST_ENTITY + entity;
export const attributeToken = (attribute: number): number => FIRST_ATTRIBUTE + attribute;
export const valueToken = (value: number): number => FIRST_VALUE + value;

/** Returns the tokens of a text of known words with spaces between. Throws BadInputError for another word. */
export function encodeWords(text: string): Int32Array {
  return Int32Array.from(text.split(/\s+/).filter(Boolean), (word) => {
    const id = idOf.get(word);
    if (id !== undefined) return id;
    throw new BadInputError("unknown-word", {
      subject: "a text in the document language",
      expected: `its ${vocabularySize} words`,
      got: `"${word}"`,
    });
  });
}

/** Returns tokens as words with spaces between. Throws RangeError for an id outside the vocabulary. */
export function decodeWords(ids: ArrayLike<number>): string {
  return Array.from(ids, (id) => {
    const word = words[id];
    if (word === undefined) throw new RangeError(`no word has the id ${id}`);
    return word;
  }).join(" ");
}
