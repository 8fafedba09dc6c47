import fc from "fast-check";
import { expect, test } from "vitest";
import { prefillCalibrations } from "../../../agent-sim/cost/calibration.ts";
import {
  chunkShare,
  createIterationModel,
  type DecodePoint,
  iterationS,
  prefillWorkS,
  stretchS,
} from "../../../agent-sim/fleet/iteration.ts";
import { modelPresets, prefillSeconds } from "../../../agent-sim/index.ts";

const model = modelPresets["llama-3.1-8b"];
const prefill = prefillCalibrations["rtx-4090-llama-3-8b-q4"].rate;
const speedOf = (decode: readonly DecodePoint[], overlaps = false) =>
  createIterationModel({
    model,
    figures: { prefill, decode: { decodeContextS: 1e-6 }, decodeSteps: decode },
    sequenceS: 0.001,
    maxSequences: 64,
    overlaps,
  });
const speed = speedOf([{ sequences: 1, stepS: 0.02 }]);

test("a prompt alone in one iteration takes what the formula says", () => {
  for (const [tokens, cached] of [
    [1, 0],
    [700, 0],
    [90, 4096],
  ]) {
    expect(iterationS(speed, prefillWorkS(speed, tokens, cached), 0, 0)).toBeCloseTo(
      prefillSeconds(model, prefill, tokens, cached),
      12,
    );
  }
});

test("the chunks of a prompt are all of it, however it is cut, and later ones cost more a token", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 12 }),
      fc.nat(5000),
      (chunks, cached) => {
        const all = chunks.reduce((sum, tokens) => sum + tokens, 0);
        let done = 0;
        let share = 0;
        for (const tokens of chunks) {
          share += chunkShare(speed, tokens, all, cached, done);
          done += tokens;
        }
        expect(share).toBeCloseTo(1, 9);
      },
    ),
  );
  expect(chunkShare(speed, 1000, 2000, 0, 1000)).toBeGreaterThan(chunkShare(speed, 1000, 2000, 0, 0));
});

test("a decoding step is that of the nearest measured batches, linear between them", () => {
  const { decodeStepS } = speedOf([
    { sequences: 2, stepS: 0.01 },
    { sequences: 4, stepS: 0.02 },
    { sequences: 8, stepS: 0.022 },
  ]);
  expect([0, 1, 2, 3, 4, 6, 8, 16].map((sequences) => Number(decodeStepS[sequences].toFixed(9)))).toEqual([
    0, 0.01, 0.01, 0.015, 0.02, 0.021, 0.022, 0.026,
  ]);
  expect(speed.decodeStepS[11]).toBeCloseTo(0.02 + 10 * 0.001, 12);
});

test("decoding adds to a prefill, or hides behind it", () => {
  expect(iterationS(speed, 0.1, 1, 0)).toBeCloseTo(0.12, 12);
  expect(iterationS(speedOf([{ sequences: 1, stepS: 0.02 }], true), 0.1, 1, 0)).toBeCloseTo(0.1, 12);
  expect(iterationS(speed, 0, 1, 0)).toBe(0.02);
});

test("every token before a sequence adds to its step, and a stretch is the sum of its steps", () => {
  // 0.02 s and 3,000 tokens of 1 us each.
  expect(iterationS(speed, 0, 1, 3000)).toBeCloseTo(0.023, 12);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 1, max: 64 }),
      fc.nat(9000),
      (m, k, context) => {
        let sumS = 0;
        for (let i = 0; i < m; i++) sumS += iterationS(speed, 0, k, context + i * k);
        expect(stretchS(speed, m, k, iterationS(speed, 0, k, context))).toBeCloseTo(sumS, 9);
      },
    ),
  );
});
