/** A thread's main: makes the experiment of `workerData`, then runs the shards that it is asked for, one after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { Experiment, Recipe } from "../experiment/experiment.ts";
import { type ShardAnswer, type ShardRequest, sendError } from "./shard-messages.ts";

const port = parentPort;
if (port === null) throw new Error("shard-worker.ts runs in a worker thread");
const say = (answer: ShardAnswer): void => port.postMessage(answer);

async function makeExperiment({ module, make, options }: Recipe): Promise<Experiment> {
  const makers = (await import(module)) as Record<string, (options: unknown) => Experiment>;
  return makers[make](options);
}

try {
  const experiment = await makeExperiment(workerData as Recipe);
  const shards = new Map(experiment.shards.map((shard) => [shard.key, shard]));
  port.on("message", async (key: ShardRequest) => {
    try {
      const shard = shards.get(key);
      if (shard === undefined) throw new RangeError(`experiment ${experiment.name}: no shard "${key}"`);
      say({ type: "result", result: await experiment.runShard(shard) });
    } catch (error) {
      say({ type: "failed", error: sendError(error) });
    }
  });
  say({ type: "ready" });
} catch (error) {
  say({ type: "failed", error: sendError(error) });
}
