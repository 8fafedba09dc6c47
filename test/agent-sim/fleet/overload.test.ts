import { expect, test } from "vitest";
import { drainTally, hasGrown, queueTallies } from "../../../agent-sim/fleet/overload.ts";
import { simulateFleet } from "../../../agent-sim/fleet/simulate.ts";
import { createStream } from "../../../core/index.ts";
import { oneStage } from "./one-stage.ts";

const FIXED_S = 0.002;
/** A prompt of 100 tokens, 51 to say, one request at a time: 2 + 10 + 50 x 10 ms. */
const SERVICE_S = FIXED_S + 0.01 + 50 * 0.01;

/** Poisson arrivals of equal requests at one server that takes them one by one: M/D/1 at this load. */
function queueAt(load: number, requests: number, seed: number) {
  const random = createStream(seed, "overload-test");
  const arrivalS: number[] = [];
  for (let i = 0; i < requests; i++)
    arrivalS.push((arrivalS.at(-1) ?? 0) - (Math.log(1 - random.uniform(i)) * SERVICE_S) / load);
  const params = oneStage(
    { arrivalS, promptTokens: arrivalS.map(() => 100), outputTokens: arrivalS.map(() => 51) },
    {
      maxSequences: 1,
      fixedS: FIXED_S,
      window: { fromS: arrivalS[20], toS: arrivalS[requests - 1] },
    },
  );
  return { params, state: simulateFleet(params) };
}

const overloadedOf = (load: number, requests: number): number =>
  Array.from({ length: 40 }, (_, i) => queueAt(load, requests, i + 1)).filter(
    ({ params, state }) => queueTallies(params, state).overloaded,
  ).length;

test("a queue below its capacity is not called overloaded, one above it is, in 40 runs of M/D/1 each", () => {
  // What chance may do is left a little room where the queue is long by itself.
  expect(overloadedOf(0.3, 400)).toBe(0);
  expect(overloadedOf(0.6, 400)).toBe(0);
  expect(overloadedOf(0.8, 400)).toBeLessThanOrEqual(2);
  expect(overloadedOf(1.3, 400)).toBe(40);
  expect(overloadedOf(2, 120)).toBe(40);
});

test("the drain rate of one server is one over its service time", () => {
  const { params, state } = queueAt(2, 300, 1);
  const { tallies } = queueTallies(params, state);
  const drain = tallies.drainTasksPerS;
  if (drain === undefined || !("sum" in drain)) throw new Error("no drain rate");
  // From the start of the window, within a service, to an end of one.
  expect((drain.sum / drain.weight) * SERVICE_S).toBeCloseTo(1, 2);
  expect(tallies.overloadedShare).toEqual({ sum: 1, weight: 1 });
  expect(queueTallies(queueAt(0.5, 300, 1).params, queueAt(0.5, 300, 1).state).tallies).toEqual({
    overloadedShare: { sum: 0, weight: 1 },
  });
});

test("utilisation is the time in which a server computes: the load of M/D/1, all of it where the queue grows", () => {
  const shareAt = (load: number): number => {
    const { params, state } = queueAt(load, 20_000, 3);
    return state.busyS[0] / (params.window.toS - params.window.fromS);
  };
  for (const load of [0.2, 0.6, 0.9]) expect(Math.abs(shareAt(load) / load - 1)).toBeLessThan(0.03);
  expect(shareAt(1.5)).toBeCloseTo(1, 2);
  // All that a server computed, and nothing of its waiting.
  const { params, state } = queueAt(0.4, 100, 1);
  const whole = simulateFleet({ ...params, window: { fromS: 0, toS: Number.POSITIVE_INFINITY } });
  expect(whole.busyS[0]).toBeCloseTo(100 * SERVICE_S, 6);
  expect(state.busyS[0]).toBeLessThan(whole.busyS[0]);
});

test("by hand: one task a second that takes one and a half leaves a third of them over", () => {
  const arrivalS = Float64Array.from({ length: 120 }, (_, i) => i);
  const doneS = arrivalS.map((_, i) => 1.5 * (i + 1));
  const window = { fromS: 0, toS: 119 };
  expect(hasGrown({ arrivalS, doneS }, window)).toBe(true);
  expect(hasGrown({ arrivalS, doneS: arrivalS.map((atS) => atS + 30) }, { fromS: 40, toS: 119 })).toBe(false);
  // Two requests a task: the 108th of 120 ends at 162 s, and the six up to 9 s do not count.
  expect(drainTally(doneS, { stageCount: 2, fromS: 9 })).toEqual({ sum: 51, weight: 153 });
  expect(drainTally(doneS.subarray(0, 10), { stageCount: 2, fromS: 0 })).toBeNull();
  expect(hasGrown({ arrivalS, doneS }, { fromS: 5, toS: 5 })).toBe(false);
});
