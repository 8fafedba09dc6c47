import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as bytes from "../../docs/experiments/bytes/experiment.ts";
import { drawBytes } from "../../docs/experiments/bytes/figure.ts";
import * as coldStart from "../../docs/experiments/cold-start/experiment.ts";
import { drawColdStart } from "../../docs/experiments/cold-start/figure.ts";
import * as vendors from "../../docs/experiments/cross-vendor/experiment.ts";
import { drawVendors } from "../../docs/experiments/cross-vendor/figure.ts";
import * as front from "../../docs/experiments/front/experiment.ts";
import { drawFronts } from "../../docs/experiments/front/figure.ts";
import { lanesOf, partsOf } from "../../docs/experiments/harness/lanes.ts";
import { ofReceiver } from "../../docs/experiments/harness/receivers.ts";
import type { Replay } from "../../docs/experiments/harness/replay.ts";
import { studyReport } from "../../docs/experiments/harness/report.ts";
import { runStudy, type StudyResult } from "../../docs/experiments/harness/run-study.ts";
import { laneName, type Study } from "../../docs/experiments/harness/study.ts";
import * as karlsruhe from "../../docs/experiments/karlsruhe/experiment.ts";
import { drawKarlsruhe } from "../../docs/experiments/karlsruhe/figure.ts";
import * as loss from "../../docs/experiments/loss-and-delay/experiment.ts";
import { drawLossAndDelay } from "../../docs/experiments/loss-and-delay/figure.ts";
import * as perturbations from "../../docs/experiments/perturbations/experiment.ts";
import { drawPerturbations } from "../../docs/experiments/perturbations/figure.ts";
import { testWithShared } from "../support/shared-data.ts";

/**
 * Runs the short form of a study, holds all of it to its form and what its rules did to `expected.jsonl`, and returns it. Models' results
 * repeat bit for bit on one class of CPU only, and change with their weights: they are held to laws.
 */
async function runShort(
  study: Study,
  draw: (result: StudyResult) => string,
  replay?: Replay,
): Promise<StudyResult> {
  const result = await runStudy(study, { threads: 1, ...(replay === undefined ? {} : { replay }) });
  const { kpis } = result;
  const lanes = study.arms.flatMap(({ arm, points = [{ label: "" }] }) =>
    points.map(({ label }) => laneName(arm, label)),
  );
  for (const scenario of new Set(kpis.map((row) => row.scenario))) {
    expect([...new Set(kpis.filter((row) => row.scenario === scenario).map(({ arm }) => arm))]).toEqual(
      lanes,
    );
  }
  expect(result.comparisons.every(({ reference }) => study.references.includes(reference))).toBe(true);
  const svg = draw(result);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(svg.match(/<circle/g)?.length).toBeGreaterThan(lanes.length);
  for (const lane of lanes) expect(studyReport(result)).toContain(`| ${lane} |`);
  const ofRules = kpis.filter(({ arm }) =>
    study.arms.some((one) => !one.learned && one.arm === arm.split(" ")[0]),
  );
  if (ofRules.length > 0) {
    const lines = ofRules.map(({ scenario, arm, metric, value, ci95, n }) =>
      JSON.stringify({ scenario, arm, metric, value, ci95, n }),
    );
    // Written again by `npm test -- ran-studies -u`, with an explanation in the changelog.
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(
      `../../docs/experiments/${study.slug}/expected.jsonl`,
    );
  }
  return result;
}

const found = (
  { kpis }: StudyResult,
  scenario: string,
  arm: string,
  metric: string,
): number | null | undefined =>
  kpis.find((row) => row.scenario === scenario && row.arm === arm && row.metric === metric)?.value;

test.each([front, coldStart, bytes, perturbations, loss, vendors, karlsruhe])(
  "the long form $study.slug compares with lanes that it has",
  ({ study: { arms, references } }) => {
    // Of two vendors the lanes of one arm are joined under its name.
    const lanes = arms.flatMap(({ arm, points = [] }) => [
      arm,
      ...points.map(({ label }) => laneName(arm, label)),
    ]);
    expect(references.filter((reference) => !lanes.includes(reference))).toEqual([]);
  },
);

