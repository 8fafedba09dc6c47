import type { RanEvent } from "../../../ran-sim/events.ts";
import { createArm } from "../../../ran-sim/hand-off/arms.ts";
import { parseRanScenario, type RanScenario } from "../../../ran-sim/scenario.ts";
import { createSimulation } from "../../../ran-sim/simulate.ts";
import type { RanState } from "../../../ran-sim/state.ts";
import type { World } from "../../../ran-sim/world.ts";
import { worldOf } from "./worlds.ts";

/** The L1 mean and the filters out of the way, so that ticks can be counted by hand. */
export const immediate = {
  measurement: { errorSigmaDb: 0, l1PeriodMs: 10 },
  a3: { filterCoefficient: 0, timeToTriggerMs: 160 },
};

/** Returns a scenario without measurement error. */
export const scenarioOf = (document: object): RanScenario =>
  parseRanScenario({ measurement: { errorSigmaDb: 0 }, network: { memory: "trend" }, ...document }, "test");

/** Runs one arm on a world to its end and returns what happened. */
export function runArm(
  world: World,
  scenario: RanScenario,
  arm = "a3",
  onTick?: (state: RanState) => void,
): RanEvent[] {
  const events: RanEvent[] = [];
  const context = {
    scenario,
    world,
    seed: 1,
    trainingStates: () => ({ count: 0, size: 0, values: new Float32Array() }),
  };
  const simulation = createSimulation({
    world,
    scenario,
    seed: 1,
    arms: [createArm(arm, context)],
    onTick(_, state, happened) {
      events.push(...happened);
      onTick?.(state);
    },
  });
  if (simulation.advance(world.tickCount) instanceof Promise) throw new Error("a rule must not wait");
  return events;
}

/** Cell 0 serves; from `fallTick` on cell 1 is 10 dB stronger. SINR as told. */
export const twoCells = (
  sinr0: (tick: number) => number,
  sinr1: (tick: number) => number,
  fallTick = 100,
  ueCount = 1,
): World =>
  worldOf({
    ueCount,
    cellCount: 2,
    tickCount: 500,
    rsrpDbm: (tick, _, cell) => (cell === (tick < fallTick ? 0 : 1) ? -80 : -90),
    sinrDb: (tick, _, cell) => (cell === 0 ? sinr0(tick) : sinr1(tick)),
  });
