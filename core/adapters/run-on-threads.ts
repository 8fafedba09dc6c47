import { Worker } from "node:worker_threads";
import type { Experiment, Recipe, ShardResult } from "../experiment/experiment.ts";
import { type Lane, ownLane, runExperiment } from "../experiment/run.ts";
import type { Domain } from "../provenance.ts";
import { receiveError, type ShardAnswer, type ShardRequest } from "./shard-messages.ts";

/**
 * How long a thread may take to the next pause of its shard. Only then is it ended from outside, which a library whose own code
 * runs in it (onnxruntime) may not survive.
 */
const PATIENCE_MS = 5000;

const ENTRY = new URL("./shard-worker.js", import.meta.url);

/**
 * Runs an experiment as `runExperiment` does, on up to `threads` threads: this one, and workers that make the experiment
 * anew from its recipe. Rows are the same bit for bit on any number of threads. Each worker holds one world at a time and
 * models and training states of its own; without a recipe, or with a single shard to run, there is none.
 *
 * Shards let the event loop turn, so that a worker that is done gets its next shard in time, and one that is to stop hears of it. An
 * error in a worker is thrown here as what it was. A worker ends with the run: in the middle of a shard, at its next pause, when
 * that is stopped.
 */
export async function runOnThreads<D extends Domain>(
  experiment: Experiment<D>,
  {
    threads,
    ...options
  }: { readonly threads: number } & Omit<Parameters<typeof runExperiment<D>>[1], "lanes" | "pause">,
): Promise<readonly ShardResult[]> {
  const { recipe, shards } = experiment;
  const toRun = shards.filter(({ key }) => options.finished?.has(key) !== true).length;
  const count = recipe === undefined ? 0 : Math.max(0, Math.min(threads, toRun) - 1);
  const workers = Array.from({ length: count }, () => openShardWorker(recipe as Recipe));
  try {
    return await runExperiment(experiment, {
      ...options,
      lanes: [ownLane(experiment), ...workers],
      pause: () => new Promise((resolve) => setImmediate(resolve)),
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}

function openShardWorker(recipe: Recipe): Lane & { close(): Promise<void> } {
  const worker = new Worker(ENTRY, { workerData: recipe, name: "baton-shards" });
  let waiting: { resolve(result: ShardResult | null): void; reject(error: unknown): void } | null = null;
  let stopped: Error | null = null;

  const settle = (with_: (of: NonNullable<typeof waiting>) => void): void => {
    const of = waiting;
    waiting = null;
    if (of !== null) with_(of);
  };
  const stop = (error: Error): void => {
    stopped ??= error;
    settle((of) => of.reject(stopped));
  };
  worker.on("message", (answer: ShardAnswer) => {
    if (answer.type === "failed") settle((of) => of.reject(receiveError(answer.error)));
    else settle((of) => of.resolve(answer.type === "result" ? answer.result : null));
  });
  worker.on("error", (error) => stop(error instanceof Error ? error : new Error(String(error))));
  const exited = new Promise((resolve) => worker.once("exit", resolve));
  worker.on("exit", (code) => stop(new Error(`a thread that runs shards ended with code ${code}`)));

  const answer = (): Promise<ShardResult | null> =>
    new Promise((resolve, reject) => {
      if (stopped !== null) reject(stopped);
      else waiting = { resolve, reject };
    });
  const ready = answer().then(() => {});
  // Whoever awaits it learns of the failure; a run that ends first need not.
  ready.catch(() => {});
  return {
    ready,
    async run(shard, { signal }) {
      const asked = answer();
      const abort = (): void => settle((of) => of.reject(signal.reason));
      signal.addEventListener("abort", abort, { once: true });
      try {
        worker.postMessage({ type: "run", key: shard.key } satisfies ShardRequest);
        return (await asked) as ShardResult;
      } finally {
        signal.removeEventListener("abort", abort);
      }
    },
    async close() {
      worker.postMessage({ type: "stop" } satisfies ShardRequest);
      const late = setTimeout(() => worker.terminate(), PATIENCE_MS);
      await exited;
      clearTimeout(late);
    },
  };
}
