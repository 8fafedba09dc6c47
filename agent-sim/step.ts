// One event of the pipeline: a task arrives, a message is ready or delivered, a first or last token comes out.
import type { CostFigures } from "./cost/figures.ts";
import { schedule, takeNext } from "./event-queue.ts";
import type { AgentArm } from "./hand-off/arms.ts";
import { planTask } from "./pipeline/plan.ts";
import { drawTask, type TaskSource } from "./pipeline/task.ts";
import type { ActiveTask, AgentEvent, AgentState } from "./state.ts";

/** What does not change during a run. */
export interface AgentParams {
  readonly source: TaskSource;
  readonly figures: CostFigures;
  readonly arm: AgentArm;
  readonly seed: number;
  /** Tasks to run; Infinity for ever. */
  readonly tasks: number;
  /** Keep the first bytes of each message, for people. */
  readonly withHeads: boolean;
  /** [edge] (from, to): those of the graph, or the chain of all stages where one agent does it all. */
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** [stage] edge numbers. */
  readonly outgoing: readonly (readonly number[])[];
  /** [stage] how many edges end there. */
  readonly incomingCount: readonly number[];
}

/** Returns the parameters of a run, its edges laid out for `arm`. */
export function createAgentParams(
  run: Omit<AgentParams, "edges" | "outgoing" | "incomingCount">,
): AgentParams {
  const { graph } = run.source.scenario;
  const edges =
    run.arm === "single"
      ? graph.order.slice(1).map((stage, i) => [graph.order[i], stage] as const)
      : graph.edges;
  return {
    ...run,
    edges,
    outgoing: graph.names.map((_, stage) => edges.flatMap(([from], edge) => (from === stage ? [edge] : []))),
    incomingCount: graph.names.map((_, stage) => edges.filter(([, to]) => to === stage).length),
  };
}

/** Puts the arrival of the first task into the queue of a new state. */
export function startAgents(params: AgentParams, state: AgentState): void {
  if (params.tasks > 0) schedule(state, 0, { type: "arrive", task: 0 });
}

/**
 * Takes the next event out of `state`, moves time to it and returns what it made happen. The state is owned by the run
 * and changed in place. Equal parameters give equal runs. Returns null when nothing is left to come.
 */
export function stepAgents(params: AgentParams, state: AgentState): readonly AgentEvent[] | null {
  const next = takeNext(state);
  if (next === undefined) return null;
  state.timeS = next.atS;
  const { pending } = next;
  switch (pending.type) {
    case "arrive":
      arrive(params, state, pending.task);
      return [];
    case "deliver": {
      state.transit[pending.edge] = null;
      const [, stage] = params.edges[pending.edge];
      const task = taskOf(state, pending.task);
      if (--task.awaited[stage] === 0) enqueue(state, task, stage);
      return [];
    }
    case "first-token":
      return firstToken(state, pending.task, pending.stage);
    case "last-token":
      return lastToken(params, state, pending.task, pending.stage);
    case "compressed":
      return handOver(params, state, pending.task, pending.stage);
  }
}

function taskOf(state: AgentState, task: number): ActiveTask {
  return state.active.get(task) as ActiveTask;
}

function arrive(params: AgentParams, state: AgentState, index: number): void {
  const { source, incomingCount } = params;
  const drawn = drawTask(source, params.seed, index);
  const stageCount = incomingCount.length;
  const task: ActiveTask = {
    plan: planTask(source, drawn, params.arm, params.figures, { withHead: params.withHeads }),
    arrivedAtS: state.timeS,
    awaited: Int32Array.from(incomingCount),
    readyAtS: new Float64Array(stageCount).fill(state.timeS),
    firstTokenAfterS: new Float64Array(stageCount).fill(Number.NaN),
    stagesLeft: stageCount,
  };
  state.active.set(index, task);
  state.tasksArrived++;
  const { arrivals } = source.scenario;
  if (arrivals !== undefined && index + 1 < params.tasks) {
    schedule(state, state.timeS + drawn.arrivalDraw * arrivals.meanGapS, { type: "arrive", task: index + 1 });
  }
  for (let stage = 0; stage < stageCount; stage++)
    if (incomingCount[stage] === 0) enqueue(state, task, stage);
}

