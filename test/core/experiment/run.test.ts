import fc from "fast-check";
import { expect, test } from "vitest";
import { type Experiment, type Progress, runExperiment, type Shard, type ShardResult } from "#core";

/** A shard's result names it, so that a mix-up shows. */
function resultOf(key: string): ShardResult<"ran"> {
  return { units: [], tables: { events: [{ key }] } };
}

/** An experiment of shards 0 to count - 1 that notes which ones ran. */
function experimentOf(count: number, whenRun: (key: string) => void = () => {}) {
  const ran: string[] = [];
  const shards = Array.from({ length: count }, (_, i): Shard => ({ key: `k${i}`, scenario: "s", seed: i }));
  const experiment: Experiment<"ran"> = {
    name: "e",
    domain: "ran",
    kind: "simulated",
    arms: ["cold"],
    metrics: [],
    shards,
    inputs: [],
    config: {},
    async runShard({ key }) {
      ran.push(key);
      whenRun(key);
      await Promise.resolve();
      return resultOf(key);
    },
  };
  return { experiment, ran };
}

const stopped = { nowS: () => 0 };
const keysOf = (results: readonly ShardResult[]) => results.map(({ tables }) => tables.events?.[0].key);

test("the results are in the order of the shards and only unfinished shards run, whatever was resumed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 12 }), async (known) => {
      const { experiment, ran } = experimentOf(known.length);
      const keys = experiment.shards.map(({ key }) => key);
      // Finished in the reverse order: a map remembers when a key was added.
      const finished = new Map(
        keys
          .filter((_, i) => known[i])
          .reverse()
          .map((key) => [key, resultOf(key)]),
      );
      const saved: string[] = [];
      const results = await runExperiment(experiment, {
        ...stopped,
        finished,
        save: async ({ key }) => {
          saved.push(key);
        },
      });
      expect(keysOf(results)).toEqual(keys);
      expect(ran).toEqual(keys.filter((_, i) => !known[i]));
      expect(saved).toEqual(ran);
    }),
  );
});

test("a finished shard gives back the very result that was kept", async () => {
  const { experiment } = experimentOf(2);
  const kept = { units: [], tables: {} };
  const results = await runExperiment(experiment, { ...stopped, finished: new Map([["k1", kept]]) });
  expect(results[1]).toBe(kept);
});

test("a stop lets the current shard finish and keeps it, runs no other, and what follows resumes", async () => {
  const stop = new AbortController();
  const { experiment, ran } = experimentOf(4, (key) => {
    if (key === "k1") stop.abort();
  });
  const kept = new Map<string, ShardResult>();
  const save = async ({ key }: Shard, result: ShardResult) => {
    kept.set(key, result);
  };
  const run = runExperiment(experiment, { ...stopped, save, signal: stop.signal });
  await expect(run).rejects.toMatchObject({ name: "AbortError" });
  expect([...kept.keys()]).toEqual(["k0", "k1"]);
  const results = await runExperiment(experiment, { ...stopped, finished: kept });
  expect(keysOf(results)).toEqual(["k0", "k1", "k2", "k3"]);
  expect(ran).toEqual(["k0", "k1", "k2", "k3"]);
});

test("a stop before the start runs nothing, and one during the last shard comes too late", async () => {
  const early = experimentOf(2);
  const run = runExperiment(early.experiment, { ...stopped, signal: AbortSignal.abort() });
  await expect(run).rejects.toMatchObject({ name: "AbortError" });
  expect(early.ran).toEqual([]);

  const stop = new AbortController();
  const late = experimentOf(2, (key) => {
    if (key === "k1") stop.abort();
  });
  expect(await runExperiment(late.experiment, { ...stopped, signal: stop.signal })).toHaveLength(2);
});

test("progress counts resumed shards as done and reckons the time left from this sitting alone", async () => {
  let clockS = 100;
  const { experiment } = experimentOf(5, () => {
    clockS += 3;
  });
  const seen: Progress[] = [];
  await runExperiment(experiment, {
    finished: new Map([
      ["k0", resultOf("k0")],
      ["k3", resultOf("k3")],
    ]),
    nowS: () => clockS,
    onProgress: (progress) => seen.push(progress),
  });
  expect(seen.map(({ shard, done, total, secondsLeft }) => [shard.key, done, total, secondsLeft])).toEqual([
    ["k1", 3, 5, 6],
    ["k2", 4, 5, 3],
    ["k4", 5, 5, 0],
  ]);
});

test("the mean over uneven shards is what is left, a shard each", async () => {
  let clockS = 0;
  const { experiment } = experimentOf(4, (key) => {
    clockS += key === "k0" ? 10 : 2;
  });
  const left: (number | null)[] = [];
  await runExperiment(experiment, {
    nowS: () => clockS,
    onProgress: ({ secondsLeft }) => left.push(secondsLeft),
  });
  expect(left).toEqual([30, 12, 14 / 3, 0]);
});

test("a shard that fails, or cannot be kept, stops the run with its own error", async () => {
  const { experiment } = experimentOf(3, (key) => {
    if (key === "k1") throw new RangeError("no cell");
  });
  await expect(runExperiment(experiment, stopped)).rejects.toThrow("no cell");
  const save = () => Promise.reject(new Error("disk full"));
  await expect(runExperiment(experimentOf(1).experiment, { ...stopped, save })).rejects.toThrow("disk full");
});

test("no shards, no results", async () => {
  expect(await runExperiment(experimentOf(0).experiment, stopped)).toEqual([]);
});

test("shards that are better run together are under way side by side, and their results stay in order", async () => {
  let underWay = 0;
  let most = 0;
  const { experiment } = experimentOf(7);
  const together = {
    ...experiment,
    together: 3,
    async runShard(shard: Shard) {
      most = Math.max(most, ++underWay);
      // Later shards take less time.
      for (let i = Number(shard.seed); i < 7; i++) await Promise.resolve();
      underWay--;
      return resultOf(shard.key);
    },
  };
  expect(keysOf(await runExperiment(together, stopped))).toEqual(experiment.shards.map(({ key }) => key));
  expect(most).toBe(3);
});

test("a shard that fails beside others ends the run with its error once none is under way", async () => {
  let underWay = 0;
  const { experiment } = experimentOf(4);
  const failing = {
    ...experiment,
    together: 4,
    async runShard({ key }: Shard) {
      underWay++;
      await Promise.resolve();
      if (key === "k1") {
        underWay--;
        throw new RangeError("k1 failed");
      }
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return resultOf(key);
    },
  };
  await expect(runExperiment(failing, stopped)).rejects.toThrow("k1 failed");
  expect(underWay).toBe(0);
});
