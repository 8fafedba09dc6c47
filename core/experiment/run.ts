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

/**
 * Runs the shards that `finished` does not hold yet, one after another, and returns all results in the order of the
 * experiment's shards, so that what is made of them does not depend on what was resumed.
 *
 * `save` is awaited after each shard: a run that is stopped then loses nothing that was finished. `nowS` is a clock in
 * seconds, read only to estimate the time left. `pause` lets the event loop turn within a shard. Stops there or after
 * the current shard with the signal's reason when it is aborted. Throws RangeError when two shards have one key: one would be taken for the other on resuming.
 */
export async function runExperiment<D extends Domain>(
  experiment: Experiment<D>,
  options: {
    readonly finished?: ReadonlyMap<string, ShardResult>;
    readonly save?: (shard: Shard, result: ShardResult) => Promise<void>;
    readonly onProgress?: (progress: Progress) => void;
    readonly nowS: () => number;
    readonly pause?: Pause;
    readonly signal?: AbortSignal;
  },
): Promise<readonly ShardResult[]> {
  const { finished = new Map(), save, onProgress, nowS, pause, signal } = options;
  const breathe = async (): Promise<void> => {
    await pause?.();
    signal?.throwIfAborted();
  };
  const results: ShardResult[] = [];
  if (new Set(experiment.shards.map(({ key }) => key)).size !== experiment.shards.length) {
    throw new RangeError(`experiment ${experiment.name}: two shards have the same key`);
  }
  const total = experiment.shards.length;
  const startedS = nowS();
  let ran = 0;
  for (const [index, shard] of experiment.shards.entries()) {
    const known = finished.get(shard.key);
    if (known !== undefined) {
      results.push(known);
      continue;
    }
    signal?.throwIfAborted();
    const result = await experiment.runShard(shard, pause === undefined ? {} : { pause: breathe });
    await save?.(shard, result);
    results.push(result);
    ran++;
    const left = experiment.shards.slice(index + 1).filter(({ key }) => !finished.has(key)).length;
    onProgress?.({ shard, done: total - left, total, secondsLeft: ((nowS() - startedS) / ran) * left });
  }
  return results;
}
