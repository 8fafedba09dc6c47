import { expect, test } from "vitest";
import { compareArms, type MetricDefinition, type UnitResult } from "#core";

type Sums = readonly (readonly [sum: number, weight: number])[];

/** Returns one unit a world for `arm`, named w0, w1, ...; each world is its own group. */
function units(
  arm: string,
  sums: Sums,
  change: Partial<UnitResult<"ran">> = {},
): readonly UnitResult<"ran">[] {
  return sums.map(([sum, weight], i) => ({
    domain: "ran",
    scenario: "s",
    arm,
    seed: i,
    unit: `w${i}`,
    group: `w${i}`,
    tallies: { m: { sum, weight } },
    ...change,
  }));
}

function compare(
  by: "total" | "ratio" | "share" | "events",
  all: readonly UnitResult<"ran">[],
  reference = "cold",
) {
  const metrics: MetricDefinition[] = [{ metric: "m", unit: "1", pooling: { by } }];
  return compareArms({ name: "e", domain: "ran", metrics }, all, reference);
}

const counts = (...sums: number[]): Sums => sums.map((sum) => [sum, 1]);

test("a small example by hand: totals, difference and sign-flip p-value", () => {
  // Differences by world -1, -2, -3, +1: of the 16 sign patterns, the mean -5/4 or more extreme is reached by sums of
  // +-7 and +-5: {all}, {all but one 1} twice, and their mirrors: 6 of 16.
  const all = [...units("cold", counts(5, 6, 7, 3)), ...units("full", counts(4, 4, 4, 4))];
  const rows = compare("total", all);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    experiment: "e",
    domain: "ran",
    scenario: "s",
    metric: "m",
    unit: "1",
    arm: "full",
    reference: "cold",
    difference: -5,
    pValue: 6 / 16,
    pHolm: 6 / 16,
    n: 4,
  });
  const [lo, hi] = rows[0].ci95 as readonly [number, number];
  // Four worlds drawn from -3..1 add up to -12..4.
  expect(-12 <= lo && lo < -5 && -5 < hi && hi <= 4).toBe(true);
});

test("a ratio is compared as the difference of the ratios of the sums", () => {
  const all = [
    ...units("cold", [
      [1, 2],
      [1, 8],
    ]),
    ...units("full", [
      [1, 1],
      [4, 4],
    ]),
  ];
  // 5 of 5 against 2 of 10.
  expect(compare("ratio", all)[0]).toMatchObject({ difference: 1 - 0.2, n: 2 });
});

test("Holm's correction runs over the arms of one metric", () => {
  // Six worlds, all differences of one sign: p = 2/64. Of mixed sign +1 -1 +1 -1 +1 -1: p = 1.
  const all = [
    ...units("cold", counts(0, 0, 0, 0, 0, 0)),
    ...units("up", counts(1, 1, 1, 1, 1, 1)),
    ...units("down", counts(-1, -2, -1, -2, -1, -2)),
    ...units("mixed", counts(1, -1, 1, -1, 1, -1)),
  ];
  const rows = compare("total", all);
  expect(rows.map(({ arm, pValue, pHolm }) => [arm, pValue, pHolm])).toEqual([
    ["up", 2 / 64, 6 / 64],
    ["down", 2 / 64, 6 / 64],
    ["mixed", 1, 1],
  ]);
});

test("an arm without a p-value takes no part in the correction", () => {
  const all = [
    ...units("cold", counts(0, 0, 0, 0, 0, 0)),
    ...units("up", counts(1, 1, 1, 1, 1, 1)),
    ...units("undefined", new Array(6).fill([0, 0])),
  ];
  expect(
    compare("ratio", all).map(({ arm, difference, pValue, pHolm, n }) => [arm, difference, pValue, pHolm, n]),
  ).toEqual([
    ["up", 1, 2 / 64, 2 / 64, 6],
    ["undefined", null, null, null, 0],
  ]);
});

test("units that only one arm has are left out, and an arm with none in common has no row", () => {
  const strays = units("full", counts(1000), { unit: "only full", group: "only full" });
  const all = [
    ...units("cold", counts(1, 2, 3)),
    ...units("full", counts(2, 4)),
    ...strays,
    ...units("elsewhere", counts(9), { unit: "only elsewhere" }),
  ];
  expect(compare("total", all).map(({ arm, difference, n }) => [arm, difference, n])).toEqual([
    ["full", 3, 2],
  ]);
});

