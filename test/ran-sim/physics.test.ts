import { beforeAll, describe, expect, test } from "vitest";
import type { Tally } from "#core";
import { type ArmResult, runWorld } from "../../ran-sim/run-world.ts";
import type { RanScenario } from "../../ran-sim/scenario.ts";
import { loadRanScenario } from "../../ran-sim/scenario-file.ts";
import { createSyntheticWorld } from "../../ran-sim/synthetic-world.ts";

/** Orderings that any faithful simulator shows, on one small world of hex-uma: no figure here is a result. */

const small = (more: Readonly<Record<string, unknown>> = {}): RanScenario =>
  loadRanScenario(
    "hex-uma",
    Object.entries({ "mobility.users": 40, durationS: 20, warmUpS: 2, ...more }).map(([path, value]) => ({
      path,
      value,
    })),
  );

async function run(scenario: RanScenario, arms: readonly string[]): Promise<Map<string, ArmResult>> {
  const world = createSyntheticWorld(scenario, 1);
  const results = await runWorld({ world, scenario, arms, seed: 1 });
  return new Map(results.map((result) => [result.arm, result]));
}

const tallyOf = (result: ArmResult | undefined, metric: string): Tally => {
  if (result === undefined) throw new Error("no such arm");
  return result.tallies[metric];
};
const rate = (result: ArmResult | undefined, metric: string): number => {
  const { sum, weight } = tallyOf(result, metric) as { sum: number; weight: number };
  return sum / weight;
};
const meanInterruptionMs = (result: ArmResult | undefined): number => {
  const { samples } = tallyOf(result, "interruptionMs.p50") as Extract<Tally, { samples: unknown }>;
  return samples.reduce((sum, ms) => sum + ms, 0) / samples.length;
};
const isRising = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 || value > values[i - 1]);

describe("60 km/h in hex-uma", () => {
  let byArm: Map<string, ArmResult>;
  beforeAll(async () => {
    const sets = [1, 2, 3, 4, 5].map((set) => `a3-set${set}`);
    byArm = await run(small(), [...sets, "a3", "a3-tuned", "dwell", "cho", "daps", "ltm"]);
  }, 120_000);
  const of = (metric: string, ...arms: string[]): number[] => arms.map((arm) => rate(byArm.get(arm), metric));

  test("sets 1 to 5 trace the front: failures fall while short stays rise", () => {
    const sets = ["a3-set1", "a3-set2", "a3-set3", "a3-set4", "a3-set5"];
    expect(isRising(of("failuresPerHandover", ...sets).reverse())).toBe(true);
    expect(isRising(of("shortStayRate", ...sets))).toBe(true);
  });

  test("conditional handover fails less than the same event by command", () => {
    const [cho, a3] = of("failuresPerHandover", "cho", "a3");
    expect(a3).toBeGreaterThan(0.05);
    expect(cho).toBeLessThan(a3 / 4);
  });

  test("DAPS is without service for less time than the same rule, LTM for less than basic handover", () => {
    const [daps, ltm, a3] = ["daps", "ltm", "a3"].map((arm) => meanInterruptionMs(byArm.get(arm)));
    expect(daps).toBeLessThan(a3 / 2);
    expect(ltm).toBeLessThan(a3 / 2);
  });

  test("a timer alone ends ping-pong: never handing back within a second", () => {
    const [dwell, tuned] = of("pingPongRate", "dwell", "a3-tuned");
    expect(tuned).toBeGreaterThan(0);
    expect(dwell).toBe(0);
  });

  test("the tuned rule beats every set in what it was tuned for", () => {
    const sum = (arm: string): number => {
      const [shortStays, failures] = ["shortStayRate", "failuresPerHandover"].map((m) => of(m, arm)[0]);
      return shortStays + failures;
    };
    for (const set of ["a3-set1", "a3-set2", "a3-set3", "a3-set4", "a3-set5"]) {
      expect(sum("a3-tuned")).toBeLessThan(sum(set));
    }
  });
});

test("with a longer time-to-trigger ping-pong falls and failures rise", async () => {
  const results: (ArmResult | undefined)[] = [];
  for (const ms of [40, 160, 480])
    results.push((await run(small({ "a3.timeToTriggerMs": ms }), ["a3"])).get("a3"));
  expect(isRising(results.map((result) => rate(result, "pingPongRate")).reverse())).toBe(true);
  expect(isRising(results.map((result) => rate(result, "failuresPerHandover")))).toBe(true);
}, 120_000);

test("failures rise with speed", async () => {
  const rates: number[] = [];
  for (const speedKmh of [30, 60, 120]) {
    const { a3 } = Object.fromEntries(await run(small({ "mobility.speedKmh": speedKmh }), ["a3"]));
    rates.push(rate(a3, "failuresPerHandover"));
  }
  expect(isRising(rates)).toBe(true);
}, 120_000);
