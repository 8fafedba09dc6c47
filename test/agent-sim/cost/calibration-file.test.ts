import { expect, test } from "vitest";
import { type CalibrationFile, parseCalibrationFile } from "../../../agent-sim/index.ts";

const file: CalibrationFile = {
  format: "baton-calibration",
  version: 1,
  measuredAt: "2026-11-27",
  machine: "two cores",
  runtime: "a runtime 1.0",
  model: { name: "small", layers: 3, heads: 4, kvHeads: 2, headSize: 24, parameters: 240_000 },
  prefillFixedMs: { kind: "measured", n: 20, ms: 0.3, ci95: [0.2, 0.4] },
  prefill: [
    { kind: "measured", n: 20, tokens: 64, tokensPerS: 4000 },
    { kind: "measured", n: 20, tokens: 512, tokensPerS: 6000 },
  ],
  decode: [{ kind: "measured", n: 20, sequences: 1, tokensPerS: 200 }],
};

const refusal = (change: unknown): string => {
  try {
    parseCalibrationFile(typeof change === "string" ? change : JSON.stringify(change), "c.json");
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

test("a calibration is read as it was written", () => {
  expect(parseCalibrationFile(JSON.stringify(file), "c.json")).toEqual(file);
});

test("a file that is no calibration is refused with its place", () => {
  expect(refusal("{")).toMatch(/^c\.json: expected the JSON that baton agent calibrate writes, got /);
  expect(refusal({ ...file, version: 2 })).toBe("c.json, version: expected 1, got 2");
  expect(refusal({ ...file, prefill: [] })).toBe("c.json, prefill: expected length at least 1, got []");
  expect(refusal({ ...file, prefill: file.prefill.toReversed() })).toContain(
    "tokens rising from entry to entry",
  );
  expect(refusal({ ...file, decode: [{ ...file.decode[0], kind: "assumed" }] })).toBe(
    'c.json, decode[0].kind: expected measured, got "assumed"',
  );
  expect(refusal({ ...file, model: { ...file.model, kvHeads: 3 } })).toContain("kvHeads that divide heads");
  const behind = (...cached: number[]) =>
    cached.map((cachedTokens) => ({ ...file.prefill[0], tokens: 16, cachedTokens }));
  expect(refusal({ ...file, cachedPrefill: behind(240, 48) })).toContain(
    "cachedTokens rising from entry to entry",
  );
  expect(refusal({ ...file, cachedPrefill: behind(48, 240) })).toBe("");
  expect(refusal({ ...file, measuredAt: "yesterday" })).toContain("c.json, measuredAt");
});
