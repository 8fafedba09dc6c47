/** A thread's main: makes the experiment of `workerData`, then runs the shards that it is asked for, one after the other. */
import { exit } from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import type { Experiment, Recipe } from "../experiment/experiment.ts";
import { type ShardAnswer, type ShardRequest, sendError } from "./shard-messages.ts";

const port = parentPort;
if (port === null) throw new Error("shard-worker.ts runs in a worker thread");
const say = (answer: ShardAnswer): void => port.postMessage(answer);

async function makeExperiment({ module, make, options }: Recipe): Promise<Experiment> {
  const makers = (await import(builtModule(module))) as Record<string, (options: unknown) => Experiment>;
  return makers[make](options);
}

/** Returns where the module of a source lies: in the bundle when this thread runs from one. */
function builtModule(sourceUrl: string): string {
  const bundle = process.env.BATON_BUNDLE;
  if (bundle === undefined) return sourceUrl;
  const root = new URL("../../", import.meta.url).href;
  return new URL(sourceUrl.slice(root.length).replace(/\.ts$/, ".js"), bundle).href;
}

let stopped = false;
let running = false;

/** Lets a request to stop come in; the thread must not end while a library's own code runs in it. */
async function pause(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (stopped) throw new Error("the thread was stopped");
}

try {
  const experiment = await makeExperiment(workerData as Recipe);
  const shards = new Map(experiment.shards.map((shard) => [shard.key, shard]));
  port.on("message", async (request: ShardRequest) => {
    if (request.type === "stop") {
      stopped = true;
      // Of a thread, exit ends that thread alone.
      if (!running) exit();
      return;
    }
    running = true;
    try {
      const shard = shards.get(request.key);
      if (shard === undefined) {
        throw new RangeError(`experiment ${experiment.name}: no shard "${request.key}"`);
      }
      say({ type: "result", result: await experiment.runShard(shard, { pause }) });
    } catch (error) {
      say({ type: "failed", error: sendError(error) });
    }
    running = false;
    if (stopped) exit();
  });
  say({ type: "ready" });
} catch (error) {
  say({ type: "failed", error: sendError(error) });
}
