import { expect, test } from "vitest";
import { decodeSeconds } from "../../../agent-sim/cost/decode.ts";
import { calibrationRows, costFigures } from "../../../agent-sim/cost/figures.ts";
import { callUsd } from "../../../agent-sim/cost/price.ts";
import { type CalibrationFile, loadAgentScenario } from "../../../agent-sim/index.ts";
import { checkKpiRows } from "../../../core/index.ts";

test("every input row is cited with its source or assumed, and passes the schema", () => {
  const rows = checkKpiRows(calibrationRows("e", loadAgentScenario("default")));
  expect(new Set(rows.map((row) => row.kind))).toEqual(new Set(["cited", "assumed"]));
  const speed = rows.find((row) => row.metric === "calibration.prefillTokensPerS");
  expect(speed).toMatchObject({ kind: "cited", unit: "tokens/s" });
  expect(speed?.value).toBeCloseTo(10_608.17, 2);
  expect(speed?.source).toContain("2603.28018");
});

test("a figure that the scenario overrides is assumed and used", () => {
  const scenario = loadAgentScenario("default", [
    { path: "calibration.prefillTokensPerS", value: 500 },
    { path: "calibration.cacheReadFactor", value: 0.5 },
    { path: "calibration.linkBytesPerS", value: 7 },
  ]);
  const rows = calibrationRows("e", scenario);
  for (const metric of ["prefillTokensPerS", "cacheReadFactor", "linkBytesPerS"]) {
    expect(rows.find((row) => row.metric === `calibration.${metric}`)?.kind).toBe("assumed");
  }
  expect(costFigures(scenario).linkBytesPerS).toBe(7);
});

test("a speed measured at three lengths makes three rows", () => {
  const scenario = loadAgentScenario("default", [
    { path: "calibration.prefill", value: "rtx-3090-llama-3-8b-q4" },
  ]);
  const rows = checkKpiRows(calibrationRows("e", scenario));
  const speeds = rows.filter((row) => row.metric === "calibration.prefillTokensPerS");
  expect(speeds.map(({ scenario: name, value }) => [name, value])).toEqual([
    ["default/tokens=512", 4030],
    ["default/tokens=4096", 3170],
    ["default/tokens=8192", 2527],
  ]);
});

test("a call costs each token once, at its own price", () => {
  const prices = { inputUsdPerMTok: 2, outputUsdPerMTok: 10, cacheWriteFactor: 1.25, cacheReadFactor: 0.1 };
  // (100 + 80 x 1.25 + 1000 x 0.1) x 2 + 7 x 10 = 670 millionths
  expect(callUsd(prices, { input: 100, cacheWrite: 80, cacheRead: 1000, output: 7 })).toBeCloseTo(670e-6, 15);
});

test("what a speed at one length and decoding behind a context assume is shown", () => {
  const rowsWith = (settings: Record<string, unknown>) =>
    checkKpiRows(
      calibrationRows(
        "e",
        loadAgentScenario(
          "default",
          Object.entries(settings).map(([path, value]) => ({ path, value })),
        ),
      ),
    );
  const shown = (rows: ReturnType<typeof rowsWith>, metric: string) =>
    rows.filter((row) => row.metric === `calibration.${metric}`).map(({ value, kind }) => [value, kind]);
  const line = rowsWith({});
  expect(shown(line, "prefillAtTokens")).toEqual([[1000, "assumed"]]);
  // 57,344 B a token of cache beside 7.62e9 weights of 2 B, 1/60 s a step: 62.7 ns for a token, 0.0627 ms for 1,000.
  const [[contextMs, kind]] = shown(line, "decodeContextMs");
  expect(contextMs).toBeCloseTo(((1000 / 60) * 57_344 * 1000) / (7.62e9 * 2), 9);
  expect(kind).toBe("assumed");
  expect(shown(rowsWith({ "calibration.prefill": "a100-llama-2-7b-f16" }), "prefillAtTokens")).toEqual([
    [512, "cited"],
  ]);
  expect(shown(rowsWith({ "calibration.prefill": "rtx-3090-llama-3-8b-q4" }), "prefillAtTokens")).toEqual([]);
  const own = rowsWith({ "calibration.prefillTokensPerS": 500, "calibration.prefillAtTokens": 2000 });
  expect(shown(own, "prefillAtTokens")).toEqual([[2000, "assumed"]]);
  expect(() => rowsWith({ "calibration.prefillAtTokens": 2000 })).toThrow("prefillTokensPerS beside it");
});

test("of a decoding speed that was measured behind a context, what the context took is taken off", () => {
  const speeds: CalibrationFile = {
    format: "baton-calibration",
    version: 1,
    measuredAt: "2026-11-27",
    machine: "two cores",
    runtime: "a runtime 1.0",
    model: { name: "small", layers: 3, heads: 4, kvHeads: 4, headSize: 24, parameters: 240_000 },
    prefill: [{ kind: "measured", n: 5, tokens: 64, tokensPerS: 4000 }],
    decode: [{ kind: "measured", n: 5, sequences: 1, tokensPerS: 100, contextTokens: 250 }],
  };
  const scenario = loadAgentScenario("default");
  const { decode, decodeSteps } = costFigures({ ...scenario, model: speeds.model, speeds });
  // 576 values of cache a token beside 240,000 weights: 250 tokens are 0.6 of them.
  expect(decode.decodeStepS).toBeCloseTo(0.01 / 1.6, 12);
  expect(decodeSeconds(decode, 1, 250)).toBeCloseTo(0.01, 12);
  expect(decodeSteps).toEqual([{ sequences: 1, stepS: expect.closeTo(0.01 / 1.6, 12) }]);
});
