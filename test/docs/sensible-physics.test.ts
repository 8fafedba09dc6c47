import { expect, test } from "vitest";
import { metrics, run, shortProtocol } from "../../docs/experiments/sensible-physics/experiment.ts";
import { drawPanel } from "../../docs/experiments/sensible-physics/figure.ts";
import { allPoints, panels } from "../../docs/experiments/sensible-physics/panels.ts";

// Written again by `npm test -- sensible-physics -u`, with an explanation in the changelog.
test("sensible-physics: the short form gives what is written down, and nothing goes the other way for certain", async () => {
  const { kpis, verdicts } = run(shortProtocol);
  expect(verdicts.length).toBeGreaterThan(20);
  for (const { direction, difference, ci95, from, to, metric } of verdicts) {
    const sign = direction === "rises" ? 1 : -1;
    const farthest = sign === 1 ? ci95[1] : ci95[0];
    if (difference === null || farthest === null) continue;
    expect(sign * farthest, `${metric} ${direction} from ${from} to ${to}`).toBeGreaterThanOrEqual(0);
  }
  const rows = [
    ...kpis.map(({ arm, metric, value, ci95, n }) => ({ arm, metric, value, ci95, n })),
    ...verdicts,
  ];
  await expect(`${rows.map((row) => JSON.stringify(row)).join("\n")}\n`).toMatchFileSnapshot(
    "../../docs/experiments/sensible-physics/expected.jsonl",
  );
}, 120_000);

test("every expectation names points and a metric of its panel, and every panel is drawn from its values", () => {
  for (const { name, points, expected } of panels) {
    const names = points.map((point) => point.name);
    for (const { metric, along } of expected) {
      expect(metrics.map((one) => one.metric)).toContain(metric);
      expect(names, name).toEqual(expect.arrayContaining([...along]));
    }
  }
  const kpis = allPoints.flatMap(({ name: arm }) =>
    metrics.map(({ metric, unit }) => ({
      experiment: "sensible-physics",
      domain: "ran" as const,
      kind: "simulated" as const,
      scenario: "hex-uma",
      arm,
      metric,
      unit,
      value: 0.25,
      ci95: [0.2, 0.3] as const,
      n: 20,
      seeds: 20,
    })),
  );
  for (const panel of panels) {
    const svg = drawPanel(panel, kpis);
    expect(svg.match(/<circle class="d/g)?.length).toBeGreaterThan(panel.points.length);
    expect(svg).toContain(panel.question);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  }
  expect(() => drawPanel(panels[0], [])).toThrow(RangeError);
});
