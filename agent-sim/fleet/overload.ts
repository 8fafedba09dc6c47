// Whether the queue of a run grew for as long as tasks came: then its times say how long the run was, not how fast the fleet is.
import type { Tally } from "#core";
import type { FleetParams, FleetState } from "./state.ts";

/** What of a run the queue can be told from. */
export interface TaskTimes {
  /** [task] seconds, ascending. */
  readonly arrivalS: Float64Array;
  /** [task] */
  readonly doneS: Float64Array;
}

/** A queue grows when so many more tasks are under way two thirds of the time later, as a share of those that came in a third; less is taken for chance. */
const LEAST_SHARE = 0.1;
/** A fleet that does more of what comes than this keeps up: its queue grew because more came towards the end, or by chance. */
const MOST_DONE = 0.95;
/** Fewer requests say nothing about a rate. */
const FEWEST_DONE = 10;

/**
 * Returns whether the tasks under way (arrived and not done) grew throughout the window: their mean rises from third to third, and from the
 * first to the last by more than 10 % of the tasks that came in a third and by more than twice the root of their number, which is what a
 * queue that does not grow differs by. A fleet that cannot keep up with its arrivals by a share x leaves x of them over in every third; a short run, or
 * one that is overloaded by a few percent only, may go unseen.
 */
export function hasGrown(times: TaskTimes, { fromS, toS }: FleetParams["window"]): boolean {
  const thirdS = (toS - fromS) / 3;
  if (!(thirdS > 0)) return false;
  const [first, second, last] = [0, 1, 2].map((third) =>
    meanUnderWay(times, fromS + third * thirdS, fromS + (third + 1) * thirdS),
  );
  const came = times.arrivalS.filter((atS) => atS > toS - thirdS && atS <= toS).length;
  const grewBy = last - first;
  return first < second && second < last && grewBy > LEAST_SHARE * came && grewBy > 2 * Math.sqrt(second) + 1;
}

function meanUnderWay({ arrivalS, doneS }: TaskTimes, fromS: number, toS: number): number {
  let taskS = 0;
  for (const [task, cameS] of arrivalS.entries()) {
    taskS += Math.max(0, Math.min(doneS[task], toS) - Math.max(cameS, fromS));
  }
  return taskS / (toS - fromS);
}

/**
 * Returns the tasks that a fleet does in a second while its queue never empties, as a quotient: requests that are done from the start of the window until
 * nine tenths of all of the run are, over the requests of a task, and the seconds between. Whole tasks would mislead: those that are
 * left when the last has come are half done. Null for fewer than 10 requests.
 */
export function drainTally(
  doneS: Float64Array,
  { stageCount, fromS }: { readonly stageCount: number; readonly fromS: number },
): { readonly sum: number; readonly weight: number } | null {
  const ends = doneS.toSorted();
  const toS = ends[Math.ceil(0.9 * ends.length) - 1];
  const done = ends.filter((atS) => atS > fromS && atS <= toS).length;
  return done < FEWEST_DONE ? null : { sum: done / stageCount, weight: toS - fromS };
}

/**
 * Returns the tallies of a run that tell of its queue, and whether it is overloaded: it grew, and the fleet did less in a second than came.
 * `drainTasksPerS` only where it is.
 */
export function queueTallies(
  {
    plan,
    arrivalS,
    window,
  }: Pick<FleetParams, "arrivalS" | "window"> & { readonly plan: Pick<FleetParams["plan"], "stageCount"> },
  { taskDoneS, doneS }: Pick<FleetState, "taskDoneS" | "doneS">,
): { readonly overloaded: boolean; readonly tallies: Record<string, Tally> } {
  const { stageCount } = plan;
  const drain = drainTally(doneS, { stageCount, fromS: window.fromS });
  const overloaded =
    drain !== null &&
    hasGrown({ arrivalS, doneS: taskDoneS }, window) &&
    drain.sum / drain.weight < MOST_DONE * arrivalRate(arrivalS, window);
  return {
    overloaded,
    tallies: {
      overloadedShare: { sum: overloaded ? 1 : 0, weight: 1 },
      ...(overloaded ? { drainTasksPerS: drain } : {}),
    },
  };
}

function arrivalRate(arrivalS: Float64Array, { fromS, toS }: FleetParams["window"]): number {
  return arrivalS.filter((atS) => atS > fromS && atS <= toS).length / (toS - fromS);
}
