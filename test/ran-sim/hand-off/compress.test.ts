import { expect, test } from "vitest";
import type { StateBatch } from "#core";
import {
  asLatent,
  payloadValues,
  type RequestEvent,
  rawLayout,
  type Sends,
  statesLeaving,
} from "../../../ran-sim/hand-off/compress.ts";
import type { Departure, NetworkMemory } from "../../../ran-sim/policy/policy.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { createRanState } from "../../../ran-sim/state.ts";

const UES = 5;

/** A memory whose state of a phone is its number; `told` keeps what was asked of it, in order. */
function numbered(told: (string | Departure)[] = []): NetworkMemory {
  return {
    stateSize: 1,
    depart: (leaving) => void told.push(...leaving),
    read(ues): StateBatch {
      told.push(`read ${ues.join()}`);
      return { count: ues.length, size: 1, values: Float32Array.from(ues) };
    },
    write() {},
    forget() {},
    predict() {},
  };
}

const requestOf = (ue: number, attempt = 1): RequestEvent => ({
  ...{ type: "handoverRequest", tick: 30, timeS: 0.3, ue, attempt, source: 0, target: 1 },
});

/** All phones but phone 3 are served, by cell 0 from tick 10 on. */
function leaving(sends: Sends, memory = numbered()) {
  const state = createRanState(UES, 2, false);
  state.serving.fill(0);
  state.attachedTick.fill(10);
  state.serving[3] = -1;
  return statesLeaving({ sends, memory, state, world: { ueCount: UES, tickMs: 10 }, seed: 1 });
}

test("the memory hears who departs, with the stay so far, before it is read", () => {
  const told: (string | Departure)[] = [];
  const states = leaving({ what: "own" }, numbered(told))([requestOf(4), requestOf(1)]);
  expect([...states.values]).toEqual([4, 1]);
  const history = [{ cell: 0, stayS: 0.2 }];
  expect(told).toEqual([
    { ue: 4, source: 0, target: 1, history },
    { ue: 1, source: 0, target: 1, history },
    "read 4,1",
  ]);
});

test("another phone's state is never one's own, nor that of a phone that nobody serves", () => {
  const take = leaving({ what: "another" });
  const seen = new Set<number>();
  for (let attempt = 0; attempt < 60; attempt++) seen.add(take([requestOf(2, attempt)]).values[0]);
  expect(seen).toEqual(new Set([0, 1, 4]));
});

test("another phone is one of those that can stand in; with none it is the phone itself", () => {
  const one = leaving({ what: "another", among: (_, other) => other === 4 });
  const none = leaving({ what: "another", among: () => false });
  for (let attempt = 0; attempt < 20; attempt++) {
    expect(one([requestOf(2, attempt)]).values[0]).toBe(4);
    expect(none([requestOf(2, attempt)]).values[0]).toBe(2);
  }
});

test("a drawn row is asked for by phone and attempt", () => {
  const take = leaving({ what: "row", row: (ue, attempt) => Float32Array.of(100 * ue + attempt) });
  expect([...take([requestOf(1, 7), requestOf(4, 2)]).values]).toEqual([107, 402]);
});

test.each([
  ["int8", 128],
  ["fp16", 64],
  ["fp32", 32],
])("128 bytes in %s are %i values", (precision, values) => {
  const { payload } = parseRanScenario({ payload: { bytes: 128, precision } }, "test");
  expect(payloadValues({ payload })).toBe(values);
});

test("at least one report travels, and as many more as fit, two values a slot", () => {
  expect(rawLayout(128, 6).reports).toBe(10);
  expect(rawLayout(8, 6).reports).toBe(1);
});

test("a model that was trained without a latent cannot send one", () => {
  expect(() => asLatent({ steps: null }, "int8")).toThrow(RangeError);
});