test("the units of one group are one pair", () => {
  const group = (all: readonly UnitResult<"ran">[]) => all.map((unit) => ({ ...unit, group: "route" }));
  const rows = compare("total", [
    ...group(units("cold", counts(1, 2))),
    ...group(units("full", counts(4, 4))),
  ]);
  expect(rows[0]).toMatchObject({ difference: 5, ci95: [null, null], pValue: 1, n: 1 });
});

test("each scenario is compared by itself, and quantiles are left out", () => {
  const other = { scenario: "t" };
  const all = [
    ...units("cold", counts(1, 1)),
    ...units("full", counts(2, 2)),
    ...units("cold", counts(5, 5), other),
    ...units("full", counts(1, 1), other),
  ];
  expect(compare("total", all).map(({ scenario, difference }) => [scenario, difference])).toEqual([
    ["s", 2],
    ["t", -8],
  ]);
  const quantile: MetricDefinition[] = [{ metric: "m", unit: "s", pooling: { by: "quantile", q: 0.5 } }];
  const sampled = all.map((unit) => ({ ...unit, tallies: { m: { samples: [1] } } }));
  expect(compareArms({ name: "e", domain: "ran", metrics: quantile }, sampled, "cold")).toEqual([]);
});

test.each(["total", "share", "events", "ratio"] as const)(
  "without an event in either arm, %s claims no certainty",
  (by) => {
    const nothing: Sums = [
      [0, 10],
      [0, 20],
      [0, 5],
    ];
    expect(compare(by, [...units("cold", nothing), ...units("full", nothing)])[0]).toMatchObject({
      difference: 0,
      ci95: [null, null],
      pValue: 1,
    });
  },
);

test("arms that agree in every world claim no certainty either, but bytes by design are what they are", () => {
  const some: Sums = [
    [1, 10],
    [4, 20],
    [2, 5],
  ];
  expect(compare("share", [...units("cold", some), ...units("full", some)])[0].ci95).toEqual([null, null]);
  const bytes = (each: number): Sums => [
    [each * 3, 3],
    [each * 8, 8],
  ];
  expect(compare("ratio", [...units("cold", bytes(24)), ...units("full", bytes(152))])[0]).toMatchObject({
    difference: 128,
    ci95: [128, 128],
  });
});

test("the order of units changes no number", () => {
  const all = [...units("cold", counts(0.1, 0.2, 0.3)), ...units("full", counts(0.7, 0.1, 0.2))];
  const [row] = compare("total", all);
  expect(compare("total", [...all].reverse())[0]).toEqual(row);
});

test("without the reference there is nothing to compare", () => {
  expect(compare("total", units("full", counts(1, 2)))).toEqual([]);
});

test("units of one name under different seeds are different units, and pair with their own seed's", () => {
  const named = (arm: string, sums: Sums) => units(arm, sums).map((unit) => ({ ...unit, unit: "task=0" }));
  const [row] = compare("total", [
    ...named("cold", counts(1, 10, 100)),
    ...named("full", counts(1, 10, 100)),
  ]);
  expect(row).toMatchObject({ difference: 0, n: 3 });
});

test("two units of an arm that cannot be told apart are refused", () => {
  const same = units("cold", counts(1, 2), { seed: 1, unit: "w" });
  expect(() => compare("total", [...same, ...units("full", counts(1, 2))])).toThrow("same seed and name");
});

test("an arm of several training seeds is paired with one that nothing trained, world by world", () => {
  const rule = units("cold", counts(5, 6, 7, 3));
  const models = [1, 2].flatMap((trainingSeed) =>
    units("full", counts(4 + trainingSeed, 4 + trainingSeed, 4 + trainingSeed, 4 + trainingSeed), {
      trainingSeed,
    }),
  );
  const [row] = compare("total", [...rule, ...models]);
  // The models' mean total is 4 x 5.5 = 22, the rule's 21; worlds differ by 0.5, -0.5, -1.5 and 2.5.
  expect(row.difference).toBe(1);
  expect(row.n).toBe(4);
  const [other] = compare("total", [...rule, ...units("full", counts(5.5, 5.5, 5.5, 5.5))]);
  expect(row.pValue).toBe(other.pValue);
  // The spread of the two models is in the interval beside that of the worlds.
  expect(row.ci95[0]).toBeLessThan(other.ci95[0] as number);
  const [back] = compare("total", [...models, ...rule], "full");
  expect(back.difference).toBe(-1);
});
