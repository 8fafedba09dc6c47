import { expect, test } from "vitest";
import { shortProtocol } from "../../docs/experiments/carry-the-history/experiment.ts";
import { runArms } from "../../docs/experiments/run-arms.ts";

// Written again by `npm test -- experiments -u`, with an explanation in the changelog.
test("carry-the-history: the short form gives what is written down", async () => {
  const { kpis, comparisons } = await runArms(shortProtocol);
  const values = kpis
    .filter(({ metric }) => !metric.startsWith("latentCold."))
    .map(({ arm, metric, value, ci95, n }) => ({ arm, metric, value, ci95, n }));
  expect(values.length).toBeGreaterThan(100);
  expect(comparisons.every(({ reference }) => reference === shortProtocol.reference)).toBe(true);
  await expect(`${values.map((row) => JSON.stringify(row)).join("\n")}\n`).toMatchFileSnapshot(
    "../../docs/experiments/carry-the-history/expected.jsonl",
  );
});
