import {
  type Feeds,
  type Graph,
  type Objective,
  type OpenSession,
  type OptimizerSettings,
  startTraining,
  type TrainingGraph,
  type TrainingRecord,
  type TrainingState,
  train,
  trainingGraph,
} from "#core/model";

/**
 * Training in stages: the same parameters, optimiser and count of steps through graphs of different sizes, so that a
 * curriculum's short documents cost little.
 */
export interface Stage {
  readonly objective: (graph: Graph) => Objective;
  /** Steps of this stage alone. */
  readonly steps: number;
  /** Called before steps from..to (both included), for what must be computed beforehand. */
  prepare?(from: number, to: number): Promise<void>;
  /** Depends on the step alone; steps count through all stages. */
  batch(step: number): Feeds;
}

/** Where a training that is stopped leaves its state, one file a stage. */
export interface StageCheckpoint {
  load(graph: TrainingGraph): Promise<TrainingState | null>;
  save(state: TrainingState, graph: TrainingGraph): Promise<void>;
}

/** Steps that are prepared, and between checkpoints. */
const PREPARED_STEPS = 20;
const CHECKPOINT_EVERY = 100;

/** Returns the trained parameters, or null when `onRecord` stopped it; equal settings give equal ones, bit for bit. */
export async function trainStages(options: {
  readonly stages: readonly Stage[];
  readonly optimizer: Omit<OptimizerSettings, "totalSteps">;
  readonly seed: number;
  readonly open: OpenSession;
  readonly onRecord?: (record: TrainingRecord, steps: number) => "stop" | undefined;
  readonly checkpoint?: (stage: number) => StageCheckpoint;
}): Promise<Float32Array | null> {
  const { stages, optimizer, seed, open, onRecord, checkpoint } = options;
  const totalSteps = stages.reduce((sum, { steps }) => sum + steps, 0);
  let state: TrainingState | null = null;
  let until = 0;
  let stopped = false;
  for (const [i, stage] of stages.entries()) {
    until += stage.steps;
    const graph = trainingGraph(stage.objective, { ...optimizer, totalSteps });
    const stored = checkpoint?.(i);
    state = (await stored?.load(graph)) ?? state ?? startTraining(graph, seed);
    if (state.step >= until) continue;
    const session = await open(graph.onnx);
    try {
      while (state.step < until && !stopped) {
        const to: number = Math.min(until, state.step + PREPARED_STEPS);
        await stage.prepare?.(state.step + 1, to);
        state = await train({
          session,
          graph,
          state,
          untilStep: to,
          batch: (step) => stage.batch(step),
          onStep(record) {
            stopped = onRecord?.(record, totalSteps) === "stop";
            return stopped ? "stop" : undefined;
          },
        });
        const due = state.step % CHECKPOINT_EVERY < PREPARED_STEPS || state.step === until || stopped;
        if (due) await stored?.save(state, graph);
      }
    } finally {
      await session.close();
    }
    if (stopped) return null;
  }
  return state?.parameters ?? null;
}
