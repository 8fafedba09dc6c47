import type { RandomStream } from "#core";
import { MASKED } from "./decoder.ts";
import {
  BEGIN,
  type Fact,
  type FactDocument,
  type PromptOrder,
  type Question,
  questionsOf,
  type Role,
  rolePrompt,
  roles,
} from "./language.ts";

/**
 * Training sequences: a document (or what stands for it), then questions with their answers. Every question sees the
 * document and itself, never another question, and stands at the position right behind the document: so each is read
 * exactly as it is when it comes alone, and no answer can be copied from an earlier one.
 */

/** Rows of one length; what a graph of a fixed size takes. */
export interface SequenceShape {
  readonly rows: number;
  readonly length: number;
}

/** What a graph reads, row-major. */
export interface SequenceBatch {
  readonly shape: SequenceShape;
  /** [rows, length] */
  readonly ids: BigInt64Array;
  readonly positions: BigInt64Array;
  /** [rows, 1, length, length], added to the scores. */
  readonly mask: Float32Array;
  /** The token that should follow each, [rows, length]. */
  readonly targets: BigInt64Array;
  /** Share of each place in the loss over answers, and in that over the document; each sums to 1. */
  readonly answerWeights: Float32Array;
  readonly documentWeights: Float32Array;
  /** What the fact or the question that ends here names, and each place's share where it names one; [rows, length]. */
  readonly entities: BigInt64Array;
  readonly entityWeights: Float32Array;
  readonly attributes: BigInt64Array;
  readonly attributeWeights: Float32Array;
  readonly values: BigInt64Array;
  readonly valueWeights: Float32Array;
  /** Where the facts stand that answer what is asked here, the first hop and the last, and each place's share; as above. */
  readonly firstHops: BigInt64Array;
  readonly lastHops: BigInt64Array;
  readonly hopWeights: Float32Array;
  /** Where answers are predicted, for evaluation. */
  asked: AskedQuestion[];
}

/** A question of a batch: places from..from + answer.length - 1 of its row predict its answer. */
export interface AskedQuestion {
  readonly row: number;
  readonly from: number;
  readonly question: Question;
}

/** A row before it is laid out. */
export interface Sequence {
  /** What all questions see: the token that begins, the document, a role prompt where it comes first. */
  readonly shared: Int32Array;
  /** Whether the tokens of `shared` are to be predicted too. */
  readonly predictShared: boolean;
  /** What `shared` states, and where each value stands in it; nothing when it is no text. */
  readonly facts: readonly Fact[];
  readonly valueAt: readonly number[];
  readonly questions: readonly Question[];
  /** Whether each question brings its role prompt. */
  readonly withRole: boolean;
}

/** Returns a batch with nothing in it. */
export function createSequenceBatch(shape: SequenceShape): SequenceBatch {
  const { rows, length } = shape;
  const size = rows * length;
  return {
    shape,
    ids: new BigInt64Array(size),
    positions: new BigInt64Array(size),
    mask: new Float32Array(size * length),
    targets: new BigInt64Array(size),
    answerWeights: new Float32Array(size),
    documentWeights: new Float32Array(size),
    entities: new BigInt64Array(size),
    entityWeights: new Float32Array(size),
    attributes: new BigInt64Array(size),
    attributeWeights: new Float32Array(size),
    values: new BigInt64Array(size),
    valueWeights: new Float32Array(size),
    firstHops: new BigInt64Array(size),
    lastHops: new BigInt64Array(size),
    hopWeights: new Float32Array(size),
    asked: [],
  };
}

/**
 * Lays sequences out in a batch, a row each; questions that no longer fit are left out. `hiddenFrom` of a row says from
 * which place to which its shared part is not to be seen (a memory with fewer vectors than there is room for). Throws RangeError when a shared part is
 * longer than a row.
 */
