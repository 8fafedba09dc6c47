import { expect, test } from "vitest";
import type { KpiRow } from "#core";
import { boundWords } from "../../ui/bound-words.ts";

const row: KpiRow<"ran"> = {
  ...{ experiment: "e", domain: "ran", kind: "simulated", scenario: "s", arm: "cold" },
  ...{ metric: "shortStayRate", unit: "1", value: 0, ci95: [null, null], n: 2876, seeds: 3 },
  atMost: { independent: 0.00133, byGroup: 0.562, groups: 3 },
};

test("a row without an event says how many trials and worlds there were, and both bounds by name", () => {
  expect(boundWords(row, String)).toEqual({
    seen: "0 of 2,876 in 3 worlds",
    bound: "at most 0.00133 if each is independent, 0.562 if a world counts as one",
    tooFew: true,
    groups: "worlds",
  });
});

test("a row with an interval by group is not called too few, and one with events says nothing", () => {
  expect(boundWords({ ...row, ci95: [0, 0.2] }, String)?.tooFew).toBe(false);
  const { atMost: _, ...without } = row;
  expect(boundWords(without, String)).toBeNull();
});

test("all of them, of traces: at least so many, by trace group", () => {
  const { atMost, ...rest } = row;
  const all = { ...rest, value: 1, seeds: 0, ...(atMost === undefined ? {} : { atLeast: atMost }) };
  expect(boundWords(all, String)).toMatchObject({
    seen: "2,876 of 2,876 in 3 trace groups",
    bound: "at least 0.00133 if each is independent, 0.562 if a trace group counts as one",
  });
});

test("a count of nothing has a bound by independence only", () => {
  const count = { ...row, unit: "count", n: 3, atMost: { independent: 3.84, byGroup: null, groups: 1 } };
  expect(boundWords(count, String)).toMatchObject({
    seen: "0 in 1 world",
    bound: "at most 3.84 if each is independent",
    tooFew: false,
  });
});
