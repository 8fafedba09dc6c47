// What changes while tasks run through the pipeline, and what can happen next.
import { createEventHeap, type EventHeap } from "#core";
import type { HopPlan, TaskPlan } from "./pipeline/plan.ts";

/** A task that has arrived and is not done. Arrays are [stage]. */
export interface ActiveTask {
  readonly plan: TaskPlan;
  readonly arrivedAtS: number;
  /** Messages a stage still waits for, from predecessors. */
  readonly awaited: Int32Array;
  /** When the last predecessor finished; for an entry when the task arrived. */
  readonly readyAtS: Float64Array;
  /** From then to its first token; NaN until then. */
  readonly firstTokenAfterS: Float64Array;
  stagesLeft: number;
}

/** Something under way: what it is, and between which times. */
export interface Span {
  readonly task: number;
  readonly fromS: number;
  readonly toS: number;
}

/** Events of the simulated world that are still to come. */
export type Pending =
  | { readonly type: "arrive"; readonly task: number }
  | {
      readonly type: "first-token" | "last-token" | "compressed";
      readonly task: number;
      readonly stage: number;
    }
  | { readonly type: "deliver"; readonly task: number; readonly edge: number };

/** All that a run needs to go on. */
export interface AgentState {
  timeS: number;
  /** What is to come, by number (event-queue.ts). */
  readonly queue: EventHeap;
  readonly pending: Map<number, Pending>;
  readonly active: Map<number, ActiveTask>;
  tasksArrived: number;
  tasksDone: number;
  /** [stage] what its agent does; null when it is free. One task at a time. */
  readonly work: ((Span & { readonly phase: "prefill" | "decode" | "compress" }) | null)[];
  /** [stage] tasks that wait for it, in order of arrival. */
  readonly waiting: number[][];
  /** [edge] the newest message under way; null when there is none. */
  readonly transit: (Span | null)[];
  /** [stage] tokens prefilled so far. */
  readonly tokensRead: Float64Array;
}

/** What has happened; metrics and the dashboard are made from these alone. */
export type AgentEvent =
  | {
      readonly type: "hand-off";
      readonly atS: number;
      readonly task: number;
      readonly hop: HopPlan;
      /** From the last predecessor's last token to the receiver's first. */
      readonly timeToFirstTokenS: number;
    }
  | {
      readonly type: "task-done";
      readonly atS: number;
      readonly arrivedAtS: number;
      readonly plan: TaskPlan;
      /** [stage] as in a hand-off. */
      readonly firstTokenAfterS: Float64Array;
    };

/** Returns the state at time 0, before any task. */
export function createAgentState(stageCount: number, edgeCount: number): AgentState {
  return {
    timeS: 0,
    queue: createEventHeap(),
    pending: new Map(),
    active: new Map(),
    tasksArrived: 0,
    tasksDone: 0,
    work: Array.from({ length: stageCount }, () => null),
    waiting: Array.from({ length: stageCount }, () => []),
    transit: Array.from({ length: edgeCount }, () => null),
    tokensRead: new Float64Array(stageCount),
  };
}
