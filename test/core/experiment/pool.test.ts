import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkKpiRows,
  type KpiRow,
  type MetricDefinition,
  poolUnits,
  type Tally,
  type UnitResult,
} from "#core";
import { effectiveNumber } from "../../../core/statistics/proportion.ts";
import { wilsonInterval } from "../../../core/statistics/wilson.ts";

const experiment = (metrics: readonly MetricDefinition[]) =>
  ({ name: "e", domain: "ran", kind: "simulated", metrics }) as const;

function unit(
  name: string,
  tallies: Record<string, Tally>,
  change: Partial<UnitResult<"ran">> = {},
): UnitResult<"ran"> {
  return {
    domain: "ran",
    scenario: "s",
    arm: "cold",
    seed: null,
    unit: name,
    group: name,
    tallies,
    ...change,
  };
}

/** Returns one unit a world, each with one tally of metric "m". */
function worlds(tallies: readonly Tally[]): readonly UnitResult<"ran">[] {
  return tallies.map((tally, i) => unit(`w${i}`, { m: tally }, { seed: i + 1 }));
}

type Pooling = MetricDefinition["pooling"];

function pooled(by: Pooling, units: readonly UnitResult<"ran">[]): KpiRow<"ran"> {
  const rows = poolUnits(experiment([{ metric: "m", unit: "1", pooling: by }]), units);
  expect(rows).toHaveLength(1);
  return checkKpiRows(rows)[0] as KpiRow<"ran">;
}

const sum = (value: number, weight = 1): Tally => ({ sum: value, weight });

test("a total is the sum over units, with their number as its count", () => {
  const row = pooled({ by: "total" }, worlds([sum(3), sum(5), sum(4)]));
  expect(row).toMatchObject({ value: 12, n: 3, seeds: 3, domain: "ran", kind: "simulated", unit: "1" });
  const [lo, hi] = row.ci95 as readonly [number, number];
  // Resamples of three worlds lie between 3 x the least and 3 x the most.
  expect(9 <= lo && lo < 12 && 12 < hi && hi <= 15).toBe(true);
});

test("a ratio is the ratio of the sums, not the mean of the ratios", () => {
  // 1 of 1 and 1 of 9: together 2 of 10; the mean of the ratios would be 0.5556.
  const row = pooled({ by: "ratio" }, worlds([sum(1, 1), sum(1, 9)]));
  expect(row).toMatchObject({ value: 0.2, n: 10 });
});

test("what divides by nothing is null without an interval, and its count is 0", () => {
  for (const by of ["ratio", "share", "events"] as const) {
    expect(pooled({ by }, worlds([sum(0, 0), sum(0, 0)]))).toMatchObject({
      value: null,
      ci95: [null, null],
      n: 0,
    });
  }
  expect(pooled({ by: "quantile", q: 0.5 }, worlds([{ samples: [] }, { samples: [] }]))).toMatchObject({
    value: null,
    ci95: [null, null],
    n: 0,
  });
});

test("one world alone has a value and no interval", () => {
  for (const by of ["total", "ratio", "share"] as const) {
    expect(pooled({ by }, worlds([sum(2, 4)])).ci95).toEqual([null, null]);
  }
});