export function fillSequences(
  batch: SequenceBatch,
  sequences: readonly Sequence[],
  hidden: readonly (readonly [number, number])[] = [],
): SequenceBatch {
  const { ids, positions, mask, targets, answerWeights, documentWeights, shape } = batch;
  const { length } = shape;
  ids.fill(0n);
  positions.fill(0n);
  mask.fill(MASKED);
  targets.fill(0n);
  answerWeights.fill(0);
  documentWeights.fill(0);
  for (const { told, weights } of namedParts(batch)) {
    told.fill(0n);
    weights.fill(0);
  }
  const { firstHops, lastHops, hopWeights } = batch;
  firstHops.fill(0n);
  lastHops.fill(0n);
  hopWeights.fill(0);
  let hops = 0;
  batch.asked.length = 0;
  let answers = 0;
  let predicted = 0;
  for (const [row, { shared, predictShared, facts, valueAt, questions, withRole }] of sequences.entries()) {
    if (shared.length > length) {
      throw new RangeError(`a row of ${length} tokens cannot hold ${shared.length} shared ones`);
    }
    const at = row * length;
    const [hideFrom, hideTo] = hidden[row] ?? [0, 0];
    const see = (place: number, from: number, to: number): void => {
      const start = (at + place) * length;
      mask.fill(0, start + from, start + to);
      if (hideTo > hideFrom) mask.fill(MASKED, start + hideFrom, start + hideTo);
    };
    for (const [i, id] of shared.entries()) {
      ids[at + i] = BigInt(id);
      positions[at + i] = BigInt(i);
      see(i, 0, i + 1);
      if (!predictShared || i + 1 === shared.length) continue;
      targets[at + i] = BigInt(shared[i + 1]);
      documentWeights[at + i] = 1;
      predicted++;
    }
    const tell = (place: number, named: Partial<Fact>): void => {
      for (const { part, told, weights } of namedParts(batch)) {
        const value = named[part];
        if (value === undefined) continue;
        told[at + place] = BigInt(value);
        weights[at + place] = 1;
      }
    };
    for (const [i, place] of valueAt.entries()) {
      tell(place, { entity: facts[i].entity, attribute: facts[i].attribute });
    }
    let place = shared.length;
    const position = shared.length - (hideTo - hideFrom);
    for (const question of questions) {
      const head = withRole ? [...rolePrompt(question.role), ...question.tokens] : question.tokens;
      // The last token of an answer is predicted, never read.
      const block = [...head, ...question.answer.subarray(0, -1)];
      if (place + block.length > length) break;
      for (const [i, id] of block.entries()) {
        ids[at + place + i] = BigInt(id);
        positions[at + place + i] = BigInt(position + i);
        see(place + i, 0, shared.length);
        mask.fill(0, (at + place + i) * length + place, (at + place + i) * length + place + i + 1);
      }
      const from = place + head.length - 1;
      for (const [i, id] of question.answer.entries()) {
        targets[at + from + i] = BigInt(id);
        answerWeights[at + from + i] = 1;
        answers++;
      }
      if (facts.length > 0 && question.role !== "router") {
        // The last word but the end token is what the fact says.
        const asks = from + question.answer.length - 2;
        const { names, via, fact } = question;
        tell(asks, names);
        // What no fact says is answered from the token that begins.
        const said = names.value === undefined || names.value === facts[fact].value;
        firstHops[at + asks] = BigInt(said ? valueAt[via ?? fact] : 0);
        lastHops[at + asks] = BigInt(said ? valueAt[fact] : 0);
        hopWeights[at + asks] = 1;
        hops++;
      }
      batch.asked.push({ row, from, question });
      place += block.length;
    }
  }
  for (let i = 0; i < answerWeights.length; i++) {
    answerWeights[i] /= answers;
    documentWeights[i] /= Math.max(1, predicted);
    hopWeights[i] /= Math.max(1, hops);
  }
  for (const { weights } of namedParts(batch)) {
    const named = Math.max(
      1,
      weights.reduce((sum, weight) => sum + weight, 0),
    );
    for (let i = 0; i < weights.length; i++) weights[i] /= named;
  }
  return batch;
}

/** Returns what a place is to tell of each part of a fact. */
function namedParts(batch: SequenceBatch) {
  return [
    { part: "entity", told: batch.entities, weights: batch.entityWeights },
    { part: "attribute", told: batch.attributes, weights: batch.attributeWeights },
    { part: "value", told: batch.values, weights: batch.valueWeights },
  ] as const;
}

/** How often each role asks in training. */
const ROLE_SHARES: Readonly<Record<Role, number>> = {
  router: 1,
  planner: 3,
  retriever: 4,
  reasoner: 3,
  checker: 3,
  finaliser: 2,
};

/**
 * Returns a training sequence of a document with at most `most` questions: half the time, unless `order` says otherwise, the
 * role prompt comes first and all questions are of that role. Drawn by (`draw`, row).
 */
export function drawSequence(
  document: FactDocument,
  random: RandomStream,
  draw: number,
  row: number,
  most: number,
  order: PromptOrder = random.uniform(draw, row, 0) < 0.5 ? "role-first" : "document-first",
): Sequence {
  const begun = (tokens: readonly number[]): Int32Array => Int32Array.of(BEGIN, ...tokens);
  const pools = new Map<Role, Question[]>();
  const pool = (role: Role): Question[] => {
    let found = pools.get(role);
    if (found === undefined) {
      found = [...questionsOf(document, role)];
      pools.set(role, found);
    }
    return found;
  };
  const drawRole = (at: number): Role => {
    const possible = roles.filter((role) => pool(role).length > 0);
    const total = possible.reduce((sum, role) => sum + ROLE_SHARES[role], 0);
    let left = random.uniform(draw, row, at) * total;
    for (const role of possible) {
      left -= ROLE_SHARES[role];
      if (left < 0) return role;
    }
    return "retriever";
  };
  const only = order === "role-first" ? drawRole(1) : null;
  const questions: Question[] = [];
  for (let i = 0; i < most; i++) {
    const role = only ?? drawRole(10 + 2 * i);
    const left = pool(role);
    if (left.length === 0) break;
    const [question] = left.splice(random.integer(left.length, draw, row, 11 + 2 * i), 1);
    questions.push(question);
  }
  const before = only === null ? new Int32Array() : rolePrompt(only);
  return {
    shared: begun([...before, ...document.tokens]),
    predictShared: true,
    facts: document.facts,
    valueAt: Array.from(document.valueAt, (at) => 1 + before.length + at),
    questions,
    withRole: only === null,
  };
}
