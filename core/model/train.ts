import type { Feeds, Session, TensorData } from "./session.ts";
import { STEP_INPUT, stateNames, type TrainingGraph } from "./training-graph.ts";

/** What training has come to: all that is needed to go on from here, bit for bit. */
export interface TrainingState {
  /** Steps taken. */
  readonly step: number;
  /** Each [parameterCount]. */
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

/** What one step showed, by the names of {@link TrainingGraph.watched}. */
export interface TrainingRecord {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Returns the state before the first step. */
export function startTraining(graph: TrainingGraph, seed: number): TrainingState {
  const { parameterCount } = graph;
  return {
    step: 0,
    parameters: graph.initialParameters(seed),
    firstMoment: new Float32Array(parameterCount),
    secondMoment: new Float32Array(parameterCount),
  };
}

/** A loss or a gradient that is no number: training cannot go on from it. */
export class DivergedError extends Error {
  readonly record: TrainingRecord;

  constructor(record: TrainingRecord) {
    const { loss, gradientNorm } = record.values;
    super(
      `training diverged at step ${record.step}: the loss is ${loss}, the gradient's norm ${gradientNorm}`,
    );
    this.name = "DivergedError";
    this.record = record;
  }
}

/**
 * Returns the state after `untilStep` steps, or where `onStep` returned `"stop"`. `batch(step)` makes the feeds of a step
 * and must depend on the step alone, so that a run that was stopped and resumed equals one that was not. Throws
 * DivergedError when the loss or the gradient is not finite; the state given, and that of each `onStep`, stays valid.
 */
export async function train(options: {
  readonly session: Session;
  readonly graph: TrainingGraph;
  readonly state: TrainingState;
  readonly untilStep: number;
  readonly batch: (step: number) => Feeds;
  readonly onStep?: (record: TrainingRecord, state: TrainingState) => "stop" | undefined;
}): Promise<TrainingState> {
  const { session, graph, untilStep, batch, onStep } = options;
  let { state } = options;
  while (state.step < untilStep) {
    const step = state.step + 1;
    const results = await session.run({
      ...batch(step),
      [STEP_INPUT]: Float32Array.of(step),
      [stateNames.parameters.input]: state.parameters,
      [stateNames.firstMoment.input]: state.firstMoment,
      [stateNames.secondMoment.input]: state.secondMoment,
    });
    const values = Object.fromEntries(graph.watched.map((name) => [name, Number(results[name][0])]));
    if (![values.loss, values.gradientNorm].every(Number.isFinite)) throw new DivergedError({ step, values });
    state = {
      step,
      parameters: floats(results[stateNames.parameters.output]),
      firstMoment: floats(results[stateNames.firstMoment.output]),
      secondMoment: floats(results[stateNames.secondMoment.output]),
    };
    if (onStep?.({ step, values }, state) === "stop") break;
  }
  return state;
}

function floats(data: TensorData): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new TypeError("a training step returned parameters that are not float32");
}