describe("without a single event", () => {
  const trials = [20, 30, 50];
  const units = worlds(trials.map((weight) => sum(0, weight)));

  test.each(["share", "events"] as const)(
    "the bound of %s is Wilson's, by trial and at the effective number",
    (by) => {
      const n = effectiveNumber({ trials, groups: ["a", "b", "c"] });
      expect(n).toBeLessThan(3.001);
      expect(pooled({ by }, units)).toMatchObject({
        value: 0,
        ci95: [null, null],
        n: 100,
        atMost: { independent: wilsonInterval(0, 100).hi, byGroup: wilsonInterval(0, n).hi, groups: 3 },
      });
    },
  );

  test("a share and its events are never [0, 0], whatever the trials and worlds, and both bounds are told", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("share" as const, "events" as const),
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 14 }),
        (by, weights) => {
          const row = pooled({ by }, worlds(weights.map((weight) => sum(0, weight))));
          const [lo, hi] = row.ci95;
          const { independent = 0, byGroup = null, groups } = row.atMost ?? {};
          expect(groups).toBe(weights.length);
          expect(independent).toBeGreaterThan(0);
          expect(byGroup).toBeGreaterThanOrEqual(independent - 1e-12);
          expect(row.atLeast).toBeUndefined();
          expect([lo, hi]).toEqual(weights.length < 10 ? [null, null] : [0, byGroup]);
        },
      ),
      { numRuns: 20, seed: 21 },
    );
  });

  test("a total has no interval; of a count it is told how many events that may hide", () => {
    const row = pooled({ by: "total" }, units);
    expect(row).toMatchObject({ value: 0, ci95: [null, null], n: 3 });
    expect(row.atMost).toBeUndefined();
    const count = { metric: "m", unit: "count", pooling: { by: "total" } } as const;
    const [counted] = poolUnits(experiment([count]), units);
    // Wilson's z^2 at 95 %.
    expect(counted.atMost).toEqual({ independent: expect.closeTo(3.8415, 4), byGroup: null, groups: 3 });
  });

  test("nothing but events is told from below", () => {
    const row = pooled({ by: "share" }, worlds(trials.map((weight) => sum(weight, weight))));
    expect(row).toMatchObject({ value: 1, ci95: [null, null] });
    expect(row.atLeast?.independent).toBeCloseTo(1 - (wilsonInterval(0, 100).hi ?? 0), 12);
    expect(row.atMost).toBeUndefined();
  });

  test("with an event in one world of several there is an interval and no such bound", () => {
    const row = pooled({ by: "share" }, worlds([sum(0, 20), sum(1, 20), sum(0, 20)]));
    expect(row.ci95[1]).toBeGreaterThan(0);
    expect(row).not.toHaveProperty("atMost");
  });
});

test("events may outnumber their trials, a share may not", () => {
  const units = worlds([sum(5, 2), sum(1, 2)]);
  expect(pooled({ by: "events" }, units).value).toBe(1.5);
  expect(() => pooled({ by: "share" }, units)).toThrow(RangeError);
});

test("a quantile is that of all samples together, with their number as its count", () => {
  const units = worlds([{ samples: [1, 2, 3] }, { samples: [10] }, { samples: [] }]);
  expect(pooled({ by: "quantile", q: 0.5 }, units)).toMatchObject({ value: 2.5, n: 4 });
  // Type 7: 1 + 0.95 x 3 places up in 1, 2, 3, 10, that is 0.85 of the way from 3 to 10.
  expect(pooled({ by: "quantile", q: 0.95 }, units).value).toBeCloseTo(8.95, 12);
});

test("the group is what is resampled: units of one group leave no interval, and their value is the same", () => {
  const alone = [1, 2, 3, 4].map((value) => unit(`t${value}`, { m: sum(value) }));
  const together = alone.map((one) => ({ ...one, group: "route" }));
  expect(pooled({ by: "total" }, alone).ci95).not.toEqual([null, null]);
  expect(pooled({ by: "total" }, together)).toMatchObject({ value: 10, ci95: [null, null] });
});

test("the order of units changes no value, bound or count, to the last bit", () => {
  const tenth = fc.integer({ min: 1, max: 99 }).map((k) => k / 10);
  const units = fc
    .array(fc.tuple(tenth, tenth, fc.nat(3)), { minLength: 2, maxLength: 12 })
    .map((entries) =>
      entries.map(([value, more, group], i) =>
        unit(`u${i}`, { m: sum(value, value + more), q: { samples: [value, more] } }, { group: `g${group}` }),
      ),
    );
  const metrics: MetricDefinition[] = [
    ...(["total", "ratio", "share", "events"] as const).map((by) => ({
      metric: "m",
      unit: by,
      pooling: { by },
    })),
    { metric: "q", unit: "quantile", pooling: { by: "quantile", q: 0.9 } },
  ];
  fc.assert(
    fc.property(
      units.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      ([list, shuffled]) => {
        expect(poolUnits(experiment(metrics), shuffled)).toEqual(poolUnits(experiment(metrics), list));
      },
    ),
    { numRuns: 40 },
  );
});

