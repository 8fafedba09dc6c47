import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { report, reported, run, trace } from "../../docs/experiments/hand-off-tax/experiment.ts";
import { sharedPath, testWithShared } from "../support/shared-data.ts";

testWithShared(
  "hand-off-tax: the runs give what is written down, and the report shows every arm",
  async () => {
    const result = await run(sharedPath(...trace));
    const written = readFileSync(
      new URL("../../docs/experiments/hand-off-tax/results.jsonl", import.meta.url),
      "utf8",
    );
    const values = (rows: readonly { arm: string; metric: string; value: number | null }[]) =>
      rows
        .filter(({ metric }) => reported.includes(metric))
        .map(({ arm, metric, value }) => ({ arm, metric, value }));
    const rows = written
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
    expect(values(result.kpis)).toEqual(values(rows));
    expect(values(rows).length).toBeGreaterThan(25);
    const text = report(result);
    for (const arm of ["observed", "cold", "text", "prefix-cache", "summary", "kv", "single"]) {
      expect(text).toContain(`| ${arm} |`);
    }
  },
  60_000,
);
