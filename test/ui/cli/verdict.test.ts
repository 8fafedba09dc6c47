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
  arm("another", { ends: "lost", because: "standIn" }),
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
    another: { right: of(20, (i) => 20 + (i % 2)), bytes: 254 },
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

test("where a model answers, the line counts right answers, with the control and what each reads and sends", () => {
  const metrics: readonly MetricDefinition[] = [
    { metric: "exactMatch", unit: "1", pooling: { by: "share" } },
    { metric: "prefillTokensPerHop", unit: "tokens", pooling: { by: "ratio" } },
    { metric: "wireBytesPerHop", unit: "B", pooling: { by: "ratio" } },
  ];
  const measured = { name: "agent-run-measured", domain: "agent", kind: "measured", metrics } as const;
  /** Right answers of five in each of 20 documents, tokens and bytes of a hop. */
  const arms: Readonly<Record<string, readonly [(document: number) => number, number, number]>> = {
    cold: [() => 0, 8, 0],
    another: [(i) => (i % 5 === 0 ? 1 : 0), 24, 254],
    latent: [(i) => 4 + (i % 2), 24, 254],
    "prefix-cache": [() => 5, 15, 480],
  };
  const units = (count: number) =>
    Object.entries(arms).flatMap(([arm, [right, tokens, bytes]]) =>
      Array.from({ length: count }, (_, i): UnitResult<"agent"> => {
        const group = `document=${i}`;
        return {
          ...{ domain: "agent", scenario: "facts", arm, seed: 1, unit: group, group },
          tallies: {
            exactMatch: { sum: right(i), weight: 5 },
            prefillTokensPerHop: { sum: 5 * tokens, weight: 5 },
            wireBytesPerHop: { sum: 5 * bytes, weight: 5 },
          },
        };
      }),
    );
  const of = (count: number) => verdictOf(measured, poolUnits(measured, units(count)), units(count), []);
  const found = of(20);
  // 20 documents of five questions: 90 of 100 right, 4 of 100 with a stranger's latent.
  expect(found).toMatchObject({
    arm: "latent",
    reference: "cold",
    metric: "exactMatch",
    reading: "gain",
    n: 20,
  });
  expect(found?.value).toBeCloseTo(0.9, 10);
  expect(found?.line).toMatch(
    /90 \[\d+, \d+\] with the learned latent \(latent: 24.0 tokens read, 254 B a hand-off\), 0 \(none of 100\) with nothing/,
  );
  expect(found?.line).toMatch(/4 \[\d+, \d+\] with a stranger's latent/);
  expect(found?.line).toContain("100 (all 100), 15.0 tokens read, 480 B a hand-off.");
  expect(found?.line).not.toContain("tendency");
  expect(found?.line).not.toContain("slots");
  expect(of(3)).toMatchObject({ reading: "too few" });
  expect(of(3)?.line).toContain("Too few documents for an interval");
});
