import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";

const tuned = JSON.parse(
  readFileSync(new URL("../../../ran-sim/policy/weights/context-rule.json", import.meta.url), "utf8"),
);

test("the rule that a scenario has unless it says otherwise is the one that the search chose", () => {
  expect(parseRanScenario({}, "test").network.rule).toEqual(tuned.chosen);
});

test("the search chose the point of least cost among as many points as the spec asks of a baseline", () => {
  const cost = (point: { handoverAttempts: number; shortStays: number; radioLinkFailures: number }): number =>
    (point.shortStays + point.radioLinkFailures) / point.handoverAttempts;
  expect(tuned.points.length).toBeGreaterThanOrEqual(55);
  const best = tuned.points.find((point: object) =>
    Object.entries(tuned.chosen).every(([key, value]) => point[key as keyof typeof point] === value),
  );
  expect(cost(best)).toBe(Math.min(...tuned.points.map(cost)));
});
