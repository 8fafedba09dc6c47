import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { KpiRow } from "#core";
import type { Checkpoint, TrainingGraph, TrainingRecord, TrainingState } from "#core/model";
import type { Context } from "./context.ts";
import { InterruptedError } from "./failure.ts";
import { duration } from "./progress.ts";

/** What training commands share: progress with the time left, Ctrl-C, and what is written of a model. */

/**
 * Returns the words of a training command without `--out` and its folder: a model is the same wherever it was written, and a
 * folder of this machine is no news to a reader.
 */
function withoutOut(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf("--out");
  return at < 0 ? argv : [...argv.slice(0, at), ...argv.slice(at + 2)];
}

/** Returns where a training that is stopped leaves its state; loading gives null where there is none. */
function checkpointAt(path: string): Checkpoint {
  return {
    load: async (graph: TrainingGraph): Promise<TrainingState | null> => {
      const { loadCheckpoint } = await import("#core/node");
      return existsSync(path) ? loadCheckpoint(path, graph) : null;
    },
    save: async (state: TrainingState, graph: TrainingGraph): Promise<void> => {
      const { makeFolder, saveCheckpoint } = await import("#core/node");
      await makeFolder(dirname(path));
      await saveCheckpoint(path, state, graph);
    },
  };
}

/** Throws InterruptedError when the training was stopped, naming what was kept in `out`; null where nothing is written. */
export function requireNotStopped(context: Context, out: string | null): void {
  if (!context.signal.aborted) return;
  const kept =
    out === null ? "nothing was kept" : `the state is kept in ${out}; the same command goes on from it`;
  throw new InterruptedError(`training was stopped; ${kept}`);
}

/** A model that a training command writes. */
interface FinishedModel {
  readonly name: string;
  readonly onnx: Uint8Array;
  readonly normalisation: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly steps: number;
  /** SHA-256 of what it was trained on. */
  readonly dataSha256: string;
  readonly metrics: readonly KpiRow[];
  readonly log: readonly TrainingRecord[];
}

/** Steps between two lines of progress. */
const SHOWN_EVERY = 50;

/** Returns what a training command does on the way; `out` is the folder that it writes to, null when it writes nothing. */
export function trainingOutput(context: Context, out: string | null) {
  let startS = context.nowS();
  let firstStep = Number.POSITIVE_INFINITY;
  const checkpointPath = (model: string, stage: number): string =>
    join(out ?? "", stage === 0 ? `${model}.checkpoint` : `${model}-stage${stage}.checkpoint`);
  return {
    /** Shows the progress of a model; asks for a stop once Ctrl-C was pressed. */
    onRecord(model: string, { step, values }: TrainingRecord, steps: number): "stop" | undefined {
      if (step < firstStep) [startS, firstStep] = [context.nowS(), step];
      if (step % SHOWN_EVERY === 0) {
        const left = ((context.nowS() - startS) / (step - firstStep + 1)) * (steps - step);
        context.note(
          `${model} step ${step} of ${steps}: loss ${values.loss.toFixed(4)}, ${duration(left)} left\n`,
        );
      }
      return context.signal.aborted ? "stop" : undefined;
    },
    /** Writes weights, manifest and log, and deletes the checkpoints. To be called before the next model begins. */
    async save(model: FinishedModel): Promise<void> {
      firstStep = Number.POSITIVE_INFINITY;
      if (out === null) return;
      const { openTrainingLog, saveModel } = await import("#core/node");
      const { name, onnx, normalisation, seed, steps, dataSha256, metrics } = model;
      const training = { command: withoutOut(context.argv), seed, steps, dataSha256 };
      const manifest = { modelId: name, normalisation, training, metrics };
      await saveModel(out, name, { onnx, manifest });
      const log = await openTrainingLog(join(out, `${name}.log.jsonl`), 0);
      for (const record of model.log) log.append(record);
      log.close();
      for (let stage = 0; existsSync(checkpointPath(name, stage)); stage++) {
        await rm(checkpointPath(name, stage), { force: true });
      }
    },
    /** Nothing where nothing is written. */
    checkpoints:
      out === null
        ? {}
        : { checkpoint: (model: string, stage = 0) => checkpointAt(checkpointPath(model, stage)) },
  };
}
