import { createStream, type RandomStream } from "#core";
import {
  attributeWords,
  decodeWords,
  encodeWords,
  entityToken,
  entityWords,
  PARTNER,
  valueToken,
  valueWords,
} from "./vocabulary.ts";

/**
 * Documents of facts in template sentences, with sentences in between that state no fact. A document is a function of
 * (seed, split, index, facts) alone.
 */

/** "The `attribute` of `entity` is `value`"; the value of a partner is an entity's number. */
export interface Fact {
  readonly entity: number;
  readonly attribute: number;
  readonly value: number;
}

/**
 * - `train`: pairs of key and value that are held out never occur.
 * - `validation`, `test`: other documents, values drawn from all 32, so that one in eight pairs was never trained.
 * - `unseen-pairs`: other documents in which every attribute has a value that it never had in training.
 */
export type DocumentSplit = "train" | "validation" | "test" | "unseen-pairs";

export interface FactDocument {
  /** In the order in which they are stated; no key twice. */
  readonly facts: readonly Fact[];
  /** Without the token that begins a sequence. */
  readonly tokens: Int32Array;
  /** Where in `tokens` each fact's value stands, [facts]. */
  readonly valueAt: Int32Array;
  readonly text: string;
}

/** Facts that a document can state; models are trained on up to 16. */
export const MOST_FACTS = 24;
const PLAIN_ATTRIBUTES = attributeWords.length - 1;
/** One in so many pairs of key and value is held out. */
const HELD_OUT_ONE_IN = 8;
/** Of a sentence that states no fact, behind each fact. */
const DISTRACTOR_SHARE = 0.5;

const factTemplates = [
  "{attribute} of {entity} is {value} .",
  "{entity} has {attribute} {value} .",
  "for {entity} {attribute} reads {value} .",
];
const distractorTemplates = [
  "visitors like {entity} in winter .",
  "nobody saw {entity} again .",
  "letters about {entity} came late .",
  "visitors came near in winter .",
];

/** Draws of a document by number; facts and sentences count within them. */
const DRAW = { key: 0, value: 100, source: 200, target: 300, order: 400, template: 500, distractor: 600 };

/** Returns how many of `facts` facts name a partner: a quarter, and one of two or three. */
export function partnerFacts(facts: number): number {
  return facts < 2 ? 0 : Math.max(1, Math.floor(facts / 4));
}

/** Returns whether a pair of key and value is kept out of training; partners are not. */
export function isHeldOut({ entity, attribute, value }: Fact): boolean {
  return attribute !== PARTNER && (value + 3 * entity + 5 * attribute) % HELD_OUT_ONE_IN === 0;
}

/** Returns a document. Throws RangeError when `facts` is not an integer in 1..MOST_FACTS. */
export function drawDocument(options: {
  readonly seed: number;
  readonly split: DocumentSplit;
  readonly index: number;
  readonly facts: number;
}): FactDocument {
  const { seed, split, index, facts: count } = options;
  if (!Number.isInteger(count) || count < 1 || count > MOST_FACTS) {
    throw new RangeError(`drawDocument: ${count} facts, expected 1 to ${MOST_FACTS}`);
  }
  const random = createStream(seed, `language ${split} ${count}`);
  const facts = shuffled([...plainFacts(random, split, index, count)], random, index, DRAW.order);
  return stateFacts(facts, random, index);
}

/** Returns the facts of a document, those about partners last. */
function plainFacts(
  random: RandomStream,
  split: DocumentSplit,
  index: number,
  count: number,
): readonly Fact[] {
  const partners = partnerFacts(count);
  const keys = Array.from({ length: entityWords.length * PLAIN_ATTRIBUTES }, (_, key) => key);
  const plain = shuffled(keys, random, index, DRAW.key)
    .slice(0, count - partners)
    .map((key, i): Fact => {
      const [entity, attribute] = [Math.floor(key / PLAIN_ATTRIBUTES), key % PLAIN_ATTRIBUTES];
      const allowed = valueWords
        .map((_, value) => value)
        .filter((value) => {
          const heldOut = isHeldOut({ entity, attribute, value });
          return split === "train" ? !heldOut : split === "unseen-pairs" ? heldOut : true;
        });
      return { entity, attribute, value: allowed[random.integer(allowed.length, index, DRAW.value + i)] };
    });
  const everyone = entityWords.map((_, entity) => entity);
  const described = [...new Set(plain.map(({ entity }) => entity))];
  const linked = shuffled(everyone, random, index, DRAW.source)
    .filter((source) => described.some((entity) => entity !== source))
    .slice(0, partners)
    .map((source, i): Fact => {
      const others = described.filter((entity) => entity !== source);
      const value = others[random.integer(others.length, index, DRAW.target + i)];
      return { entity: source, attribute: PARTNER, value };
    });
  return [...plain, ...linked];
}

/**
 * Returns a document of facts that somebody chose, in their order and with nothing in between: it says what she said. Sentences are
 * drawn by place, so that one fact more changes none before it. Throws RangeError when there are none, or more than MOST_FACTS.
 */
export function stateChosenFacts(facts: readonly Fact[]): FactDocument {
  if (facts.length < 1 || facts.length > MOST_FACTS) {
    throw new RangeError(`stateChosenFacts: ${facts.length} facts, expected 1 to ${MOST_FACTS}`);
  }
  return stateFacts(facts, createStream(0, "language chosen facts"), 0, 0);
}

/**
 * Returns facts in sentences, others behind a share `distractors` of them. The first sentence states a fact: its entity is the topic.
 */
function stateFacts(
  facts: readonly Fact[],
  random: RandomStream,
  index: number,
  distractors = DISTRACTOR_SHARE,
): FactDocument {
  const ids: number[] = [];
  const valueAt = new Int32Array(facts.length);
  for (const [i, { entity, attribute, value }] of facts.entries()) {
    const template = factTemplates[random.integer(factTemplates.length, index, DRAW.template + i)];
    for (const word of template.split(" ")) {
      if (word === "{value}") {
        valueAt[i] = ids.length;
        ids.push(attribute === PARTNER ? entityToken(value) : valueToken(value));
      } else if (word === "{entity}") ids.push(entityToken(entity));
      else ids.push(...encodeWords(word === "{attribute}" ? attributeWords[attribute] : word));
    }
    if (random.uniform(index, DRAW.distractor + i) >= distractors) continue;
    const at = random.integer(distractorTemplates.length, index, DRAW.distractor + i, 1);
    const mentioned = random.integer(entityWords.length, index, DRAW.distractor + i, 2);
    ids.push(...encodeWords(distractorTemplates[at].replace("{entity}", entityWords[mentioned])));
  }
  const tokens = Int32Array.from(ids);
  return { facts, tokens, valueAt, text: decodeWords(tokens) };
}

/** Returns `items` in another order (Fisher and Yates), drawn by (index, draw + place). */
function shuffled<T>(items: readonly T[], random: RandomStream, index: number, draw: number): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(last + 1, index, draw, last);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
