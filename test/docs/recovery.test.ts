import { expect, test } from "vitest";
import { recoveryTable, WINDOWS } from "../../docs/experiments/cold-start/recovery.ts";
import type { StudyResult } from "../../docs/experiments/harness/run-study.ts";

/** A result in which an arm's difference from `whole` has these upper ends, window by window; null where there was no handover. */
const resultOf = (ends: Readonly<Record<string, readonly (number | null)[]>>) =>
  ({
    comparisons: Object.entries(ends).flatMap(([arm, highs]) =>
      WINDOWS.map((window, i) => ({
        ...{ arm, reference: "whole", scenario: "hex-uma/walking" },
        metric: `postHandoverAccuracy.${window}`,
        ci95: [-1, highs[i]],
      })),
    ),
  }) as unknown as StudyResult;

test.each<[string, readonly (number | null)[], string]>([
  ["never worse", [0.1, 0.1, 0.1, 0.1], "0-50ms"],
  ["worse at first", [-0.1, -0.01, 0, 0.1], "250-500ms"],
  ["worse once more later: not recovered before", [0.1, 0.1, -0.01, 0.1], "500-1000ms"],
  ["worse to the end", [-0.1, -0.1, -0.1, -0.01], "later"],
  ["without a handover in some window nothing is said", [-0.1, null, 0.1, 0.1], ""],
])("recovery: %s", (_, highs, window) => {
  expect(recoveryTable(resultOf({ cold: highs }))).toContain(`| cold | ${window} |`);
});
