// The rows as Markdown: one number a cell, with the ends of its interval beside it.
import type { KpiRow } from "#core";
import { markdownTable } from "../markdown.ts";
import { conditionOf, FILTERS, factors, macro } from "./studies.ts";

type Rows = readonly KpiRow<"ran">[];

/** Returns the row of a scenario, an arm and a metric; undefined where there is none. */
export function rowOf(rows: Rows, scenario: string, arm: string, metric: string): KpiRow<"ran"> | undefined {
  return rows.find((row) => row.scenario === scenario && row.arm === arm && row.metric === metric);
}

/** Returns the tables of the factors, the check, the macro network and the cited figures. */
export function report(rows: Rows): string {
  const value = (scenario: string, arm: string, metric: string): string[] => {
    const row = rowOf(rows, scenario, arm, metric);
    if (row?.value === undefined || row.value === null) return ["", "", ""];
    // Where nothing failed the worlds give no interval that means anything: the bound would be that of so many worlds.
    const [low, high] = row.value === 0 ? [null, null] : row.ci95;
    return [row.value, low, high].map(figure);
  };
  const line = (scenario: string, arm: string): string[] => [
    ...value(scenario, arm, "handoversPerUeMinute"),
    ...value(scenario, arm, "handoverFailureRate"),
    count(rowOf(rows, scenario, arm, "handoverFailures")),
    count(rowOf(rows, scenario, arm, "handovers")),
  ];
  const measured = ["handovers a minute", "from", "to", "failed", "from", "to", "failures", "handovers"];
  const names = (arm: string): string => arm.replace(/^a3-set/, "set ").replace(/^a3 /, "");
  const scenarioOf = (factor: (typeof factors)[number]): string => `hex-uma/${conditionOf(factor).name}`;
  const checks = [
    ...new Map(
      rows
        .filter(({ scenario }) => scenario.startsWith("independent check/"))
        .map((row) => [`${row.scenario} ${row.arm}`, row] as const),
    ).values(),
  ];
  const filterArms = ["set 1", "set 3"].flatMap((set) => FILTERS.map((k) => `a3 ${set}, k ${k}`));
  return [
    "Simulated, domain ran, 95 % bootstrap intervals by world. failed: handover failures over handover failures and handovers.",
    "## hex-uma, one factor at a time",
    markdownTable(
      ["factor", "value", "rule", ...measured],
      factors.flatMap((factor) =>
        ["a3-set1", "a3-set3"].map((arm) => [
          factor.factor,
          factor.value,
          names(arm),
          ...line(scenarioOf(factor), arm),
        ]),
      ),
    ),
    "## hex-uma with another filter, and with the settings of the reference kernel",
    markdownTable(
      ["rule", ...measured],
      [
        ...filterArms.map((arm) => [names(arm), ...line("hex-uma/filter", arm)]),
        ["3 dB, 256 ms, k 4, load 1, no error", ...line("hex-uma/kernel", "a3 3 dB, 256 ms, k 4")],
      ],
    ),
    "## The independent check",
    markdownTable(
      ["channel", "rule", ...measured],
      checks.map(({ scenario, arm }) => [
        scenario.slice("independent check/".length),
        names(arm),
        ...line(scenario, arm),
      ]),
    ),
    "## The macro network of TR 36.839",
    markdownTable(
      ["world", "rule", ...measured, "short stays", "from", "to"],
      macro.conditions.flatMap(({ name }) =>
        macro.arms.map(({ arm }) => [
          name,
          names(arm),
          ...line(`tr36839-macro/${name}`, arm),
          ...value(`tr36839-macro/${name}`, arm, "shortStayRate"),
        ]),
      ),
    ),
    "## Cited",
    markdownTable(
      ["where", "rule", "metric", "value", "n", "source"],
      rows
        .filter(({ kind }) => kind === "cited")
        .map(({ scenario, arm, metric, value: number, n, source = "" }) => [
          scenario,
          names(arm),
          metric,
          figure(number),
          `${n}`,
          source,
        ]),
    ),
    "",
  ].join("\n\n");
}

function figure(value: number | null): string {
  return value === null ? "" : String(Number(value.toPrecision(3)));
}

function count(row: KpiRow | undefined): string {
  return row === undefined || row.value === null ? "" : String(row.value);
}
