import { expect, test } from "vitest";
import type { Tally } from "#core";
import { runWorld } from "../../../ran-sim/run-world.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { worldOf } from "../support/worlds.ts";

const scenario = parseRanScenario(
  { warmUpS: 0, measurement: { errorSigmaDb: 0 }, a3: { offsetDb: 1, timeToTriggerMs: 40 }, durationS: 1 },
  "test",
);

/** One handover from cell 0 to cell 1 near tick 100; cell 2 is never strong in RSRP, and in SINR as told. */
async function measured(cell2SinrDb: (tick: number) => number): Promise<Readonly<Record<string, Tally>>> {
  const level = (tick: number, cell: number): number =>
    cell === 2 ? -110 : cell === (tick < 100 ? 0 : 1) ? -80 : -90;
  const world = worldOf({
    cellCount: 3,
    tickCount: 500,
    rsrpDbm: (tick, _, cell) => level(tick, cell),
    sinrDb: (tick, _, cell) => (cell === 2 ? cell2SinrDb(tick) : level(tick, cell) + 100),
  });
  const [{ tallies }] = await runWorld({ world, scenario, arms: ["full"], seed: 1, states: null });
  return tallies;
}

test("naming the best cell of the next second is right and costs nothing", async () => {
  const tallies = await measured(() => -10);
  expect(tallies["postHandoverAccuracy.500-1000ms"]).toEqual({ sum: 1, weight: 1 });
  const regret = tallies["postHandoverRegretDb.500-1000ms"] as { sum: number; weight: number };
  expect(regret.sum).toBeCloseTo(0, 6);
});

test("a cell that leaps up unseen during the next second is a known regret", async () => {
  // Within the second after the completion, and after all that was named on its first ticks, cell 2 is 20 dB above.
  const tallies = await measured((tick) => (tick < 210 ? -10 : 40));
  const early = tallies["postHandoverAccuracy.0-50ms"] as { sum: number; weight: number };
  expect(early).toEqual({ sum: 0, weight: 1 });
  const regret = tallies["postHandoverRegretDb.0-50ms"] as { sum: number; weight: number };
  // About a tenth of the second at +20 dB: 10 log10(0.1 x 100) = 10 dB, and a little more as the window moves.
  expect(regret.sum).toBeGreaterThan(8);
  expect(regret.sum).toBeLessThan(14);
});

test("a handover whose next second lies beyond the end does not count", async () => {
  const world = worldOf({
    cellCount: 2,
    tickCount: 200,
    rsrpDbm: (tick, _, cell) => (cell === (tick < 100 ? 0 : 1) ? -80 : -90),
    sinrDb: () => 10,
  });
  const [{ tallies }] = await runWorld({ world, scenario, arms: ["full"], seed: 1, states: null });
  expect(tallies.handovers).toEqual({ sum: 1, weight: 1 });
  expect(tallies["postHandoverAccuracy.0-50ms"]).toEqual({ sum: 0, weight: 0 });
});
