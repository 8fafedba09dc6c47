import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkCases, checkRows } from "../../docs/experiments/failure-rates/check-rows.ts";
import { cited } from "../../docs/experiments/failure-rates/cited.ts";
import { run, shortProtocol } from "../../docs/experiments/failure-rates/experiment.ts";
import { drawFactors, drawMacro } from "../../docs/experiments/failure-rates/figure.ts";
import { report, rowOf } from "../../docs/experiments/failure-rates/report.ts";
import { ablation, conditionOf, factors, macro } from "../../docs/experiments/failure-rates/studies.ts";
import { runStudy } from "../../docs/experiments/harness/run-study.ts";
import { loadRanScenario } from "../../ran-sim/scenario-file.ts";
import { sharedPath, testWithShared } from "../support/shared-data.ts";

// Written again by `npm test -- failure-rates -u`, with an explanation in the changelog.
test("failure-rates: the short form gives what is written down, and is drawn and reported", async () => {
  const rows = await run(shortProtocol, { threads: 1 });
  const lines = rows.map(({ scenario, arm, metric, value, ci95, n }) =>
    JSON.stringify({ scenario, arm, metric, value, ci95, n }),
  );
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(
    "../../docs/experiments/failure-rates/expected.jsonl",
  );
  for (const svg of [drawFactors(rows), drawMacro(rows)]) {
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg).toMatch(/<circle class="d/);
  }
  const text = report(rows);
  for (const { factor, value } of factors) expect(text).toContain(`| ${factor} | ${value} |`);
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
  expect(() => drawFactors([])).toThrow(RangeError);
}, 300_000);

test("every factor and every kind of macro world is a legal scenario, and no two are the same", () => {
  const names = factors.map((factor) => conditionOf(factor).name);
  expect(new Set(names).size).toBe(names.length);
  for (const study of [ablation, macro]) {
    const scenarios = study.conditions.map(({ settings }) =>
      JSON.stringify(loadRanScenario(study.scenario, [...study.settings, ...settings])),
    );
    expect(new Set(scenarios).size).toBe(scenarios.length);
  }
});

// Both were seen to agree within 0.03 over several worlds; one small world each leaves some 0.05 of chance.
test("hex-uma fails as often in an implementation that shares no code with it", async () => {
  const study = {
    ...ablation,
    conditions: [ablation.conditions[0]],
    seeds: [651],
  };
  const { kpis } = await runStudy(study, { threads: 1 });
  const rows = checkRows(
    checkCases.filter(({ name }) => name === "as it is"),
    { seeds: [652], phones: 40, durationS: 30 },
  );
  const of = (where: typeof kpis, scenario: string, arm: string, metric: string): number =>
    rowOf(where, scenario, arm, metric)?.value ?? Number.NaN;
  for (const arm of ["a3-set1", "a3-set3"]) {
    const both = (metric: string): readonly [number, number] => [
      of(kpis, "hex-uma/as it is", arm, metric),
      of(rows, "independent check/as it is", arm, metric),
    ];
    const failed = both("handoverFailureRate");
    expect(Math.abs(failed[0] - failed[1]), arm).toBeLessThan(0.1);
    const handovers = both("handoversPerUeMinute");
    expect(Math.abs(handovers[0] / handovers[1] - 1), arm).toBeLessThan(0.2);
  }
}, 300_000);

testWithShared(
  "the cited figures of the published Karlsruhe baseline are those of the shared vectors",
  () => {
    const { vectors } = JSON.parse(readFileSync(sharedPath("vectors", "karlsruhe_3gpp_events.json"), "utf8"));
    type Drive = { set: string; n_ticks: number; ho_exec_start: number[]; rlf: number[] };
    for (let set = 1; set <= 5; set++) {
      const drives = (vectors as Drive[]).filter((one) => one.set.startsWith(`set${set}_`));
      expect(drives).toHaveLength(97);
      const sum = (of: (drive: Drive) => number): number => drives.reduce((total, one) => total + of(one), 0);
      const executions = sum((one) => one.ho_exec_start.length);
      const failures = sum((one) => one.rlf.length);
      const value = (metric: string) => rowOf(cited, "karlsruhe, published baseline", `a3-set${set}`, metric);
      expect(value("failuresPerHandover")?.value).toBeCloseTo(failures / (failures + executions), 12);
      expect(value("handoversPerUeMinute")?.value).toBeCloseTo(
        executions / (sum((one) => one.n_ticks) / 6000),
        9,
      );
    }
  },
);
