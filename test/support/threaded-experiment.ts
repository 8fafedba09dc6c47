import { setTimeout as sleep } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { BadInputError, type Experiment } from "#core";

export interface ThreadedOptions {
  readonly shards: number;
  /** What a shard does on a thread that is not `home`; a shard at home waits until one elsewhere has begun. */
  readonly elsewhere:
    | "answers"
    | "badInput"
    | "error"
    | "ends"
    | "never ends"
    | "pauses for ever"
    | "cannot be made";
  readonly home: number;
  /** [2] of a shared buffer: how many shards have begun elsewhere, and how many of them were stopped at a pause. */
  readonly begun: Int32Array;
}

/** An experiment that any thread can make; a row of each shard says on which thread it ran. */
export function createThreadedExperiment(options: ThreadedOptions): Experiment<"ran"> {
  const { shards, elsewhere, home, begun } = options;
  const atHome = threadId === home;
  if (!atHome && elsewhere === "cannot be made") {
    Atomics.add(begun, 0, 1);
    throw new RangeError("cannot be made");
  }
  return {
    name: "threaded",
    domain: "ran",
    kind: "simulated",
    arms: ["cold"],
    metrics: [],
    shards: Array.from({ length: shards }, (_, i) => ({ key: `k${i}`, scenario: "s", seed: i })),
    inputs: [],
    config: {},
    recipe: { module: import.meta.url, make: "createThreadedExperiment", options },
    async runShard({ key }, { pause } = {}) {
      if (!atHome) goElsewhere(key);
      if (!atHome && elsewhere === "pauses for ever") await pauseUntilStopped(pause);
      while (Atomics.load(begun, 0) === 0 || (atHome && elsewhere !== "answers")) {
        await sleep(5);
        await pause?.();
      }
      return { units: [], tables: { events: [{ key, thread: threadId, third: 1 / 3 }] } };
    },
  };

  async function pauseUntilStopped(pause: (() => Promise<void>) | undefined): Promise<void> {
    try {
      for (;;) await pause?.();
    } finally {
      Atomics.add(begun, 1, 1);
    }
  }

  function goElsewhere(key: string): void {
    Atomics.add(begun, 0, 1);
    if (elsewhere === "badInput") {
      throw new BadInputError("bad-flag", { subject: key, expected: "this", got: "that", remedy: "do so" });
    }
    if (elsewhere === "error") throw new TypeError(`${key} went wrong`);
    if (elsewhere === "ends") process.exit(3);
    if (elsewhere === "never ends") for (;;);
  }
}
