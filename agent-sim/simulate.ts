// The loop: tasks through the pipeline in simulated time, until all are done.
import { type AgentEvent, createAgentState } from "./state.ts";
import { type AgentParams, startAgents, stepAgents } from "./step.ts";

/** Yields what happens, in order of time, until the run's tasks are done. Throws RangeError for a run without end. */
export function* simulateAgents(params: AgentParams): Generator<AgentEvent> {
  if (!Number.isFinite(params.tasks)) throw new RangeError("simulateAgents: tasks must be finite");
  const state = createAgentState(params.incomingCount.length, params.edges.length);
  startAgents(params, state);
  for (let events = stepAgents(params, state); events !== null; events = stepAgents(params, state)) {
    yield* events;
  }
}
