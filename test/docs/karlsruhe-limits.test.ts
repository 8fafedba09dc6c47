import { expect, test } from "vitest";
import { createStream } from "#core";
import { parseRanScenario, readMultiCellTraces } from "#ran-sim";
import { areaUnderCurve, type Scored } from "../../docs/experiments/karlsruhe/area-under-curve.ts";
import { folder, shortReplay } from "../../docs/experiments/karlsruhe/experiment.ts";
import { limitsOf, limitsReport, plan } from "../../docs/experiments/karlsruhe/limits.ts";
import { testWithShared } from "../support/shared-data.ts";

test("the area is the share of pairs that are in order, counted pair by pair", () => {
  const random = createStream(1, "scores");
  const scores = Array.from({ length: 60 }, (_, i): Scored => {
    const holds = random.uniform(i, 0) < 0.4;
    // Few different scores, so that there are ties.
    return { group: `${i % 5}`, score: random.integer(6, i, 1) + (holds ? 1 : 0), holds };
  });
  const pairs = scores.flatMap((a) =>
    scores.filter((b) => a.holds && !b.holds).map((b) => a.score - b.score),
  );
  const inOrder = pairs.reduce((sum, d) => sum + (d > 0 ? 1 : d === 0 ? 0.5 : 0), 0) / pairs.length;
  const { estimate, lo, hi } = areaUnderCurve(scores, 1);
  expect(estimate).toBeCloseTo(inOrder, 12);
  expect(lo).toBeLessThan(inOrder);
  expect(hi).toBeGreaterThan(inOrder);
});

test("nothing that holds: no area", () => {
  const scores = [1, 2, 3].map((score): Scored => ({ group: `${score}`, score, holds: false }));
  expect(areaUnderCurve(scores, 1).estimate).toBeNull();
});

testWithShared("a rule that is told the outages fails less often than one that is not", async () => {
  const traces = readMultiCellTraces(folder).filter(({ group }) => shortReplay.groups?.includes(group ?? ""));
  const { rule } = parseRanScenario({}, "test").network;
  const rows = await limitsOf(traces, {
    ...plan,
    weights: ["synthetic"],
    trainingSeeds: [1],
    told: [[], ["outages"]],
    grid: [rule, { ...rule, urgentMargin: 0.2 }],
  });
  const failures = (told: string) =>
    rows.find(
      ({ scenario, arm, metric }) =>
        scenario.endsWith(`told=${told}`) && arm.startsWith("rule") && metric === "failuresPerHandover",
    )?.value;
  expect(failures("nothing")).toBeGreaterThan(failures("outages") ?? Number.NaN);
  const areas = rows.filter(({ metric }) => metric === "areaUnderCurve");
  expect(areas).toHaveLength(8);
  const report = limitsReport(rows, traces.length);
  expect(report).not.toMatch(/NaN|undefined|null/);
  expect(report.match(/^\| synthetic/gm)).toHaveLength(4 + areas.length);
});
