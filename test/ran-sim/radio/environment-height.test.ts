import { expect, test } from "vitest";
import {
  lowEnvironmentProbability,
  lowEnvironmentShare,
  raisedEnvironmentHeightsM,
} from "../../../ran-sim/radio/environment-height.ts";

// TR 38.901 Table 7.4.1-1, note 1.
test.each([
  [1.5, []],
  [12.9, []],
  [13.5, [12]],
  [16.5, [12, 15]],
  [22.5, [12, 15, 18, 21]],
])("at %d m the environment is 1 m or one of %j high", (hUtM, expected) => {
  expect(raisedEnvironmentHeightsM(hUtM)).toEqual(expected);
});

test("the probability of 1 m is 1 / (1 + C)", () => {
  expect(lowEnvironmentProbability(500, 12.9)).toBe(1);
  expect(lowEnvironmentProbability(18, 22.5)).toBe(1);
  // C(300 m, 23 m) = 1.25 x 27 x exp(-2) = 4.5676.
  expect(lowEnvironmentProbability(300, 23)).toBeCloseTo(1 / 5.5676, 4);
});

test("over draws the share of 1 m averages to the probability, and it is continuous in distance", () => {
  for (const d2dM of [100, 300, 700]) {
    let sum = 0;
    for (let i = 0; i < 1000; i++) sum += lowEnvironmentShare(d2dM, 22.5, (i + 0.5) / 1000);
    expect(sum / 1000).toBeCloseTo(lowEnvironmentProbability(d2dM, 22.5), 2);
  }
  for (let d2dM = 19; d2dM < 900; d2dM++) {
    const step = lowEnvironmentShare(d2dM + 1, 22.5, 0.4) - lowEnvironmentShare(d2dM, 22.5, 0.4);
    expect(Math.abs(step)).toBeLessThan(0.12);
  }
});
