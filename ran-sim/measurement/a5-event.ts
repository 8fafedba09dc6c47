/** Event A5 (serving worse than one threshold, neighbour better than another), TS 38.331 5.5.4.6, for every user at once. */

import { entersA5, leavesA5 } from "./event-conditions.ts";
import { eventOf, type NeighbourEvent, stepTriggers, type TriggerInputs } from "./trigger-state.ts";

export interface A5Parameters {
  /** a5-Threshold1, which the serving cell falls below. */
  readonly threshold1Dbm: number;
  /** a5-Threshold2, which the neighbour exceeds. */
  readonly threshold2Dbm: number;
  readonly hysteresisDb: number;
  readonly timeToTriggerMs: number;
}

/**
 * Advances every user by one tick and returns `state.bestCell`, as `stepA3` does: same shapes, same meaning of
 * `serving`, `biasDb` and NaN, same errors.
 */
export function stepA5(parameters: A5Parameters, ...inputs: TriggerInputs): Int32Array {
  return stepTriggers("stepA5", eventOf(events, parameters, makeEvent), ...inputs);
}

const events = new WeakMap<A5Parameters, NeighbourEvent>();

function makeEvent(parameters: A5Parameters): NeighbourEvent {
  const { threshold1Dbm, threshold2Dbm, hysteresisDb, timeToTriggerMs } = parameters;
  return {
    timeToTriggerMs,
    enters: (neighbourDb, servingDb) =>
      entersA5(neighbourDb, servingDb, threshold1Dbm, threshold2Dbm, hysteresisDb),
    leaves: (neighbourDb, servingDb) =>
      leavesA5(neighbourDb, servingDb, threshold1Dbm, threshold2Dbm, hysteresisDb),
  };
}
