// The loop: a fleet from the first arrival until every task is done.
import { createFleetState, type FleetParams, type FleetState } from "./state.ts";
import { mostMessages, startFleet, stepFleet } from "./step.ts";

/**
 * Returns the fleet after its last task: when each request had everything, said its first token and was done, and what it
 * found in the cache. Throws RangeError for more messages than can be numbered.
 */
export function simulateFleet(params: FleetParams): FleetState {
  const { taskCount, edges, stageCount } = params.plan;
  if (taskCount * Math.max(edges.length, stageCount) >= mostMessages) {
    throw new RangeError(`simulateFleet: ${taskCount} tasks are too many for one run`);
  }
  const state = createFleetState(params);
  startFleet(params, state);
  while (stepFleet(params, state));
  return state;
}
