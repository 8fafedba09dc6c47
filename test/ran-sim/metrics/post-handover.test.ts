import { expect, test } from "vitest";
import type { Tally } from "#core";
import { runWorld } from "../../../ran-sim/run-world.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { roughWorld, worldOf } from "../support/worlds.ts";

const scenario = parseRanScenario(
  {
    ...{ warmUpS: 0, measurement: { errorSigmaDb: 0 }, durationS: 1 },
    ...{ a3: { offsetDb: 1, timeToTriggerMs: 40 }, network: { memory: "trend" } },
  },
  "test",
);

/** One handover from cell 0 to cell 1 near tick 100; cell 2 is never strong in RSRP, and in SINR as told. */
async function measured(cell2SinrDb: (tick: number) => number): Promise<{
  readonly tallies: Readonly<Record<string, Tally>>;
  readonly completedTick: number;
}> {
  const level = (tick: number, cell: number): number =>
    cell === 2 ? -110 : cell === (tick < 100 ? 0 : 1) ? -80 : -90;
  const world = worldOf({
    cellCount: 3,
    tickCount: 500,
    rsrpDbm: (tick, _, cell) => level(tick, cell),
    sinrDb: (tick, _, cell) => (cell === 2 ? cell2SinrDb(tick) : level(tick, cell) + 100),
  });
  const arms = ["a3", "whole"];
  const [rule, { tallies }] = await runWorld({ world, scenario, arms, seed: 1 });
  // The scenario's own A3 fixes the common handovers; `whole`, running by itself, is a little sooner.
  const completed = rule.events.filter(({ type }) => type === "handoverComplete");
  expect(completed.length).toBe(1);
  return { tallies, completedTick: completed[0].tick };
}

test("naming the best cell of the next second is right and costs nothing", async () => {
  const { tallies } = await measured(() => -10);
  expect(tallies["postHandoverAccuracy.500-1000ms"]).toEqual({ sum: 1, weight: 1 });
  const regret = tallies["postHandoverRegretDb.500-1000ms"] as { sum: number; weight: number };
  expect(regret.sum).toBeCloseTo(0, 6);
});

test("a cell that leaps up unseen during the next second is a known regret", async () => {
  // Within the second after the completion, and after all that was named on its first ticks, cell 2 is 20 dB above.
  const { tallies, completedTick } = await measured((tick) => (tick < 210 ? -10 : 40));
  const early = tallies["postHandoverAccuracy.0-50ms"] as { sum: number; weight: number };
  expect(early).toEqual({ sum: 0, weight: 1 });
  const regret = tallies["postHandoverRegretDb.0-50ms"] as { sum: number; weight: number };
  // In the second after instant t the cell is 20 dB above for t + 100 - 209 ticks of 100, and at -10 dB for the others.
  const expectedDb = [0, 1, 2, 3, 4].map((after) => {
    const high = completedTick + after + 100 - 209;
    return 10 * Math.log10((high * 1e4 + (100 - high) * 0.1) / (100 * 100));
  });
  expect(regret.sum).toBeCloseTo(expectedDb.reduce((sum, db) => sum + db, 0) / 5, 2);
});

test("a handover whose next second lies beyond the end does not count", async () => {
  const world = worldOf({
    cellCount: 2,
    tickCount: 200,
    rsrpDbm: (tick, _, cell) => (cell === (tick < 100 ? 0 : 1) ? -80 : -90),
    sinrDb: () => 10,
  });
  const [{ tallies }] = await runWorld({ world, scenario, arms: ["whole"], seed: 1 });
  expect(tallies.handovers).toEqual({ sum: 1, weight: 1 });
  expect(tallies["postHandoverAccuracy.0-50ms"]).toEqual({ sum: 0, weight: 0 });
});

test("told apart by vendor, the handovers of the four ways are all handovers, and add up to the same", async () => {
  const world = roughWorld(7, { tickCount: 2000 });
  const run = { world, scenario, arms: ["whole"], seed: 1 };
  const [{ tallies, ways }] = await runWorld({ ...run, byVendor: true });
  expect(Object.keys(ways)).toEqual(["a-to-a", "a-to-b", "b-to-a", "b-to-b"]);
  for (const metric of ["postHandoverAccuracy.50-250ms", "postHandoverRegretDb.0-50ms"]) {
    const whole = tallies[metric] as { sum: number; weight: number };
    const parts = Object.values(ways).map((way) => way[metric] as { sum: number; weight: number });
    expect(parts.reduce((total, { weight }) => total + weight, 0)).toBe(whole.weight);
    expect(parts.reduce((total, { sum }) => total + sum, 0)).toBeCloseTo(whole.sum, 9);
    expect(parts.every(({ weight }) => weight > 0)).toBe(true);
  }
  expect((await runWorld(run))[0].ways).toEqual({});
});
