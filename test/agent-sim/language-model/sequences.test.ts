import { expect, test } from "vitest";
import {
  BEGIN,
  drawDocument,
  type Question,
  questionsOf,
} from "../../../agent-sim/language-model/language.ts";
import { createSequenceBatch, fillSequences } from "../../../agent-sim/language-model/sequences.ts";

const document = drawDocument({ seed: 5, split: "train", index: 0, facts: 8 });
const valueAt = Array.from(document.valueAt, (at) => 1 + at);

/** Returns a batch of one row: the document, then these questions. */
function laidOut(questions: readonly Question[]) {
  return fillSequences(createSequenceBatch({ rows: 1, length: 220 }), [
    {
      shared: Int32Array.of(BEGIN, ...document.tokens),
      predictShared: true,
      facts: document.facts,
      valueAt,
      questions,
      withRole: true,
    },
  ]);
}

test("a question tells what it names of a fact, and nothing that it does not", () => {
  const [planner] = questionsOf(document, "planner");
  const [retriever] = questionsOf(document, "retriever");
  const batch = laidOut([planner, retriever]);
  const [who, what] = batch.asked.map(({ from }) => from);
  const fact = document.facts[planner.fact];
  expect([batch.entityWeights[who], Number(batch.attributes[who]), Number(batch.values[who])]).toEqual([
    0,
    fact.attribute,
    fact.value,
  ]);
  expect([batch.entityWeights[what] > 0, batch.valueWeights[what]]).toEqual([true, 0]);
  for (const weights of [batch.entityWeights, batch.attributeWeights, batch.valueWeights]) {
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1);
  }
});

test("a candidate that a fact states leads to that fact, any other to the token that begins", () => {
  const checks = questionsOf(document, "checker");
  const batch = laidOut(checks);
  const said = checks.map(({ names, fact }) => names.value === document.facts[fact].value);
  expect(new Set(said)).toEqual(new Set([true, false]));
  expect(batch.asked.map(({ from }) => Number(batch.lastHops[from]))).toEqual(
    checks.map(({ fact }, i) => (said[i] ? valueAt[fact] : 0)),
  );
});
