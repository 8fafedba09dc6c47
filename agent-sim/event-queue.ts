// A binary heap of what is to come, ordered by (time, order of queueing), so that equal times resolve identically.
import type { AgentState, Pending, QueuedEvent } from "./state.ts";

/** Adds `pending` at `atS`. */
export function schedule(state: AgentState, atS: number, pending: Pending): void {
  const { queue } = state;
  queue.push({ atS, sequence: state.nextSequence++, pending });
  for (let i = queue.length - 1; i > 0; ) {
    const parent = (i - 1) >>> 1;
    if (precedes(queue[parent], queue[i])) break;
    swap(queue, i, parent);
    i = parent;
  }
}

/** Removes and returns the next event; undefined when there is none. */
export function takeNext({ queue }: AgentState): QueuedEvent | undefined {
  const next = queue[0];
  const last = queue.pop();
  if (last === undefined || queue.length === 0) return next;
  queue[0] = last;
  for (let i = 0; ; ) {
    const left = 2 * i + 1;
    if (left >= queue.length) return next;
    const child = left + 1 < queue.length && precedes(queue[left + 1], queue[left]) ? left + 1 : left;
    if (precedes(queue[i], queue[child])) return next;
    swap(queue, i, child);
    i = child;
  }
}

function precedes(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.atS < b.atS || (a.atS === b.atS && a.sequence < b.sequence);
}

function swap(queue: QueuedEvent[], i: number, j: number): void {
  [queue[i], queue[j]] = [queue[j], queue[i]];
}
