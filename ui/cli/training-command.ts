import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { TrainingGraph, TrainingState } from "#core/model";
import type { Context } from "./context.ts";
import { InterruptedError } from "./failure.ts";

/**
 * Returns the words of a training command without `--out` and its folder: a model is the same wherever it was written, and a
 * folder of this machine is no news to a reader.
 */
export function withoutOut(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf("--out");
  return at < 0 ? argv : [...argv.slice(0, at), ...argv.slice(at + 2)];
}

/** Returns where a training that is stopped leaves its state; loading gives null where there is none. */
export function checkpointAt(path: string) {
  return {
    load: async (graph: TrainingGraph): Promise<TrainingState | null> => {
      const { loadCheckpoint } = await import("#core/node");
      return existsSync(path) ? loadCheckpoint(path, graph) : null;
    },
    save: async (state: TrainingState, graph: TrainingGraph): Promise<void> => {
      const { saveCheckpoint } = await import("#core/node");
      await mkdir(dirname(path), { recursive: true });
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