describe("short forms of the experiments on the RAN side", () => {
  test("front: every point of every arm has its whole row", async () => {
    await runShort(front.short, drawFronts);
  }, 120_000);

  test("cold-start: every arm is judged on the same handovers", async () => {
    const { kpis } = await runShort(coldStart.short, drawColdStart);
    const judged = kpis.filter(({ metric }) => metric === "postHandoverAccuracy.500-1000ms");
    expect(new Set(judged.map(({ n }) => n)).size).toBe(1);
    expect(judged.length).toBe(5);
  }, 120_000);

  test("bytes: what an arm puts on the wire goes by its bytes, and lanes of the open loop alone put nothing there", async () => {
    const result = await runShort(bytes.short, drawBytes);
    const on = (arm: string) => found(result, result.kpis[0].scenario, arm, "xnPayloadBytesPerHandover");
    expect(on("cold")).toBe(0);
    expect(on("raw bytes=128 int8")).toBeGreaterThan(128);
    expect(on("whole")).toBeGreaterThan(on("latent bytes=128 int8") ?? Number.POSITIVE_INFINITY);
    expect(on("latent bytes=32 int8")).toBeUndefined();
  }, 120_000);

  test("perturbations: labels come from clean worlds, and handovers of perturbed ones follow them less", async () => {
    const result = await runShort(perturbations.short, drawPerturbations);
    const disagreement = (perturbation: string) =>
      found(result, `hex-uma/perturbation=${perturbation}`, "a3-set3", "labelDisagreement") ?? Number.NaN;
    expect(disagreement("none")).toBeLessThan(disagreement("all"));
  }, 120_000);

  test("loss-and-delay: payloads that come too late are counted as late, and cold starts with them", async () => {
    const result = await runShort(loss.short, drawLossAndDelay);
    const share = (condition: string) => found(result, `hex-uma/${condition}`, "latent", "latentColdShare");
    expect(share("xn.lossProbability=0")).toBe(0);
    expect(share("xn.lossProbability=0.5")).toBeGreaterThan(0);
    const late = found(result, "hex-uma/xn.lossProbability=0.5", "latent", "latentCold.late");
    expect(late).toBeGreaterThan(0);
  }, 120_000);

  // With weights of one vendor there are the ways to its cells only, with those of both all four.
  test("cross-vendor: no arm is silently absent, and the handovers of all ways are all there are", async () => {
    const { arms, conditions, trainingSeeds } = vendors.short;
    const { variants, missing } = lanesOf(vendors.short, conditions[0]);
    const lanes = variants.map(({ name }) => partsOf(name).lane);
    const asked = arms.flatMap(({ arm, points = [{ label: "" }] }) =>
      points.map(({ label }) => laneName(arm, label)),
    );
    expect(missing).toEqual(
      asked
        .filter((lane) => !lanes.includes(lane))
        .map((lane) => `${lane} of training seed ${trainingSeeds[0]}`),
    );
    const result = await runStudy(vendors.short, { threads: 1 });
    expect(result.missing).toEqual(missing);
    const { kpis } = result;
    const pooled = kpis.filter(({ scenario }) => !scenario.includes("/way="));
    expect([...new Set(pooled.map(({ arm }) => arm))]).toEqual(lanes);
    const counts = new Map<string, number>();
    for (const row of kpis) {
      if (row.metric !== "postHandoverAccuracy.50-250ms" || !row.scenario.includes("/way=")) continue;
      const way = row.scenario.slice(row.scenario.indexOf("=", row.scenario.indexOf("/way=")) + 1);
      expect(counts.get(way) ?? row.n).toBe(row.n);
      counts.set(way, row.n);
    }
    const sum = [...counts.values()].reduce((total, n) => total + n, 0);
    const all = pooled.find(({ metric }) => metric === "postHandoverAccuracy.50-250ms")?.n ?? Number.NaN;
    const hasBoth = lanes.some((lane) => lane.endsWith("vendor=b") || lane === "vendors");
    expect([...counts.keys()].sort()).toEqual(
      hasBoth ? ["a-to-a", "a-to-b", "b-to-a", "b-to-b"] : ["a-to-a", "b-to-a"],
    );
    if (hasBoth) expect(sum).toBe(all);
    else expect(sum).toBeLessThan(all);
    const svg = drawVendors(result);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/<circle/g)?.length).toBeGreaterThan(counts.size);
    for (const lane of lanes) expect(studyReport(result)).toContain(`| ${lane} |`);
  }, 120_000);

  test("of a way between vendors only the receiver's own network and those of both are left", () => {
    const unit = {
      domain: "ran",
      kind: "simulated",
      unit: "seed=1",
      group: "seed=1",
      seed: 1,
      tallies: {},
    } as const;
    const left = (scenario: string, arm: string) =>
      ofReceiver({ ...unit, scenario, arm }).map((one) => one.arm);
    expect(left("hex-uma/way=a-to-b", "latent vendor=b")).toEqual(["latent"]);
    expect(left("hex-uma/way=a-to-b", "latent vendor=a")).toEqual([]);
    expect(left("hex-uma/way=b-to-b", "whole vendor=b")).toEqual(["whole"]);
    expect(left("hex-uma/way=a-to-b", "vendors")).toEqual(["vendors"]);
    expect(left("hex-uma", "latent vendor=a")).toEqual(["latent vendor=a"]);
  });

  testWithShared(
    "karlsruhe: what no training trace holds is counted apart, and is less",
    async () => {
      expect(existsSync(karlsruhe.folder)).toBe(true);
      const result = await runShort(karlsruhe.short, drawKarlsruhe, karlsruhe.shortReplay);
      const attempts = (scenario: string) =>
        found(result, scenario, "a3-tuned", "handoverAttempts") ?? Number.NaN;
      expect(attempts("karlsruhe/rows=unseen")).toBeLessThanOrEqual(attempts("karlsruhe"));
      expect(attempts("karlsruhe")).toBeGreaterThan(0);
    },
    120_000,
  );
});
