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

const llama = modelPresets["llama-3.1-8b"];
const qwen = modelPresets["qwen2.5-7b"];
const rtx4090 = prefillCalibrations["rtx-4090-llama-3-8b-q4"].rate;
const presets = Object.entries(prefillCalibrations).map(([name, { rate }]) => ({
  name,
  rate,
  model: name.includes("qwen") ? qwen : llama,
}));

test("1,000 tokens of Qwen2.5-7B take 96.667 ms on an empty cache, and 2,000 more than twice the work", () => {
  // arXiv 2603.28018 as quoted in spec/agents.md section 3: 9.4267e-5 x 1000 + 2.4e-3
  const { rate } = prefillCalibrations["qwen2.5-7b-linear"];
  expect(prefillSeconds(qwen, rate, 1000, 0)).toBeCloseTo(0.096667, 9);
  expect(prefillSeconds(qwen, rate, 0, 500)).toBe(0);
  // flops(2000) / flops(1000) of 2 P n + 2 L D n^2: (2 x 7.62e9 x 2000 + 2 x 28 x 3584 x 4e6) / (1.524e13 + 2.00704e11) = 2.0259967
  expect(prefillSeconds(qwen, rate, 2000, 0)).toBeCloseTo(0.0024 + 0.094267 * 2.0259967, 7);
});

test("a rate measured at three lengths holds there, below them as at the first, and falls on beyond the last", () => {
  const rateOf = (tokens: number): number => tokens / prefillSeconds(llama, rtx4090, tokens, 0);
  expect(rateOf(512)).toBeCloseTo(7139, 6);
  expect(rateOf(4096)).toBeCloseTo(5266, 6);
  expect(rateOf(8192)).toBeCloseTo(4040, 6);
  expect(rateOf(100)).toBeCloseTo(7139, 6);
  // Halfway in the logarithm between 512 and 4,096: sqrt(512 x 4096) = 1448.15
  expect(rateOf(Math.sqrt(512 * 4096))).toBeCloseTo((7139 + 5266) / 2, 6);
  expect(rateOf(16_384)).toBeLessThan(rateOf(8192));
});

test("behind a cache the 4090 takes T(n + c) - T(c) of its own curve: 57 ms for the last 160 tokens of 8,192, not 28", () => {
  // By hand: T(8192) = 8192 / 4040 = 2.027723 s. The rate at 8,032 tokens, linear in ln n between 5,266 and 4,040, is
  // 4040 + 1226 x ln(8192 / 8032) / ln 2 = 4074.885, so T(8032) = 1.971099 s.
  expect(1000 * prefillSeconds(llama, rtx4090, 160, 8032)).toBeCloseTo(56.62, 1);
  // A rate that forgets the cache would say 160 / 7139 = 22 ms, or 28 with the FLOPs of the formula.
  expect(160 / 7139).toBeLessThan(0.0225);
  // The 4,096 tokens between two measured lengths: 2.027723 - 4096 / 5266 s.
  expect(prefillSeconds(llama, rtx4090, 4096, 4096)).toBeCloseTo(2.027723 - 0.77782, 5);
});

test("one length: time grows as 2 P n + 4 L D n (c + n/2), right at that length", () => {
  const { rate } = prefillCalibrations["h100-pcie-llama-2-7b-f16"];
  expect(prefillSeconds(llama, rate, 512, 0)).toBeCloseTo(512 / 7367, 12);
  const secondsPerFlop = 512 / 7367 / prefillFlops(llama, 512, 0);
  for (const [tokens, cached] of [
    [1, 0],
    [90, 4096],
    [20_000, 0],
    [20_000, 60_000],
  ])
    expect(prefillSeconds(llama, rate, tokens, cached)).toBeCloseTo(
      secondsPerFlop * prefillFlops(llama, tokens, cached),
      9,
    );
});

const lengths = fc.integer({ min: 0, max: 40_000 });

test.each(presets)(
  "$name: no token is faster for standing later, and cutting a prompt changes nothing",
  ({ model, rate }) => {
    const workS = (tokens: number, cached: number): number =>
      tokens === 0 ? 0 : prefillSeconds(model, rate, tokens, cached) - rate.fixedS;
    fc.assert(
      fc.property(lengths, lengths, lengths, (first, second, cached) => {
        expect(workS(first, cached) + workS(second, cached + first)).toBeCloseTo(
          workS(first + second, cached),
          7,
        );
        expect(workS(first + 1, cached)).toBeGreaterThan(workS(first, cached));
        expect(workS(first, cached + 1)).toBeGreaterThanOrEqual(workS(first, cached) - 1e-9);
        expect(workS(first, cached)).toBeGreaterThanOrEqual(workS(first, 0));
      }),
      {
        seed: 12,
        examples: [
          [0, 0, 0],
          [1, 0, 0],
          [511, 1, 0],
          [512, 1, 4095],
          [4096, 1, 4096],
          [1, 1, 8191],
        ],
      },
    );
  },
);

test("any measured speeds: a longer prompt never takes less, and no prompt is read faster behind a cache", () => {
  const points = fc
    .array(
      fc.record({ step: fc.integer({ min: 1, max: 4000 }), tokensPerS: fc.integer({ min: 1, max: 20_000 }) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((steps) => {
      let tokens = 0;
      return steps.map(({ step, tokensPerS }) => {
        tokens += step;
        return { tokens, tokensPerS };
      });
    });
  fc.assert(
    fc.property(points, lengths, lengths, (measured, tokens, cached) => {
      const rate = { points: measured, fixedS: 0 };
      const takesS = (n: number, c: number): number => prefillSeconds(tiny, rate, n, c);
      expect(takesS(tokens + 1, 0)).toBeGreaterThanOrEqual(takesS(tokens, 0) * (1 - 1e-12));
      expect(takesS(tokens, cached)).toBeGreaterThanOrEqual(takesS(tokens, 0));
      // The curve passes through what was measured, but where a longer prompt was measured to take less.
      let slowestS = 0;
      for (const point of measured) {
        slowestS = Math.max(slowestS, point.tokens / point.tokensPerS);
        expect(takesS(point.tokens, 0)).toBeCloseTo(slowestS, 9);
      }
    }),
    { seed: 12 },
  );
});

test("where rates rise with length, what every prompt takes besides is not multiplied", () => {
  // 16 tokens in 16 ms, 64 in 22 ms: a line of 14 ms and 0.125 ms a token between them.
  const points = [
    { tokens: 16, tokensPerS: 1000 },
    { tokens: 64, tokensPerS: 64 / 0.022 },
  ];
  expect(prefillSeconds(tiny, { points, fixedS: 0 }, 40, 0)).toBeCloseTo(0.019, 12);
});

test("what was measured behind a cache is added whatever the prompt, and nothing is read faster than without one", () => {
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
    prefillSeconds(qwen, measured, tokens, cached) - prefillSeconds(qwen, rate, tokens, cached);
  expect(extraS(100, 0)).toBe(0);
  expect([500, 1000, 2000, 3000].map((cached) => Number(extraS(100, cached).toFixed(9)))).toEqual([
    0.005, 0.01, 0.03, 0.05,
  ]);
  expect(extraS(16, 2000)).toBeCloseTo(extraS(1000, 2000), 12);
  for (const cached of [4000, 9000]) {
    expect(prefillSeconds(qwen, measured, 100, cached)).toBe(prefillSeconds(qwen, rate, 100, 0));
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
