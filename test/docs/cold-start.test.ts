import { expect, test } from "vitest";
import { report, reported, run, shortProtocol } from "../../docs/experiments/cold-start/experiment.ts";
import { drawFigure } from "../../docs/experiments/cold-start/figure.ts";

// The models' results repeat bit for bit on one class of CPU only, so the short form is held to its laws, not to digits.
test("cold-start: the short form runs every arm on the same worlds, and its report and picture are whole", async () => {
  const results = await run(shortProtocol);
  expect(results.map(({ condition }) => condition)).toEqual(shortProtocol.conditions.map(({ name }) => name));
  for (const { kpis, comparisons } of results) {
    for (const arm of shortProtocol.arms) {
      const metrics = kpis.filter((row) => row.arm === arm).map(({ metric }) => metric);
      expect(reported.filter((metric) => metric !== "gapClosed" && !metrics.includes(metric))).toEqual([]);
    }
    const bytes = (arm: string) =>
      kpis.find((row) => row.arm === arm && row.metric === "xnBytesPerHandover")?.value ?? 0;
    expect(bytes("cold")).toBe(0);
    expect(bytes("latent")).toBe(bytes("shuffled"));
    expect(bytes("latent")).toBeLessThan(bytes("full"));
    expect(comparisons.every(({ reference }) => reference === shortProtocol.reference)).toBe(true);
  }
  const svg = drawFigure(shortProtocol, results);
  expect(svg.match(/<circle class="d-/g)?.length).toBe(2 * shortProtocol.arms.length);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(report(shortProtocol, results)).toContain("| latent |");
}, 120_000);