test("rows come by scenario and arm as they first occur and by metric as listed, breakdowns last", () => {
  const metrics: MetricDefinition[] = ["b", "a", "absent"].map((metric) => ({
    metric,
    unit: "1",
    pooling: { by: "total" },
  }));
  const tallies = { a: sum(1), b: sum(2) };
  const units = [
    unit("1", tallies, { scenario: "default/hop=2", arm: "none" }),
    unit("1", tallies, { scenario: "default", arm: "text" }),
    unit("1", tallies, { scenario: "default", arm: "none" }),
    unit("1", tallies, { scenario: "default/facts=4/hop=2", arm: "none" }),
    unit("1", { b: sum(3) }, { scenario: "traces/a.csv", arm: "none" }),
    unit("2", tallies, { scenario: "default", arm: "text" }),
  ];
  const rows = poolUnits(experiment(metrics), units);
  expect(rows.map(({ scenario, arm, metric }) => `${scenario} ${arm} ${metric}`)).toEqual([
    "default text b",
    "default text a",
    "default none b",
    "default none a",
    "traces/a.csv none b",
    "default/hop=2 none b",
    "default/hop=2 none a",
    "default/facts=4/hop=2 none b",
    "default/facts=4/hop=2 none a",
  ]);
});

test("a row is marked where one of its units is, in whatever place it comes", () => {
  const [calm, busy] = worlds([sum(1), sum(3)]);
  const marked = { ...busy, mark: "overloaded" } as const;
  for (const units of [
    [calm, marked],
    [marked, calm],
  ])
    expect(pooled({ by: "ratio" }, units)).toMatchObject({ value: 2, mark: "overloaded" });
  expect(pooled({ by: "ratio" }, [calm, busy])).not.toHaveProperty("mark");
});

test("a metric may say its own kind, and the experiment's source stands on every row", () => {
  const metrics: MetricDefinition[] = [
    { metric: "a", unit: "B", pooling: { by: "total" }, kind: "measured" },
    { metric: "b", unit: "1", pooling: { by: "total" } },
  ];
  const rows = poolUnits({ ...experiment(metrics), source: "KIT" }, [unit("1", { a: sum(1), b: sum(1) })]);
  expect(rows.map(({ kind, source }) => [kind, source])).toEqual([
    ["measured", "KIT"],
    ["simulated", "KIT"],
  ]);
  expect(poolUnits(experiment(metrics), [unit("1", { a: sum(1) })])[0]).not.toHaveProperty("source");
});

test("a unit's own kind comes first, and units of different kinds are not pooled into one row", () => {
  const metrics: MetricDefinition[] = [
    { metric: "m", unit: "B", pooling: { by: "total" }, kind: "measured" },
  ];
  const of = (name: string, kind: UnitResult["kind"]) =>
    unit(name, { m: sum(1) }, kind === undefined ? {} : { kind });
  const kindOf = (...units: UnitResult<"ran">[]) => poolUnits(experiment(metrics), units)[0].kind;
  expect(kindOf(of("a", "simulated"), of("b", "simulated"))).toBe("simulated");
  expect(kindOf(of("a", undefined))).toBe("measured");
  for (const [one, two] of [
    ["simulated", undefined],
    [undefined, "simulated"],
    ["cited", "assumed"],
  ] as const) {
    expect(() => kindOf(of("a", one), of("b", two))).toThrow(RangeError);
  }
});

