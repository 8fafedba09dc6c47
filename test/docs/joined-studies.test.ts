import { expect, test } from "vitest";
import type { UnitResult } from "#core";
import { joined, rowsOf, type StudyResult } from "../../docs/experiments/harness/run-study.ts";
import { rule, type Study } from "../../docs/experiments/harness/study.ts";

const study: Study = {
  slug: "test",
  scenario: "hex-uma",
  settings: [],
  conditions: [{ name: "", settings: [] }],
  arms: [rule("a3-tuned")],
  references: ["a3-tuned"],
  reported: ["failuresPerHandover"],
  seeds: [1, 2, 3],
  trainingSeeds: [],
};

/** The result of one arm that fails `failures` times in ten attempts in each of three worlds. */
function resultOf(arm: string, failures: number): StudyResult {
  const units = study.seeds.map(
    (seed): UnitResult<"ran"> => ({
      ...{ domain: "ran", scenario: "hex-uma", arm, seed, unit: `seed=${seed}`, group: `seed=${seed}` },
      tallies: { failuresPerHandover: { sum: failures, weight: 10 } },
    }),
  );
  const of = { ...study, arms: [rule(arm)] };
  return { study: of, missing: [], units, ...rowsOf(of, units) };
}

test("arms that were added stand beside the others, and are compared with the same reference", () => {
  const { study: both, kpis, comparisons } = joined(resultOf("a3-tuned", 1), resultOf("a3", 4));
  expect(both.arms.map(({ arm }) => arm)).toEqual(["a3", "a3-tuned"]);
  expect(kpis.map(({ arm, value }) => [arm, value])).toEqual([
    ["a3", 0.4],
    ["a3-tuned", 0.1],
  ]);
  const [added] = comparisons.filter(({ arm, reference }) => arm === "a3" && reference === "a3-tuned");
  expect(added.difference).toBeCloseTo(0.3, 12);
});
