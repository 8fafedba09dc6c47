import { expect, test } from "vitest";
import { indoorDistanceLimitM, insideLossDb, wallLossDb } from "../../../ran-sim/radio/penetration-loss.ts";

// TR 38.901 Tables 7.4.3-1 and 7.4.3-2 by hand, at 3.5 GHz: L_glass 2.7, L_IRR 24.05 (Rel-19: 25.785), L_concrete 19 dB.
// Low: 5 - 10 lg(0.3 x 0.53703 + 0.7 x 0.012589) = 12.70. High: 5 - 10 lg(0.7 x 0.0039355 + 0.3 x 0.012589) = 26.85;
// with Rel-19's glass 5 - 10 lg(0.7 x 0.0026394 + 0.3 x 0.012589) = 27.50.
test.each([
  ["low", 16, 12.7],
  ["low", 19, 12.7],
  ["high", 16, 26.85],
  ["high", 17, 26.85],
  ["high", 19, 27.5],
] as const)("a wall of %s loss in release %d takes %d dB at 3.5 GHz", (building, release, expectedDb) => {
  expect(wallLossDb(building, 3.5, release)).toBeCloseTo(expectedDb, 2);
});

test("Rel-19 glass loses more than Rel-16 glass below 12.6 GHz and less above", () => {
  // 23 + 0.3 f = 25.4 + 0.11 f at f = 2.4 / 0.19 = 12.63.
  expect(wallLossDb("high", 12, 19)).toBeGreaterThan(wallLossDb("high", 12, 16));
  expect(wallLossDb("high", 13, 19)).toBeLessThan(wallLossDb("high", 13, 16));
});

test("half a decibel a metre is lost inside, at most 25 m deep, in rural houses 10 m", () => {
  expect(insideLossDb(8)).toBe(4);
  expect(indoorDistanceLimitM("UMa")).toBe(25);
  expect(indoorDistanceLimitM("RMa")).toBe(10);
});
