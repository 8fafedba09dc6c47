import { expect, test } from "vitest";
import type { KpiRow } from "#core";
import { kpiBlocks } from "../../../ui/cli/print.ts";

const row: KpiRow<"agent"> = {
  experiment: "e",
  domain: "agent",
  kind: "simulated",
  scenario: "s",
  arm: "text",
  metric: "taskLatencyMs.p50",
  unit: "ms",
  value: 12,
  ci95: [11, 13],
  n: 2,
  seeds: 2,
};

test("a marked row says so on its line, and what it means stands below all of them", () => {
  const text = kpiBlocks([
    { ...row, mark: "overloaded" },
    { ...row, arm: "kv" },
  ]);
  const lines = text.split("\n");
  expect(lines.find((line) => line.includes("text"))).toMatch(/simulated {2}OVERLOADED$/);
  expect(lines.find((line) => line.includes("kv"))).toMatch(/simulated$/);
  expect(lines.at(-2)).toMatch(/^OVERLOADED: in one seed at least .* tasks came faster than they were done/);
  expect(kpiBlocks([row])).not.toContain("OVERLOADED");
});
