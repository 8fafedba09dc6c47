// A readable document of facts, made from a seed: entities, attributes and values in template sentences, some values
// being entities themselves, with sentences in between that state no fact (spec/agents.md section 4).
import { createStream } from "#core";
import type { Tokenizer } from "../hand-off/tokenizer.ts";

/** A text with its tokens, so that it is tokenized once. */
export interface TokenizedText {
  readonly text: string;
  readonly tokens: readonly number[];
}

const kinds = [
  {
    noun: "ferry",
    attributes: [
      ["is commanded by", "person"],
      ["sails from the harbour of", "place"],
      ["usually carries", "goods"],
      ["was launched in", "year"],
    ],
  },
  {
    noun: "research station",
    attributes: [
      ["is led by", "person"],
      ["lies a day's walk from", "place"],
      ["has been measuring", "matter"],
      ["was opened in", "year"],
    ],
  },
  {
    noun: "warehouse",
    attributes: [
      ["is kept by", "person"],
      ["stands on the quay of", "place"],
      ["is full of", "goods"],
      ["was rebuilt in", "year"],
    ],
  },
  {
    noun: "railway bridge",
    attributes: [
      ["was designed by", "person"],
      ["crosses the river at", "place"],
      ["is inspected for", "matter"],
      ["has stood since", "year"],
    ],
  },
] as const;

const entityNames = (
  "Alder Birch Cedar Dunlin Ember Fulmar Garnet Heron Indigo Juniper Kestrel Linden Marten Nettle Osprey " +
  "Plover Quartz Rowan Sorrel Tamar Umber Vesper Willow Yarrow"
).split(" ");

const values = {
  person: [
    "Ada Lindqvist",
    "Bram Okafor",
    "Carla Moreau",
    "Dev Raman",
    "Elsa Novak",
    "Farid Haddad",
    "Greta Olsen",
  ],
  place: ["Marnholm", "Eastwick", "Port Salen", "Varga", "Tornby", "Keld", "Ravensea", "Oldmere"],
  goods: ["copper wire", "dried fruit", "window glass", "paper", "machine parts", "wool", "roof tiles"],
  matter: ["ice thickness", "rust", "river silt", "wind speed", "salt", "fine dust", "frost damage"],
} as const;

const distractors = [
  "Visitors often remark on the quiet there.",
  "The paint was renewed not long ago, and nobody has complained since.",
  "Letters to the editor mention it every summer.",
  "A small sign by the entrance asks people to close the door.",
  "On clear days the hills can be seen from there.",
  "Its records are kept in the usual order.",
] as const;

/** Entity and sentence numbers name the draws: (task, entity, sentence). */
const DRAW = { kind: 100, name: 101, link: 102, distractor: 103 } as const;

/**
 * Returns a document of at most `tokens` tokens that falls short by less than a sentence. Facts never contradict each
 * other: every entity is introduced once. Equal (seed, task) give the same sentences, however many fit.
 */
export function generateDocument(
  tokenizer: Tokenizer,
  { seed, task, tokens }: { readonly seed: number; readonly task: number; readonly tokens: number },
): TokenizedText {
  const random = createStream(seed, "agent-document");
  const text: string[] = [];
  const ids: number[] = [];
  for (let entity = 0; ; entity++) {
    for (const sentence of entitySentences(random, task, entity)) {
      // A sentence is tokenized with the space before it, which is where the vocabulary splits in any case: the
      // pieces are the tokens of the whole.
      const piece = ids.length === 0 ? sentence : ` ${sentence}`;
      const pieceIds = tokenizer.encode(piece);
      if (ids.length > 0 && ids.length + pieceIds.length > tokens)
        return { text: text.join(""), tokens: ids };
      text.push(piece);
      for (const id of pieceIds) ids.push(id);
    }
  }
}

function entitySentences(random: ReturnType<typeof createStream>, task: number, entity: number): string[] {
  const { noun, attributes } = kinds[random.integer(kinds.length, task, entity, DRAW.kind)];
  const subject = `The ${noun} ${entityName(random, task, entity)}`;
  const sentences = attributes.map(([verb, type], i) => {
    const value =
      type === "year"
        ? String(1890 + random.integer(120, task, entity, i))
        : values[type][random.integer(values[type].length, task, entity, i)];
    return `${i === 0 ? subject : "It"} ${verb} ${value}.`;
  });
  if (entity > 0) {
    const other = random.integer(entity, task, entity, DRAW.link);
    sentences.push(`Its accounts are settled together with those of ${entityName(random, task, other)}.`);
  }
  const distractor = distractors[random.integer(distractors.length, task, entity, DRAW.distractor)];
  return [...sentences, distractor];
}

/** Returns a name that no other entity of the document has: the number tells repeated words apart. */
function entityName(random: ReturnType<typeof createStream>, task: number, entity: number): string {
  const word = entityNames[random.integer(entityNames.length, task, entity, DRAW.name)];
  return `${word} ${entity + 1}`;
}
