// What is to come of a pipeline, by (time, order of queueing): a heap of times and numbers, and what each number stands for.
import { pushEvent, takeEvent } from "#core";
import type { AgentState, Pending } from "./state.ts";

/** Adds `pending` at `atS`. */
export function schedule({ queue, pending: waiting }: AgentState, atS: number, pending: Pending): void {
  // Numbers of a run without end come round again, long after what they stood for is over.
  const number = queue.nextSequence | 0;
  waiting.set(number, pending);
  pushEvent(queue, atS, number, 0);
}

/** Removes and returns the next event; undefined when there is none. */
export function takeNext({
  queue,
  pending: waiting,
}: AgentState): { readonly atS: number; readonly pending: Pending } | undefined {
  if (!takeEvent(queue)) return undefined;
  const pending = waiting.get(queue.code) as Pending;
  waiting.delete(queue.code);
  return { atS: queue.timeS, pending };
}

/** Returns when the next event is; Infinity when there is none. */
export function nextAtS({ queue }: AgentState): number {
  return queue.size === 0 ? Number.POSITIVE_INFINITY : queue.atS[0];
}
