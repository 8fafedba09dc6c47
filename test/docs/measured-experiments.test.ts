import { afterAll, expect, test } from "vitest";
import { openMeasuredModel } from "#agent-sim";
import type { KpiRow } from "../../core/index.ts";
import {
  collect,
  report as crossReport,
  readResults,
} from "../../docs/experiments/cross-domain/experiment.ts";
import * as hops from "../../docs/experiments/hops/experiment.ts";
import { drawFigure as drawHops } from "../../docs/experiments/hops/figure.ts";
import { trainingsRun } from "../../docs/experiments/measured-arms.ts";
import * as rate from "../../docs/experiments/rate-distortion/experiment.ts";
import { drawFigure as drawRate } from "../../docs/experiments/rate-distortion/figure.ts";
import { pointOf } from "../../docs/experiments/rate-distortion/points.ts";

const measured = await openMeasuredModel();
afterAll(() => measured.model.close());

// Encoders whose weights are committed; the models' answers repeat bit for bit on one class of CPU only, so the short forms are
// held to their laws, not to digits.
const encoders = ["latent", "slots"];

test("rate-distortion: the short form runs every encoder at every size, the control beside it, and is drawn whole", async () => {
  const plan = { ...rate.shortProtocol, encoders };
  const rows = await rate.run(plan, measured);
  for (const arm of encoders) {
    for (const bytes of plan.bytes) {
      for (const facts of plan.facts) {
        const of = (metric: string) => pointOf(rows, arm, metric, { bytes, facts });
        expect(of("exactMatch")?.n, `${arm} ${bytes} ${facts}`).toBe(15 * trainingsRun[arm].length);
        expect(of("wrongDocumentExactMatch")?.value).toBeLessThan(0.4);
      }
    }
    const wire = (bytes: number) => pointOf(rows, arm, "wireBytesPerHop", { bytes, facts: 4 })?.value ?? 0;
    expect(wire(128)).toBeGreaterThan(wire(8));
  }
  for (const facts of plan.facts) {
    expect(pointOf(rows, "text", "exactMatch", { bytes: null, facts })?.value).toBeGreaterThan(0.9);
    expect(pointOf(rows, "cold", "exactMatch", { bytes: null, facts })?.value).toBeLessThan(0.4);
  }
  const svg = drawRate(plan, rows);
  // A dot for each encoder, size and number of facts, and of the legend.
  expect(svg.match(/<circle class="d-/g)?.length).toBe(
    encoders.length * plan.bytes.length * plan.facts.length + encoders.length,
  );
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(rate.report(plan, rows)).toContain("Needed: 2.5 B for the values");
}, 300_000);

test("hops: the short form shows every arm at every hop under both relays", async () => {
  const plan = { ...hops.shortProtocol, arms: ["cold", "text", "kv", ...encoders] };
  const rows = await hops.run(plan, measured);
  const svg = drawHops(plan, rows);
  expect(svg.match(/<circle class="d-/g)?.length).toBe(2 * 5 * 4 + 4);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  const text = hops.report(plan, rows);
  expect(text).toContain("## forward, 2 facts");
  expect(text).toContain("## reencode, 2 facts");
}, 300_000);

test("cross-domain: a curve takes gapClosed of its own domain alone, and what is not there is named", () => {
  const row = (domain: "ran" | "agent", arm: string, scenario: string): KpiRow => ({
    experiment: "e",
    domain,
    kind: domain === "ran" ? "simulated" : "measured",
    scenario,
    arm,
    metric: "gapClosed",
    unit: "1",
    value: 0.5,
    ci95: [0.4, 0.6],
    n: 20,
    seeds: 1,
  });
  const agent = row("agent", "latent", "default/bytes=32/facts=4");
  const ran = row("ran", "latent bytes=32 int8", "hex-uma");
  const read = (own: KpiRow) => (file: string) => (file.includes("rate-distortion") ? [agent] : [own]);
  const { curves, missing } = collect(read(ran));
  expect(curves.map(({ name, domain }) => [name, domain])).toEqual([
    ["latent, 3 km/h", "ran"],
    ["latent, 4 facts", "agent"],
  ]);
  expect(missing).toContain("agent: slots, 16 facts");
  expect(crossReport(curves)).toContain("| ran | simulated | latent, 3 km/h | 32 | 0.50 [0.40, 0.60] | 20 |");
  // An agent's row under a phone's name would be a number of one domain shown as one of the other.
  expect(() => collect(read({ ...ran, domain: "agent" }))).toThrow('cannot be shown as "ran"');
  const { curves: stored } = collect(readResults);
  for (const { domain, points } of stored) {
    for (const point of points) expect(point.row.domain).toBe(domain);
  }
});
