// The handover attempts of rules, in step on one world.
import type { Arm } from "./hand-off/arms/arm.ts";
import { type AttemptLog, createAttemptLog } from "./metrics/attempt-log.ts";
import { ticksOf } from "./ran-params.ts";
import type { RanScenario } from "./scenario.ts";
import { createSimulation } from "./simulate.ts";
import type { World } from "./world.ts";

/**
 * Returns the finished log of each arm over the whole of `world`, and the tick at which the warm-up of `scenario` ends.
 * Throws RangeError, which begins with `caller`, when an arm waits, as none that is a rule does.
 */
export function ruleAttempts(
  caller: string,
  { world, scenario, seed, arms }: RuleRun,
): { readonly logs: readonly AttemptLog[]; readonly fromTick: number } {
  const { tickMs, tickCount } = world;
  const logs = arms.map(() =>
    createAttemptLog(ticksOf(scenario.handover.minimumTimeOfStayMs, tickMs), tickMs),
  );
  const simulation = createSimulation({
    world,
    scenario,
    seed,
    arms,
    onTick(arm, _, events) {
      if (events.length > 0) logs[arm].add(events);
    },
  });
  if (simulation.advance(tickCount) instanceof Promise)
    throw new RangeError(`${caller}: a rule must not wait`);
  for (const log of logs) log.finish();
  return { logs, fromTick: ticksOf(scenario.warmUpS * 1000, tickMs) };
}

export interface RuleRun {
  readonly world: World;
  readonly scenario: RanScenario;
  readonly seed: number;
  readonly arms: readonly Arm[];
}
