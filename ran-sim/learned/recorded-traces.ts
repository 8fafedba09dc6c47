import { parseRanScenario, type RanScenario } from "../scenario.ts";
import type { MultiCellTrace } from "../trace/multi-cell-trace.ts";
import { splitTraces } from "../trace/trace-split.ts";
import { createTraceWorld } from "../trace-world.ts";
import { type Recording, recordWorld } from "./recording.ts";
import type { TrainingData } from "./training-plan.ts";

/** Draws which groups of traces are held out; one split for every model, so that all are tested on the same traces. */
export const TRACE_SPLIT_SEED = 1;

/** Returns the scenario in which traces are replayed: no warm-up, and no error is added to what was measured. */
export function traceScenario(): RanScenario {
  return parseRanScenario({ warmUpS: 0, measurement: { errorSigmaDb: 0 } }, "traces");
}

/**
 * Returns the recordings of the training and validation traces of {@link splitTraces}; those of the test are not touched.
 * Episodes are cut from recordings in turn, so a long trace stands in the list once for each `SHARE_S` of it.
 */
export function recordTraces(traces: readonly MultiCellTrace[]): TrainingData {
  const scenario = traceScenario();
  const { train, validation } = splitTraces(traces, { seed: TRACE_SPLIT_SEED });
  const record = (trace: MultiCellTrace): readonly Recording[] => {
    const recording = recordWorld(createTraceWorld(trace), scenario, 0, 0);
    const shares = Math.round((recording.reportCount * recording.reportPeriodMs) / 1000 / SHARE_S);
    return new Array<Recording>(shares).fill(recording);
  };
  return { training: train.flatMap(record), validation: validation.flatMap(record) };
}

const SHARE_S = 5;
