import fc from "fast-check";
import { expect, test } from "vitest";
import { prefillCalibrations, pullMeasurements } from "../../../agent-sim/cost/calibration.ts";
import { modelPresets } from "../../../agent-sim/cost/model.ts";
import { prefillFlops, prefillSeconds, pullBeatsRecompute } from "../../../agent-sim/cost/prefill.ts";

const tiny = { name: "tiny", layers: 2, heads: 3, kvHeads: 1, headSize: 5, parameters: 1000 };

test("FLOPs are 2 P n + 4 L D n (c + n/2), worked by hand", () => {
  // 2 x 1000 x 10 + 4 x 2 x 15 x 10 x (20 + 5) = 20,000 + 30,000
  expect(prefillFlops(tiny, 10, 20)).toBe(50_000);
  expect(prefillFlops(tiny, 0, 20)).toBe(0);
});

test("prefilling in two parts costs what prefilling at once does", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: 0, max: 5000 }),
      (first, second, cached) => {
        const parts = prefillFlops(tiny, first, cached) + prefillFlops(tiny, second, cached + first);
        expect(parts).toBeCloseTo(prefillFlops(tiny, first + second, cached), 3);
      },
    ),
  );
});

test("1,000 tokens of Qwen2.5-7B take 96.667 ms on an empty cache", () => {
  // arXiv 2603.28018 as quoted in spec/agents.md section 3: 9.4267e-5 x 1000 + 2.4e-3
  const { rate } = prefillCalibrations["qwen2.5-7b-linear"];
  expect(prefillSeconds(modelPresets["qwen2.5-7b"], rate, 1000, 0)).toBeCloseTo(0.096667, 9);
  expect(prefillSeconds(modelPresets["qwen2.5-7b"], rate, 0, 500)).toBe(0);
});

test("a rate measured at three lengths holds there, and outside them as at the nearest", () => {
  const { rate } = prefillCalibrations["rtx-4090-llama-3-8b-q4"];
  const rateOf = (tokens: number): number =>
    tokens / prefillSeconds(modelPresets["llama-3.1-8b"], rate, tokens, 0);
  expect(rateOf(512)).toBeCloseTo(7139, 6);
  expect(rateOf(4096)).toBeCloseTo(5266, 6);
  expect(rateOf(8192)).toBeCloseTo(4040, 6);
  expect(rateOf(100)).toBeCloseTo(7139, 6);
  expect(rateOf(50_000)).toBeCloseTo(4040, 6);
  // Halfway in the logarithm between 512 and 4,096: sqrt(512 x 4096) = 1448.15
  expect(rateOf(Math.sqrt(512 * 4096))).toBeCloseTo((7139 + 5266) / 2, 6);
});

test("a cached prefix slows the rest as the FLOPs do", () => {
  const model = modelPresets["qwen2.5-7b"];
  const { rate } = prefillCalibrations["qwen2.5-7b-linear"];
  const alone = prefillSeconds(model, rate, 100, 0) - rate.fixedS;
  const behind = prefillSeconds(model, rate, 100, 4000) - rate.fixedS;
  expect(behind / alone).toBeCloseTo(prefillFlops(model, 100, 4000) / prefillFlops(model, 100, 0), 12);
});

test("what was measured behind a cache is added whatever the prompt, and nothing is read faster than without one", () => {
  const model = modelPresets["qwen2.5-7b"];
  const { rate } = prefillCalibrations["qwen2.5-7b-linear"];
  const measured = {
    ...rate,
    behindCache: [
      { cachedTokens: 1000, extraS: 0.01 },
      { cachedTokens: 3000, extraS: 0.05 },
      { cachedTokens: 4000, extraS: -9 },
    ],
  };
  const extraS = (tokens: number, cached: number): number =>
    prefillSeconds(model, measured, tokens, cached) - prefillSeconds(model, rate, tokens, cached);
  expect(extraS(100, 0)).toBe(0);
  expect([500, 1000, 2000, 3000].map((cached) => Number(extraS(100, cached).toFixed(9)))).toEqual([
    0.005, 0.01, 0.03, 0.05,
  ]);
  expect(extraS(16, 2000)).toBeCloseTo(extraS(1000, 2000), 12);
  for (const cached of [4000, 9000]) {
    expect(prefillSeconds(model, measured, 100, cached)).toBe(prefillSeconds(model, rate, 100, 0));
  }
});

test("pulling beats recomputing for each measured row, and loses where the link is slow", () => {
  for (const { recomputeMs, pullMs } of pullMeasurements.rows) {
    const pull = {
      startS: pullMs / 1000,
      hitBytes: 0,
      bytesPerS: 1,
      hitShare: 1,
      recomputeS: recomputeMs / 1000,
    };
    expect(pullBeatsRecompute(pull)).toBe(true);
  }
  // Qwen2.5-7B, 1,024 tokens: 58.7 MB take 470 ms over 1 GbE and 47 ms over 10 GbE; computing them takes 99 ms.
  const pull = { startS: 0.001, hitBytes: 57_344 * 1024, hitShare: 1, recomputeS: 0.0989 };
  expect(pullBeatsRecompute({ ...pull, bytesPerS: 125e6 })).toBe(false);
  expect(pullBeatsRecompute({ ...pull, bytesPerS: 1.25e9 })).toBe(true);
});
