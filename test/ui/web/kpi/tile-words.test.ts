import { expect, test } from "vitest";
import { agentMetrics, measuredMetrics } from "#agent-sim";
import type { KpiRow } from "#core";
import { ranMetrics } from "#ran-sim";
import { metricAbout } from "../../../../ui/web/kpi/metric-about.ts";
import { metricWords } from "../../../../ui/web/kpi/metric-words.ts";
import { agentTiles, ranTiles } from "../../../../ui/web/kpi/tile-choice.ts";
import { wordsOfRow, wordsWithoutRow } from "../../../../ui/web/kpi/tile-words.ts";

const row: KpiRow<"ran"> = {
  ...{ experiment: "e", domain: "ran", kind: "simulated", scenario: "walk", arm: "latent" },
  ...{ metric: "pingPongRate", unit: "1", value: 0.1, ci95: [0.05, 0.2], n: 2876, seeds: 3 },
};

test("a value stands with its interval", () => {
  expect(wordsOfRow(row, "worlds")).toMatchObject({ value: "0.100", lines: ["0.0500 to 0.200", ""] });
});

test("no event in few worlds: no interval, both bounds, and what they assume", () => {
  const none = {
    ...row,
    value: 0,
    ci95: [null, null] as const,
    atMost: { independent: 0.00133, byGroup: 0.562, groups: 3 },
  };
  const words = wordsOfRow(none, "worlds");
  expect(words).toMatchObject({
    value: "0",
    unit: "of 2,876",
    lines: ["too few worlds: ≤ 0.562", "independent: ≤ 0.00133"],
  });
  const told = words.sentences.join(" ");
  expect(told).toContain("0 of 2,876 in 3 worlds.");
  expect(told).toContain("too few worlds for an interval");
  expect(told).toContain("at most 0.00133 if each is independent, 0.562 if a world counts as one");
  expect(told).not.toContain("95 % interval");
});

test("no event in many worlds: the interval by world, and the bound by independence beside it", () => {
  const none = {
    ...row,
    value: 0,
    ci95: [0, 0.2] as const,
    atMost: { independent: 0.001, byGroup: 0.2, groups: 12 },
  };
  expect(wordsOfRow(none, "worlds").lines).toEqual(["0 to 0.200", "independent: ≤ 0.00100"]);
});

test("all of them is said as such, with how low it may be", () => {
  const all = {
    ...row,
    value: 1,
    ci95: [null, null] as const,
    atLeast: { independent: 0.99, byGroup: 0.4, groups: 3 },
  };
  expect(wordsOfRow(all, "worlds")).toMatchObject({
    value: "all",
    lines: ["too few worlds: ≥ 0.400", "independent: ≥ 0.990"],
  });
});

test("a value without an interval and without a bound says that there is too little", () => {
  const few = { ...row, ci95: [null, null] as const };
  expect(wordsOfRow(few, "tasks").lines.join(" ")).toBe("too few tasks for an interval");
  expect(wordsOfRow({ ...few, value: null }, "tasks").value).toBe("–");
});

test("a sum of nothing is not blamed on too few tasks", () => {
  const none = { ...row, value: 0, ci95: [null, null] as const };
  expect(wordsOfRow(none, "tasks").lines.join(" ")).toBe("none was counted, so no interval");
});

test("an arm by formula is not answered, whatever else has come; a measured one waits for its row", () => {
  for (const name of ["cold", "text", "single"]) {
    const words = wordsWithoutRow("exactMatch", { name, answers: "by formula" }, false);
    expect(words.value).toBe("not answered");
    expect(words.sentences.join()).toContain("No model answers");
  }
  expect(wordsWithoutRow("exactMatch", { name: "text", answers: "measured" }, false).value).toBe("");
});

test("before the first row a tile is empty", () => {
  expect(wordsWithoutRow("pingPongRate", undefined, false)).toMatchObject({ value: "", lines: ["", ""] });
});

test("every tile has a title and a sentence of its own, and shows a metric that its domain has", () => {
  const known = (metrics: readonly { readonly metric: string }[]) => metrics.map(({ metric }) => metric);
  for (const [tiles, names] of [
    [ranTiles, known(ranMetrics)],
    [agentTiles, [...known(agentMetrics), ...known(measuredMetrics)]],
  ] as const) {
    for (const metrics of tiles) {
      expect(metrics.some((metric) => names.includes(metric))).toBe(true);
      for (const metric of metrics) {
        expect(metricWords(metric)).not.toBe(metric);
        expect(metricAbout(metric)).toMatch(/\.$/);
      }
    }
  }
});
