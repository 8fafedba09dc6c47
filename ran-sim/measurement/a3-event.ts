/** Event A3 (neighbour becomes offset better than the serving cell), TS 38.331 5.5.4.4, for every user at once. */

import { entersA3, leavesA3 } from "./event-conditions.ts";
import { eventOf, type NeighbourEvent, stepTriggers, type TriggerInputs } from "./trigger-state.ts";

export interface A3Parameters {
  /** a3-Offset; the published sets also use negative values. */
  readonly offsetDb: number;
  readonly hysteresisDb: number;
  readonly timeToTriggerMs: number;
}

/**
 * Advances every user by one tick and returns `state.bestCell`: [ue], the neighbour in cellsTriggeredList with the
 * greatest measurement plus bias, or -1. Of equals the lowest index. `state.joined` says who sends a report now.
 *
 * `l3RsrpDbm`: [ue, cell] row-major, dBm, NaN where not measured. `serving`: [ue], -1 = none, which clears the user;
 * so does a change of it. `biasDb`: [ue, cell], Ocn in dB, added to the neighbour's side only; Ofn, Ofp and Ocp are 0.
 * Throws RangeError when shapes differ from the state.
 */
export function stepA3(parameters: A3Parameters, ...inputs: TriggerInputs): Int32Array {
  return stepTriggers("stepA3", eventOf(events, parameters, makeEvent), ...inputs);
}

const events = new WeakMap<A3Parameters, NeighbourEvent>();

function makeEvent({ offsetDb, hysteresisDb, timeToTriggerMs }: A3Parameters): NeighbourEvent {
  return {
    timeToTriggerMs,
    enters: (neighbourDb, servingDb) => entersA3(neighbourDb, servingDb, offsetDb, hysteresisDb),
    leaves: (neighbourDb, servingDb) => leavesA3(neighbourDb, servingDb, offsetDb, hysteresisDb),
  };
}
