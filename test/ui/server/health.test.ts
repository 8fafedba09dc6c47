import { expect, test } from "vitest";
import type { RunState, SideState } from "../../../ui/protocol.ts";
import { healthOf } from "../../../ui/server/health.ts";

const running = { scenario: "walk", arm: "cold", epoch: 1, status: "running", problem: null } as SideState;
const run = (ran: SideState, agent: SideState): RunState => ({
  type: "run",
  playing: false,
  speed: 1,
  seed: 1,
  ran,
  agent,
});

test("is starting before there is a run", () => {
  expect(healthOf(null)).toEqual({ status: "starting", ran: null, agent: null });
});

test("is ok while both sides run or start, paused or not", () => {
  expect(healthOf(run(running, { ...running, status: "starting" })).status).toBe("ok");
});

test("is degraded when a simulator has stopped, and says which", () => {
  const health = healthOf(run(running, { ...running, status: "stopped", problem: "it crashed" }));
  expect(health).toMatchObject({
    status: "degraded",
    ran: { status: "running" },
    agent: { status: "stopped" },
  });
});
