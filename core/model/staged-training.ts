import type { Graph } from "./graph.ts";
import type { OptimizerSettings } from "./optimizer.ts";
import type { Feeds, OpenSession } from "./session.ts";
import { startTraining, type TrainingRecord, type TrainingState, train } from "./train.ts";
import { type Objective, type TrainingGraph, trainingGraph } from "./training-graph.ts";

/**
 * The training loop, in stages that can be stopped and resumed: the same parameters, optimiser and count of steps through graphs
 * of different sizes, so that the short examples of a curriculum cost little. Most trainings have one stage.
 */
export interface TrainingStage {
  readonly objective: (graph: Graph) => Objective;
  /** Steps of this stage alone. */
  readonly steps: number;
  /** Called before steps from..to (both included), for what must be computed beforehand. */
  prepare?(from: number, to: number): Promise<void>;
  /** Depends on the step alone; steps count through all stages. */
  batch(step: number): Feeds;
}

/** Where a stage that is stopped leaves its state; what is loaded goes on as if it had not been stopped. */
export interface Checkpoint {
  load(graph: TrainingGraph): Promise<TrainingState | null>;
  save(state: TrainingState, graph: TrainingGraph): Promise<void>;
}

/** Steps that are prepared, and between checkpoints. */
const PREPARED_STEPS = 20;
const CHECKPOINT_EVERY = 100;

/** Returns the trained parameters, or null when `onRecord` stopped it; equal settings give equal ones, bit for bit. */
export async function trainStages(options: {
  readonly stages: readonly TrainingStage[];
  readonly optimizer: Omit<OptimizerSettings, "totalSteps">;
  readonly seed: number;
  readonly open: OpenSession;
  readonly onRecord?: (record: TrainingRecord, steps: number) => "stop" | undefined;
  readonly checkpoint?: (stage: number) => Checkpoint;
  /** Makes the state before the first step; left out, parameters are drawn from the seed. */
  readonly begin?: (graph: TrainingGraph) => Promise<TrainingState>;
}): Promise<Float32Array | null> {
  const { stages, optimizer, seed, open, onRecord, checkpoint } = options;
  const begin = options.begin ?? (async (graph) => startTraining(graph, seed));
  const totalSteps = stages.reduce((sum, { steps }) => sum + steps, 0);
  let state: TrainingState | null = null;
  let until = 0;
  let stopped = false;
  for (const [i, stage] of stages.entries()) {
    until += stage.steps;
    const graph = trainingGraph(stage.objective, { ...optimizer, totalSteps });
    const stored = checkpoint?.(i);
    state = (await stored?.load(graph)) ?? state ?? (await begin(graph));
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
