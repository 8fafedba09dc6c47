import { setTimeout as sleep } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { expect, test } from "vitest";
import { BadInputError, ownLane, runExperiment } from "#core";
import { runOnThreads } from "#core/node";
import { createThreadedExperiment, type ThreadedOptions } from "../../support/threaded-experiment.ts";

const clock = { nowS: () => 0 };

function threaded(shards: number, elsewhere: ThreadedOptions["elsewhere"]) {
  const begun = new Int32Array(new SharedArrayBuffer(8));
  return { experiment: createThreadedExperiment({ shards, elsewhere, home: threadId, begun }), begun };
}

test("shards are shared between threads, each is run once, and results come in the order of the shards", async () => {
  const { experiment } = threaded(12, "answers");
  const saved: string[] = [];
  const results = await runOnThreads(experiment, {
    ...clock,
    threads: 2,
    save: async ({ key }) => {
      saved.push(key);
    },
  });
  const rows = results.map(({ tables }) => tables.events?.[0]);
  expect(rows.map((row) => row?.key)).toEqual(experiment.shards.map(({ key }) => key));
  expect(rows.every((row) => row?.third === 1 / 3)).toBe(true);
  expect(new Set(rows.map((row) => row?.thread)).size).toBe(2);
  expect([...saved].sort()).toEqual(experiment.shards.map(({ key }) => key).sort());
});

test("one thread, one shard that is left, or no recipe: everything runs on the thread that asks", async () => {
  const begun = new Int32Array(new SharedArrayBuffer(4)).fill(1);
  const experiment = createThreadedExperiment({ shards: 2, elsewhere: "error", home: threadId, begun });
  const { recipe: _, ...bare } = experiment;
  const quick = async ({ key }: { key: string }) => ({ units: [], tables: { events: [{ key }] } });
  const kept = new Map([["k0", await quick({ key: "k0" })]]);
  const runs = [
    runOnThreads({ ...experiment, runShard: quick }, { ...clock, threads: 1 }),
    runOnThreads({ ...experiment, runShard: quick }, { ...clock, threads: 4, finished: kept }),
    runOnThreads({ ...bare, runShard: quick }, { ...clock, threads: 4 }),
  ];
  for (const results of await Promise.all(runs)) expect(results).toHaveLength(2);
  expect(begun[0]).toBe(1);
});

test("bad input that a thread finds is bad input to who asked, word for word", async () => {
  const { experiment } = threaded(3, "badInput");
  const error = await runOnThreads(experiment, { ...clock, threads: 2 }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(BadInputError);
  expect(error.code).toBe("bad-flag");
  expect(error.message).toMatch(/^k[01]: expected this, got that - do so$/);
});

test("any other error keeps its name, its message and where it arose", async () => {
  const { experiment } = threaded(3, "error");
  const error = await runOnThreads(experiment, { ...clock, threads: 2 }).catch((thrown) => thrown);
  expect(error.name).toBe("TypeError");
  expect(error.message).toMatch(/^k[01] went wrong$/);
  expect(error.stack).toContain("threaded-experiment.ts");
});

test("a thread that ends in the middle of a shard ends the run with its exit code", async () => {
  const { experiment } = threaded(3, "ends");
  await expect(runOnThreads(experiment, { ...clock, threads: 2 })).rejects.toThrow(
    "a thread that runs shards ended with code 3",
  );
});

test("a thread that cannot make the experiment ends the run with its reason", async () => {
  const { experiment } = threaded(3, "cannot be made");
  await expect(runOnThreads(experiment, { ...clock, threads: 2 })).rejects.toThrow("cannot be made");
});

test("a stop ends the run though a thread is in the middle of a shard that never ends", async () => {
  const { experiment, begun } = threaded(3, "never ends");
  const stop = new AbortController();
  const run = runOnThreads(experiment, { ...clock, threads: 2, signal: stop.signal });
  const failed = expect(run).rejects.toMatchObject({ name: "AbortError" });
  while (begun[0] === 0) await sleep(5);
  stop.abort();
  await failed;
});

test("a stop ends a thread at the next pause of its shard", async () => {
  const { experiment, begun } = threaded(3, "pauses for ever");
  const stop = new AbortController();
  const run = runOnThreads(experiment, { ...clock, threads: 2, signal: stop.signal });
  const failed = expect(run).rejects.toMatchObject({ name: "AbortError" });
  while (begun[0] === 0) await sleep(5);
  expect(begun[1]).toBe(0);
  stop.abort();
  await failed;
  expect(begun[1]).toBe(1);
});

test("a lane that is not ready when the last shard is done is not waited for", async () => {
  const { recipe: _, ...experiment } = threaded(2, "answers").experiment;
  const quick = { ...experiment, runShard: async () => ({ units: [], tables: {} }) };
  const never = { ready: new Promise<void>(() => {}), run: () => Promise.reject(new Error("was asked")) };
  const results = await runExperiment(quick, { ...clock, lanes: [never, ownLane(quick)] });
  expect(results).toHaveLength(2);
});
