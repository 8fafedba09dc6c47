// What a seed's queue tells where tasks arrive on their own: whether it grew, and what waited before the entry.
import type { Tally } from "#core";
import { queueTallies } from "../fleet/overload.ts";

/** A task that is done. */
export interface DoneTask {
  readonly arrivedAtS: number;
  readonly atS: number;
  /** [stage] seconds to its first token, after its task's arrival or its last predecessor's last token. */
  readonly firstTokenAfterS: Float64Array;
}

export interface QueueOfSeed {
  readonly overloaded: boolean;
  readonly tallies: Record<string, Tally>;
}

/** Returns the queue of a seed's tasks, in any order, from the first arrival to the last: the words are those of a fleet (fleet/overload.ts). */
export function openQueue(tasks: readonly DoneTask[], entries: readonly number[]): QueueOfSeed {
  const inOrder = tasks.toSorted((a, b) => a.arrivedAtS - b.arrivedAtS);
  const arrivalS = Float64Array.from(inOrder, ({ arrivedAtS }) => arrivedAtS);
  const doneS = Float64Array.from(inOrder, ({ atS }) => atS);
  const window = { fromS: arrivalS[0], toS: arrivalS[arrivalS.length - 1] };
  // Agents take tasks one after another: a task that is left is begun by few.
  const { overloaded, tallies } = queueTallies(
    { plan: { stageCount: 1 }, arrivalS, window },
    { taskDoneS: doneS, doneS },
  );
  const samples = inOrder.flatMap(({ firstTokenAfterS }) =>
    entries.map((stage) => 1000 * firstTokenAfterS[stage]),
  );
  return {
    overloaded,
    tallies: {
      ...tallies,
      "entryTimeToFirstTokenMs.p50": { samples },
      "entryTimeToFirstTokenMs.p95": { samples },
    },
  };
}
