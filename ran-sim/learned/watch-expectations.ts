import { ends, ruleArm } from "../hand-off/arms/arm.ts";
import type { Decisions, Policy, UeBatch } from "../policy/policy.ts";
import type { RanScenario } from "../scenario.ts";
import { createSimulation } from "../simulate.ts";
import { NONE } from "../state.ts";
import type { World } from "../world.ts";
import { type ContextMemory, createContextMemory } from "./context-memory.ts";
import type { ContextRuntime } from "./context-runtime.ts";
import { sameSites } from "./recording.ts";
import { sharedMemory } from "./shared-memory.ts";

/**
 * Runs a model through a world in which nobody is handed over and no state is lost, and calls `visit` after each report has been
 * taken in: what is expected there can be held against what came true.
 */
export async function watchExpectations(
  { world, scenario, seed }: { readonly world: World; readonly scenario: RanScenario; readonly seed: number },
  runtime: ContextRuntime,
  visit: (observations: UeBatch, memory: ContextMemory) => void,
): Promise<void> {
  const { ueCount, cellCount } = world;
  const { reportPeriodMs } = scenario.network;
  const own = createContextMemory(runtime, {
    ...{ ueCount, cellCount, reportPeriodMs },
    sameSite: sameSites(world),
  });
  const memory = sharedMemory(own, ueCount, cellCount);
  const stay: Decisions = {
    target: new Int32Array(ueCount).fill(NONE),
    cancel: new Uint8Array(ueCount),
  };
  const listener: Policy = {
    filterCoefficient: 0,
    memory: null,
    observe: (observations) => memory.observe(observations),
    async decide(observations) {
      await memory.observe(observations);
      if (observations.hasReport) visit(observations, memory);
      return stay;
    },
  };
  const simulation = createSimulation({
    world,
    scenario,
    seed,
    arms: [{ name: "listener", ...ruleArm(listener, ends.nothingKept) }],
  });
  await simulation.advance(world.tickCount);
}
