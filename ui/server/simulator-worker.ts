/** A simulator in a worker thread, as the server sees it: requests that return promises. */
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Domain } from "#core";
import type { WorkerAnswer, WorkerRequest } from "./worker-messages.ts";

type Ready = Extract<WorkerAnswer, { type: "ready" }>;

/** A worker has ended, or could not start. */
export class SimulatorStoppedError extends Error {
  override readonly name = "SimulatorStoppedError";
}

/** Owns one worker thread. */
export interface SimulatorWorker {
  /** What the simulator has to offer; rejects with SimulatorStoppedError when it does not load. */
  readonly ready: Promise<Ready>;
  /**
   * Returns the answer. One request at a time: throws RangeError when one is under way. Rejects with
   * SimulatorStoppedError when the worker ends before it answers.
   */
  ask(request: WorkerRequest): Promise<WorkerAnswer>;
  close(): Promise<void>;
}

/** Longer than any request takes; a worker that hangs is ended all the same. */
const LONGEST_ANSWER_MS = 10_000;

/** Opens the worker of one domain; `entry` is a JavaScript file that registers the TypeScript loader. */
export function openSimulatorWorker(domain: Domain, entry: URL): SimulatorWorker {
  const worker = new Worker(entry, { workerData: { domain }, name: `baton-${domain}` });
  let pending: { resolve(answer: WorkerAnswer): void; reject(error: Error): void } | null = null;
  let stopped: SimulatorStoppedError | null = null;

  const stop = (reason: string): void => {
    stopped ??= new SimulatorStoppedError(reason);
    pending?.reject(stopped);
    pending = null;
  };
  worker.on("message", (answer: WorkerAnswer) => {
    const waiting = pending;
    pending = null;
    waiting?.resolve(answer);
  });
  worker.on("error", (error) => stop(error instanceof Error ? error.message : String(error)));
  worker.on("exit", (code) => stop(`the simulator ended with code ${code}`));

  const next = (): Promise<WorkerAnswer> =>
    new Promise((resolve, reject) => {
      if (stopped !== null) reject(stopped);
      else pending = { resolve, reject };
    });
  const ready = next() as Promise<Ready>;
  let underWay: Promise<unknown> = ready;
  return {
    ready,
    async ask(request) {
      if (pending !== null) throw new RangeError(`the ${domain} simulator has a request under way`);
      const answer = next();
      underWay = answer;
      if (stopped === null) worker.postMessage(request);
      return answer;
    },
    async close() {
      // A thread that is ended while onnxruntime runs a graph in it takes the whole process along.
      await Promise.race([underWay.catch(() => {}), delay(LONGEST_ANSWER_MS, undefined, { ref: false })]);
      stop("the simulator was closed");
      await worker.terminate();
    },
  };
}
