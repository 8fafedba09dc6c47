import { createStream } from "#core";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { createAttemptLog } from "../../../ran-sim/metrics/attempt-log.ts";
import { unitTallies } from "../../../ran-sim/metrics/unit-tallies.ts";
import { ranParams, ticksOf } from "../../../ran-sim/ran-params.ts";
import type { RanScenario } from "../../../ran-sim/scenario.ts";
import { createSensing, type LinkView } from "../../../ran-sim/sensing.ts";
import { createRanState, NONE, Phase, type RanState } from "../../../ran-sim/state.ts";
import { stepRan } from "../../../ran-sim/step.ts";
import type { World } from "../../../ran-sim/world.ts";

/** Failures, short stays and handovers, as the metrics count them. */
export type Outcome = readonly [failures: number, shortStays: number, handovers: number];

/** Returns the outcome of what happened to one phone. */
export function outcomeOf(
  events: readonly RanEvent[],
  scenario: RanScenario,
  tickMs: number,
  ue = 0,
): Outcome {
  const log = createAttemptLog(ticksOf(scenario.handover.minimumTimeOfStayMs, tickMs), tickMs);
  log.add(events.filter((event) => event.ue === ue));
  log.finish();
  const fromTick = ticksOf(scenario.warmUpS * 1000, tickMs);
  const tallies = unitTallies(log, { lateMs: 0, ueMinutes: 1 }, { fromTick, tickMs, hasMemory: false });
  const sum = (metric: string): number => {
    const tally = tallies[metric];
    return "sum" in tally ? tally.sum : Number.NaN;
  };
  return [sum("radioLinkFailures"), sum("shortStays"), sum("handovers")];
}

/** Returns whether the first outcome is lexicographically less. */
export function isBetter(a: Outcome, b: Outcome): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at] < b[at];
}

/** Returns the best outcome of one phone over every request on every tick that the machine allows, by trying them all. */
export function bestOfEveryPlan(world: World, scenario: RanScenario): Outcome {
  const { cellCount, tickCount, tickMs } = world;
  const params = ranParams(scenario, tickMs, { procedure: "basic", sendsPayload: false });
  const sensing = createSensing(world, scenario, { seed: 1, filterCoefficients: [] });
  const links = Array.from({ length: tickCount }, (_, tick): LinkView => {
    sensing.step(tick);
    const { rsrpDbm, sinrDb, bestCell } = sensing.links;
    return structuredClone({ cellCount, rsrpDbm, sinrDb, bestCell });
  });
  const random = { answers: createStream(1, "handover-answer"), xn: createStream(1, "xn-association") };
  const target = new Int32Array(1);
  const cancel = new Uint8Array(1);
  let best: Outcome | null = null;

  const goOn = (state: RanState, events: readonly RanEvent[]): void => {
    if (state.tick === tickCount) {
      const outcome = outcomeOf(events, scenario, tickMs);
      if (best === null || isBetter(outcome, best)) best = outcome;
      return;
    }
    const asks = state.phase[0] === Phase.connected;
    for (let cell = asks ? cellCount - 1 : NONE; cell >= NONE; cell--) {
      if (cell !== NONE && cell === state.serving[0]) continue;
      const next = structuredClone(state);
      target[0] = cell;
      const happened = stepRan(params, next, links[state.tick], { target, cancel }, random);
      goOn(next, happened.length === 0 ? events : [...events, ...happened]);
    }
  };
  goOn(createRanState(1, cellCount), []);
  if (best === null) throw new Error("no plan was tried");
  return best;
}
