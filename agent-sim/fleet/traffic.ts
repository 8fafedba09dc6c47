// The tasks of a seed as columns: when each comes and how long everything in it is. All arms meet the same.
import { BadInputError, createStream } from "#core";
import { drawLengths, type TaskSource } from "../pipeline/task.ts";
import type { FleetSettings } from "./fleet-schema.ts";

export interface Traffic {
  readonly taskCount: number;
  /** [task] seconds, ascending. */
  readonly arrivalS: Float64Array;
  /** [task] tokens of the shared document. */
  readonly documentTokens: Int32Array;
  /** [task, stage] row-major, tokens that a stage says; at least 1. */
  readonly outputTokens: Int32Array;
}

/**
 * Returns the `tasks` tasks of `seed`, with the lengths that `drawTask` gives them.
 *
 * Poisson arrivals have exponential gaps. Those of a workload are a window of its requests, times and lengths together,
 * that begins with a request drawn from the seed. Throws BadInputError when the trace has too few requests.
 */
export function drawTraffic(
  source: TaskSource,
  arrivals: FleetSettings["arrivals"],
  { seed, tasks }: { readonly seed: number; readonly tasks: number },
): Traffic {
  const { scenario } = source;
  const stageCount = scenario.stages.length;
  const traffic: Traffic = {
    taskCount: tasks,
    arrivalS: new Float64Array(tasks),
    documentTokens: new Int32Array(tasks),
    outputTokens: new Int32Array(tasks * stageCount),
  };
  const recorded = arrivals.kind === "workload" ? requireRequests(source, tasks) : null;
  const first =
    recorded === null
      ? 0
      : createStream(seed, "agent-fleet-window").integer(recorded.arrivalS.length - tasks + 1, 0);
  let nowS = 0;
  for (let task = 0; task < tasks; task++) {
    const lengths = drawLengths(source, seed, task, recorded === null ? undefined : first + task);
    traffic.documentTokens[task] = lengths.documentTokens;
    traffic.outputTokens.set(lengths.outputTokens, task * stageCount);
    if (arrivals.kind === "poisson") {
      nowS += lengths.arrivalDraw / arrivals.tasksPerS;
    } else if (recorded !== null) {
      nowS = (recorded.arrivalS[first + task] - recorded.arrivalS[first]) / arrivals.speedUp;
    }
    traffic.arrivalS[task] = nowS;
  }
  return traffic;
}

function requireRequests({ scenario, workload }: TaskSource, tasks: number): { arrivalS: Float64Array } {
  if (workload === null) {
    throw new BadInputError("bad-parameter", {
      subject: `${scenario.name}, fleet.arrivals.kind`,
      expected: "a workload.file that arrivals are taken from",
      got: "none",
    });
  }
  if (workload.arrivalS.length < tasks) {
    throw new BadInputError("bad-parameter", {
      subject: `${scenario.name}, tasksPerSeed`,
      expected: `at most the ${workload.arrivalS.length} requests of the workload`,
      got: String(tasks),
    });
  }
  return workload;
}
