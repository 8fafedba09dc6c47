import type { Awaitable } from "../awaitable.ts";
import type { Domain } from "../provenance.ts";
import type { Experiment, Pause, Shard, ShardResult } from "./experiment.ts";

/** How far a run is; what a progress line and a dashboard show. */
export interface Progress {
  readonly shard: Shard;
  readonly done: number;
  readonly total: number;
  /** From the mean time of the shards run in this sitting; null where nothing can be said. */
  readonly secondsLeft: number | null;
}

/** Where shards run: this thread, or another one. */
export interface Lane {
  /** How many shards it runs side by side; one where absent. */
  readonly together?: number;
  /** Settled when it can take a shard; until then others take them. */
  readonly ready?: Promise<void>;
  /** Returns the shard's result; rejects with the signal's reason once that is aborted. */
  run(
    shard: Shard,
    options: { readonly pause?: Pause; readonly signal: AbortSignal },
  ): Awaitable<ShardResult>;
}

/**
 * Runs the shards that `finished` does not hold yet and returns all results in the order of the experiment's shards, so
 * that what is made of them depends neither on what was resumed nor on who ran which.
 *
 * `lanes` take the shards in order, each one at a time, or as many side by side as it says; without them this thread runs all. `save` is awaited after each
 * shard, never twice at once: a run that is stopped then loses nothing that was finished. `nowS` is a clock in seconds,
 * read only to estimate the time left. `pause` lets the event loop turn within a shard. Stops there or after the current
 * shard with the signal's reason when it is aborted, and in the same way with the first error of a lane. Throws RangeError
 * when two shards have one key: one would be taken for the other on resuming.
 */
export async function runExperiment<D extends Domain>(
  experiment: Experiment<D>,
  options: {
    readonly finished?: ReadonlyMap<string, ShardResult>;
    readonly lanes?: readonly Lane[];
    readonly save?: (shard: Shard, result: ShardResult) => Promise<void>;
    readonly onProgress?: (progress: Progress) => void;
    readonly nowS: () => number;
    readonly pause?: Pause;
    readonly signal?: AbortSignal;
  },
): Promise<readonly ShardResult[]> {
  const { finished = new Map(), lanes = [ownLane(experiment)], save, onProgress, nowS, pause } = options;
  if (new Set(experiment.shards.map(({ key }) => key)).size !== experiment.shards.length) {
    throw new RangeError(`experiment ${experiment.name}: two shards have the same key`);
  }
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const breathe = async (): Promise<void> => {
    await pause?.();
    signal.throwIfAborted();
  };
  const results = new Map<string, ShardResult>(finished);
  const waiting = experiment.shards.filter(({ key }) => !finished.has(key));
  const toRun = waiting.length;
  const startedS = nowS();
  let ran = 0;
  let saved: Promise<void> = Promise.resolve();
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  if (toRun === 0) end();

  const keep = async (shard: Shard, result: ShardResult): Promise<void> => {
    await save?.(shard, result);
    results.set(shard.key, result);
    ran++;
    const left = toRun - ran;
    if (left === 0) end();
    onProgress?.({
      shard,
      done: experiment.shards.length - left,
      total: experiment.shards.length,
      secondsLeft: ((nowS() - startedS) / ran) * left,
    });
  };
  const fail = (error: unknown): void => {
    failure.abort(error);
    end();
  };
  const work = async (lane: Lane): Promise<void> => {
    // A lane that is not ready when all is done has nothing to wait for.
    await Promise.race([lane.ready, ended]);
    // Each fails by itself, so that the run ends only when none of them is under way.
    await Promise.all(Array.from({ length: lane.together ?? 1 }, () => workOneByOne(lane).catch(fail)));
  };
  const workOneByOne = async (lane: Lane): Promise<void> => {
    for (let shard = waiting.shift(); shard !== undefined; shard = waiting.shift()) {
      signal.throwIfAborted();
      const of = shard;
      const result = await lane.run(of, pause === undefined ? { signal } : { pause: breathe, signal });
      saved = saved.then(() => keep(of, result));
      await saved;
    }
  };
  await Promise.all(lanes.map((lane) => work(lane).catch(fail)));
  if (failure.signal.aborted) throw failure.signal.reason;
  return experiment.shards.map(({ key }) => results.get(key) as ShardResult);
}

/** Returns the lane of this thread. */
export function ownLane(experiment: Experiment): Lane {
  return {
    ...(experiment.together === undefined ? {} : { together: experiment.together }),
    run: (shard, { pause }) => experiment.runShard(shard, pause === undefined ? {} : { pause }),
  };
}
