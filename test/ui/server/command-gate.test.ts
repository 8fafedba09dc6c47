import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCommandGate, gatePeriodMs, type Request } from "../../../ui/server/command-gate.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function gated() {
  const done: Request[] = [];
  return { done, gate: createCommandGate((request) => done.push(request)) };
}

test("does the first request at once, and of a flood only what came last of each kind", () => {
  const { done, gate } = gated();
  for (let i = 1; i <= 1000; i++) gate.ask({ type: "speed", speed: 1 + (i % 19) });
  gate.ask({ type: "restart" });
  expect(done).toEqual([{ type: "speed", speed: 2 }]);
  vi.advanceTimersByTime(gatePeriodMs);
  expect(done.slice(1)).toEqual([{ type: "speed", speed: 1 + (1000 % 19) }, { type: "restart" }]);
  vi.advanceTimersByTime(10 * gatePeriodMs);
  expect(done).toHaveLength(3);
});

test("keeps a scenario that was chosen just before an arm, and the two sides apart", () => {
  const { done, gate } = gated();
  gate.ask({ type: "play", playing: false });
  gate.ask({ type: "select", domain: "ran", scenario: "walk" });
  gate.ask({ type: "select", domain: "agent", arm: "kv" });
  gate.ask({ type: "select", domain: "ran", arm: "cold" });
  vi.advanceTimersByTime(gatePeriodMs);
  expect(done.slice(1)).toEqual([
    { type: "select", domain: "agent", arm: "kv" },
    { type: "select", domain: "ran", scenario: "walk", arm: "cold" },
  ]);
});

test("does nothing more once it is closed", () => {
  const { done, gate } = gated();
  gate.ask({ type: "restart" });
  gate.ask({ type: "restart" });
  gate.close();
  vi.advanceTimersByTime(10 * gatePeriodMs);
  expect(done).toHaveLength(1);
});
