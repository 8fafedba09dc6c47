// How long a target needs until its state predicts as well as one that was never lost.
import type { StudyResult } from "../harness/run-study.ts";

/** Of the time since the completion, in milliseconds. */
export const WINDOWS = ["0-50ms", "50-250ms", "250-500ms", "500-1000ms"] as const;

const NEVER_LOST = "whole";

/**
 * Returns, as Markdown, the first window from which on each arm is no longer seen to be worse than `whole`: in it and in all later
 * ones the 95 % interval of the difference in accuracy reaches 0.
 */
export function recoveryTable({ comparisons }: StudyResult): string {
  const against = comparisons.filter(({ reference }) => reference === NEVER_LOST);
  const scenarios = [...new Set(against.map(({ scenario }) => scenario))];
  const arms = [...new Set(against.map(({ arm }) => arm))].filter((arm) => !arm.startsWith("a3"));
  const recovered = (scenario: string, arm: string): string => {
    const worse = WINDOWS.map((window) => {
      const found = against.find(
        (row) =>
          row.scenario === scenario && row.arm === arm && row.metric === `postHandoverAccuracy.${window}`,
      );
      const high = found?.ci95[1] ?? null;
      return high === null ? null : high < 0;
    });
    if (worse.includes(null)) return "";
    return WINDOWS[worse.lastIndexOf(true) + 1] ?? "later";
  };
  return [
    `The first window from which on an arm is no longer seen to be worse than \`${NEVER_LOST}\` (95 % interval of the difference):`,
    "",
    `| arm | ${scenarios.join(" | ")} |`,
    `| --- |${" --- |".repeat(scenarios.length)}`,
    ...arms.map((arm) => `| ${arm} | ${scenarios.map((scenario) => recovered(scenario, arm)).join(" | ")} |`),
    "",
    "",
  ].join("\n");
}