function enqueue(state: AgentState, task: ActiveTask, stage: number): void {
  if (state.work[stage] === null) begin(state, task, stage);
  else state.waiting[stage].push(task.plan.task.index);
}

function begin(state: AgentState, { plan }: ActiveTask, stage: number): void {
  const task = plan.task.index;
  const toS = state.timeS + plan.stages[stage].firstTokenS;
  state.work[stage] = { task, phase: "prefill", fromS: state.timeS, toS };
  schedule(state, toS, { type: "first-token", task, stage });
}

function firstToken(state: AgentState, index: number, stage: number): readonly AgentEvent[] {
  const task = taskOf(state, index);
  const plan = task.plan.stages[stage];
  const timeToFirstTokenS = toNanoseconds(state.timeS - task.readyAtS[stage]);
  task.firstTokenAfterS[stage] = timeToFirstTokenS;
  state.tokensRead[stage] += plan.prefillTokens;
  const toS = state.timeS + plan.decodeS;
  state.work[stage] = { task: index, phase: "decode", fromS: state.timeS, toS };
  schedule(state, toS, { type: "last-token", task: index, stage });
  const hop = task.plan.hops[stage];
  return hop === null ? [] : [{ type: "hand-off", atS: state.timeS, task: index, hop, timeToFirstTokenS }];
}

/** The difference of two late times has lost its last digits; below a nanosecond there is nothing to tell. */
function toNanoseconds(timeS: number): number {
  return Math.round(timeS * 1e9) / 1e9;
}

/** The stage has said what it had to say; a generated summary for those it hands over to is decoded before it is free. */
function lastToken(
  params: AgentParams,
  state: AgentState,
  index: number,
  stage: number,
): readonly AgentEvent[] {
  const task = taskOf(state, index);
  for (const edge of params.outgoing[stage]) task.readyAtS[params.edges[edge][1]] = state.timeS;
  const compressS = task.plan.hops.reduce(
    (sum, hop) => sum + (hop?.parts.find(({ from }) => from === stage)?.compressS ?? 0),
    0,
  );
  if (compressS === 0) return handOver(params, state, index, stage);
  const toS = state.timeS + compressS;
  state.work[stage] = { task: index, phase: "compress", fromS: state.timeS, toS };
  schedule(state, toS, { type: "compressed", task: index, stage });
  return [];
}

function handOver(
  params: AgentParams,
  state: AgentState,
  index: number,
  stage: number,
): readonly AgentEvent[] {
  const task = taskOf(state, index);
  for (const edge of params.outgoing[stage]) {
    const hop = task.plan.hops[params.edges[edge][1]];
    // One agent passes from stage to stage along edges of its own, which need not be those of the graph.
    const toS = state.timeS + (hop?.parts.find(({ from }) => from === stage)?.linkS ?? 0);
    state.transit[edge] = { task: index, fromS: state.timeS, toS };
    schedule(state, toS, { type: "deliver", task: index, edge });
  }
  state.work[stage] = null;
  const waiting = state.waiting[stage].shift();
  if (waiting !== undefined) begin(state, taskOf(state, waiting), stage);
  task.stagesLeft--;
  return task.stagesLeft === 0 ? [finish(params, state, index, task)] : [];
}

function finish(params: AgentParams, state: AgentState, index: number, task: ActiveTask): AgentEvent {
  state.active.delete(index);
  state.tasksDone++;
  if (params.source.scenario.arrivals === undefined && index + 1 < params.tasks) {
    schedule(state, state.timeS, { type: "arrive", task: index + 1 });
  }
  return {
    type: "task-done",
    atS: state.timeS,
    arrivedAtS: task.arrivedAtS,
    plan: task.plan,
    firstTokenAfterS: task.firstTokenAfterS,
  };
}
