import { type RanParams, ranParams, ticksOf } from "../../ran-params.ts";
import type { RanScenario } from "../../scenario.ts";
import { NONE } from "../../state.ts";
import type { World } from "../../world.ts";
import type { Policy } from "../policy.ts";
import { createFates } from "./fates.ts";
import { type PhoneFuture, senseAhead } from "./future.ts";
import { createLinkWalks } from "./link-walks.ts";
import { type PlannedStay, planFrom } from "./plan.ts";
import { createProgramme, type Stay } from "./programme.ts";
import type { Problem } from "./requests.ts";

/**
 * Returns the policy that knows what every phone will hear until the end of the world, and asks for the handovers that
 * give the fewest failures, then short stays, then handovers, as the metrics count them; of equal plans the one served
 * late for the fewest ticks. The plan is exact for the procedure `basic`: every tick may ask for every cell.
 *
 * It foresees the radio, but neither refusals and full cells nor what Xn loses or delays: a phone that was refused asks
 * again on the next tick, and one that comes to a cell otherwise than planned gets a new plan. A short stay that began
 * in the warm-up with an access that was tried more than once (T304) may be weighed as if it counted.
 *
 * Nothing is sensed before the first phone is served. Throws RangeError then for a world without an end.
 */
export function createClairvoyantPolicy(world: World, scenario: RanScenario): Policy {
  const { ueCount, tickMs } = world;
  const params = ranParams(scenario, tickMs, { procedure: "basic", sendsPayload: false });
  const target = new Int32Array(ueCount);
  const cancel = new Uint8Array(ueCount);
  /** [ue]: the plan, and where in it the phone is. */
  const plans: (readonly PlannedStay[])[] = Array.from({ length: ueCount }, () => []);
  const at = new Int32Array(ueCount);
  let futures: readonly PhoneFuture[] | null = null;

  return {
    filterCoefficient: 0,
    memory: null,
    observe: () => undefined,
    decide({ tick }) {
      for (let ue = 0; ue < ueCount; ue++) {
        const stay = plans[ue][at[ue]];
        const asks = stay !== undefined && stay.requestTick !== NONE && tick >= stay.requestTick;
        target[ue] = asks ? stay.target : NONE;
      }
      return { target, cancel };
    },
    learn(events) {
      for (const event of events) {
        if (event.type === "handoverComplete") {
          come(event.ue, { cell: event.target, attachTick: event.tick, afterHandover: true });
        } else if (event.type === "reestablishment" || event.type === "connectionSetup") {
          come(event.ue, { cell: event.cell, attachTick: event.tick, afterHandover: false });
        }
      }
    },
  };

  function come(ue: number, stay: Stay): void {
    const next = plans[ue][at[ue] + 1];
    if (next?.cell === stay.cell && next.attachTick === stay.attachTick) {
      at[ue]++;
      return;
    }
    futures ??= senseAhead(world, scenario);
    const problem = problemOf(futures[ue], scenario, params);
    plans[ue] = planFrom(stay, problem, createProgramme(problem));
    at[ue] = 0;
  }
}

/** Returns one phone's problem in a scenario. */
export function problemOf(phone: PhoneFuture, scenario: RanScenario, params: RanParams): Problem {
  return {
    phone,
    walks: createLinkWalks(phone, params),
    fates: createFates(phone, params),
    minimumStayTicks: ticksOf(scenario.handover.minimumTimeOfStayMs, params.tickMs),
    countedFromTick: ticksOf(scenario.warmUpS * 1000, params.tickMs),
  };
}