test("seeds are counted once each, and a replay has none", () => {
  const of = (seed: number | null, name: string) => unit(name, { m: sum(1) }, { seed });
  expect(pooled({ by: "total" }, [of(3, "a"), of(3, "b"), of(5, "c")]).seeds).toBe(2);
  expect(pooled({ by: "total" }, [of(null, "a"), of(null, "b")]).seeds).toBe(0);
});

test("units that did not tally a metric do not count in it", () => {
  const units = [unit("1", { m: sum(4) }, { seed: 1 }), unit("2", {}, { seed: 2 })];
  expect(pooled({ by: "total" }, units)).toMatchObject({ value: 4, n: 1, seeds: 1 });
});

test("a tally of the wrong sort is refused by the names of metric and unit", () => {
  expect(() => pooled({ by: "total" }, worlds([{ samples: [1] }]))).toThrow(
    'metric "m" of w0: expected a sum',
  );
  expect(() => pooled({ by: "quantile", q: 0.5 }, worlds([sum(1)]))).toThrow(
    'metric "m" of w0: expected samples',
  );
});

test("units of the other domain are refused, naming both", () => {
  const agentUnit = { ...unit("w", { m: sum(1) }), domain: "agent" } as unknown as UnitResult<"ran">;
  const metrics: MetricDefinition[] = [{ metric: "m", unit: "1", pooling: { by: "total" } }];
  expect(() => poolUnits(experiment(metrics), [agentUnit])).toThrow(
    'unit w of arm cold is of domain "agent" and cannot be shown as "ran"',
  );
});

test("models of several training seeds on the same worlds: a total is their mean, and a ratio of all", () => {
  const units = [1, 2].flatMap((trainingSeed) =>
    [3, 5].map((value, i) =>
      unit(`w${i}`, { m: sum(value * trainingSeed, 10) }, { seed: i + 1, trainingSeed }),
    ),
  );
  expect(pooled({ by: "total" }, units)).toMatchObject({ value: 12, seeds: 2 });
  expect(pooled({ by: "ratio" }, units)).toMatchObject({ value: 24 / 40, n: 40, seeds: 2 });
  // From the worse model's worse world to the better one's better world.
  expect(pooled({ by: "ratio" }, units).ci95).toEqual([0.3, 1]);
});

test("a count of what was given has no bound at 0: nothing was there", () => {
  const definition = { metric: "m", unit: "count", pooling: { by: "total" } } as const;
  const units = worlds([sum(0), sum(0)]);
  const [drawn] = poolUnits(experiment([definition]), units);
  const [given] = poolUnits(experiment([{ ...definition, exact: true }]), units);
  // z squared: the bound of Wilson on a rare share, in events.
  expect(drawn.atMost).toEqual({ independent: expect.closeTo(1.959964 ** 2, 4), byGroup: null, groups: 2 });
  expect(given.atMost).toBeUndefined();
  expect(given.value).toBe(0);
});

test("a row says what remembers, as its units do, and no row is of two memories", () => {
  const experiment = {
    name: "e",
    domain: "ran",
    kind: "simulated",
    metrics: [{ metric: "handovers", unit: "count", pooling: { by: "total" } }],
  } as const;
  const unit = (seed: number, memory?: string) =>
    ({
      domain: "ran",
      scenario: "s",
      arm: "cold",
      seed,
      unit: `seed=${seed}`,
      group: `seed=${seed}`,
      ...(memory === undefined ? {} : { memory }),
      tallies: { handovers: { sum: 1, weight: 1 } },
    }) as const;
  expect(poolUnits(experiment, [unit(1, "trend"), unit(2, "trend")])[0].memory).toBe("trend");
  expect(poolUnits(experiment, [unit(1), unit(2, "trend")])[0].memory).toBe("trend");
  expect(poolUnits(experiment, [unit(1)])[0]).not.toHaveProperty("memory");
  expect(() => poolUnits(experiment, [unit(1, "trend"), unit(2, "learned")])).toThrow(RangeError);
});
