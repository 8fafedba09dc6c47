import { expect, test } from "vitest";
import { type ArmDescription, type MetricDefinition, poolUnits, type UnitResult } from "#core";
import { verdictOf } from "../../../ui/cli/verdict.ts";

const metrics: readonly MetricDefinition[] = [
  { metric: "postHandoverAccuracy.50-250ms", unit: "1", pooling: { by: "share" } },
  { metric: "xnPayloadBytesPerHandover", unit: "B", pooling: { by: "ratio" } },
];
const experiment = { name: "ran", domain: "ran", kind: "simulated", metrics } as const;
const arm = (name: string, end: ArmDescription["end"]): ArmDescription => ({
  ...{ domain: "ran", name, summary: "", bytes: "", end },
});
const arms = [
  arm("cold", { ends: "lost", because: "notCarried" }),
  arm("whole", { ends: "restored", because: "loaded" }),
  arm("latent", { ends: "restored", because: "projected" }),
  arm("ue-filter", { ends: "kept", because: "phoneKeeps" }),
  arm("shuffled", { ends: "lost", because: "standIn" }),
];

/** Right of 100 handovers in each world, and bytes of a handover. */
type Worlds = Readonly<Record<string, { readonly right: readonly number[]; readonly bytes: number }>>;

function verdict(worlds: Worlds) {
  const units = Object.entries(worlds).flatMap(([name, { right, bytes }]) =>
    right.map(
      (sum, i): UnitResult<"ran"> => ({
        ...{ domain: "ran", scenario: "walk", arm: name, seed: i, unit: `w${i}`, group: `w${i}` },
        tallies: {
          "postHandoverAccuracy.50-250ms": { sum, weight: 100 },
          xnPayloadBytesPerHandover: { sum: bytes * 100, weight: 100 },
        },
      }),
    ),
  );
  const found = verdictOf(experiment, poolUnits(experiment, units), units, arms);
  if (found === null) throw new Error("no verdict");
  return found;
}

/** A base that varies from world to world, and what is added to it. */
const of = (count: number, more: (world: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => 60 + (i % 5) + more(i));

test("what carrying gives back is told with its interval, and the cheapest arm that does better beside it", () => {
  const found = verdict({
    cold: { right: of(20, () => 0), bytes: 0 },
    whole: { right: of(20, (i) => 4 + (i % 3)), bytes: 838 },
    latent: { right: of(20, (i) => 4 + (i % 2)), bytes: 254 },
    "ue-filter": { right: of(20, (i) => 9 + (i % 3)), bytes: 0 },
  });
  expect(found).toMatchObject({ arm: "whole", reference: "cold", reading: "gain", n: 20 });
  expect(found.cheaper).toMatchObject({ arm: "ue-filter", reading: "better", wireBytes: 0 });
  expect(found.line).toContain("5.0 points more [");
  expect(found.line).toContain("838 B a handover on Xn");
  expect(found.line).toContain(
    "Cheaper: ue-filter (0 B a handover on Xn) names it in 72.0 %, against whole 5.0 points more",
  );
  expect(found.line).not.toContain("tendency");
});

test("an interval that holds 0 is read as no difference seen, and few worlds as a tendency", () => {
  const found = verdict({
    cold: { right: of(8, () => 0), bytes: 0 },
    whole: { right: of(8, (i) => (i % 2 === 0 ? 3 : -3)), bytes: 838 },
  });
  expect(found).toMatchObject({ reading: "no difference seen", cheaper: null });
  expect(found.line).toContain("no difference seen [");
  expect(found.line).toContain("No cheaper arm of this run does as well.");
  expect(found.line).toContain("tendency: --seeds 20");
});

test("below five worlds nothing is claimed", () => {
  const found = verdict({
    cold: { right: of(3, () => 0), bytes: 0 },
    whole: { right: of(3, () => 9), bytes: 838 },
  });
  expect(found.reading).toBe("too few");
  expect(found.line).toContain("9.0 points more, without an interval");
  expect(found.line).toContain("Too few worlds for an interval");
});

test("a control, an arm that does worse and one that costs as much are not named as cheaper", () => {
  const found = verdict({
    cold: { right: of(20, () => 0), bytes: 0 },
    whole: { right: of(20, (i) => 10 + (i % 3)), bytes: 838 },
    latent: { right: of(20, (i) => 5 + (i % 2)), bytes: 254 },
    shuffled: { right: of(20, (i) => 20 + (i % 2)), bytes: 254 },
    "ue-filter": { right: of(20, (i) => 20 + (i % 3)), bytes: 900 },
  });
  expect(found.cheaper).toBeNull();
});

test("a carried state that does worse than none is told as a loss", () => {
  const found = verdict({
    cold: { right: of(20, () => 5), bytes: 0 },
    whole: { right: of(20, (i) => i % 3), bytes: 838 },
  });
  expect(found.reading).toBe("loss");
  expect(found.line).toMatch(/points fewer \[/);
});
