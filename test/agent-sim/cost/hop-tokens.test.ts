import { expect, test } from "vitest";
import { hopTokens } from "../../../agent-sim/cost/hop-tokens.ts";
import { type ArmName, armRules, armsOfRun } from "../../../agent-sim/hand-off/arms.ts";

/** [carried, cached, prefilled] of 1,003 tokens behind an own prompt of 40, in blocks of 16: by hand from spec/agents.md section 2. */
const expected: Partial<Record<ArmName, readonly [number, number, number]>> = {
  cold: [0, 0, 40],
  text: [1003, 0, 1043],
  "prefix-cache": [1003, 992, 51],
  "prefix-miss": [1003, 0, 1043],
  // Of a summary its own tokens are told.
  summary: [1003, 0, 1043],
  kv: [1003, 1003, 40],
  latent: [8, 0, 48],
  slots: [12, 0, 52],
  single: [0, 0, 40],
};

test("every arm that a formula prices has the tokens of the specification", () => {
  const sizes = { blockTokens: 16, latent: { vectors: 8, slots: 12 } };
  const found = armsOfRun("fleet").map((arm) => {
    const hop = hopTokens(armRules[arm], { contextTokens: 1003, ownTokens: 40 }, sizes);
    return [arm, [hop.carriedTokens, hop.cachedTokens, hop.prefillTokens]];
  });
  expect(Object.fromEntries(found)).toEqual(expected);
});

test("a latent without a size is refused, and a context shorter than a block has none cached", () => {
  const short = { contextTokens: 15, ownTokens: 1 };
  expect(() => hopTokens(armRules.latent, short, { blockTokens: 16 })).toThrow(RangeError);
  expect(hopTokens(armRules["prefix-cache"], short, { blockTokens: 16 }).cachedTokens).toBe(0);
});
