import { expect, test } from "vitest";
import { findCrossing } from "../../docs/experiments/break-even/crossings.ts";
import { run, shortProtocol } from "../../docs/experiments/break-even/experiment.ts";
import { drawFigure } from "../../docs/experiments/break-even/figure.ts";
import { report } from "../../docs/experiments/break-even/report.ts";

// Written again by `npm test -- break-even -u`, with an explanation in the changelog.
test("break-even: the short form gives what is written down, and its report and picture are whole", async () => {
  const results = await run(shortProtocol);
  expect(results.kpis.every(({ kind }) => kind === "simulated")).toBe(true);
  const rows = [
    ...results.kpis.map(({ scenario, arm, metric, value, n }) => ({ scenario, arm, metric, value, n })),
    ...results.crossings,
    ...results.capacities,
  ];
  await expect(`${rows.map((row) => JSON.stringify(row)).join("\n")}\n`).toMatchFileSnapshot(
    "../../docs/experiments/break-even/expected.jsonl",
  );
  const svg = drawFigure(shortProtocol, results);
  expect(svg.match(/<polyline/g)?.length).toBe(6 * 4);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(report(shortProtocol, results)).toContain("| timeToFirstTokenMs: latent, text |");
}, 120_000);

test("a crossing is found between two points, in x or its logarithm, and only where nearly all seeds have it", () => {
  const x = [1, 100];
  const seed = (a: readonly number[], b: readonly number[]) => ({ x, a, b });
  // ln(a / b) goes from ln 2 to -ln 2: half way.
  const falls = seed([2, 1], [1, 2]);
  expect(findCrossing([falls, falls], "value")).toMatchObject({ verdict: "at", below: "a", x: 50.5, n: 2 });
  expect(findCrossing([falls, falls], "logarithm").x).toBeCloseTo(10, 9);
  const rises = seed([1, 2], [2, 1]);
  expect(findCrossing([rises, rises], "value")).toMatchObject({ verdict: "at", below: "b" });
  expect(findCrossing([falls, rises], "value").verdict).toBe("unclear");
  const below = seed([1, 1], [2, 2]);
  expect(findCrossing([below, below], "value")).toMatchObject({ verdict: "never", below: "a", x: null });
});
