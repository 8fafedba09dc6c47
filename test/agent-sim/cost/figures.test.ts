import { expect, test } from "vitest";
import { calibrationRows, costFigures } from "../../../agent-sim/cost/figures.ts";
import { callUsd } from "../../../agent-sim/cost/price.ts";
import { loadAgentScenario } from "../../../agent-sim/index.ts";
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
