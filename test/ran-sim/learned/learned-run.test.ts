import { expect, test } from "vitest";
import { createHandOff, createStream } from "#core";
import type { RanEvent } from "../../../ran-sim/events.ts";
import type { Arm } from "../../../ran-sim/hand-off/arms/arm.ts";
import { createPayloadLink } from "../../../ran-sim/hand-off/transport.ts";
import { createContextPolicy } from "../../../ran-sim/learned/context-policy.ts";
import { sameSites } from "../../../ran-sim/learned/recording.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { createSimulation } from "../../../ran-sim/simulate.ts";
import type { World } from "../../../ran-sim/world.ts";
import { memoryOf, seededRuntime } from "../support/context.ts";
import { roughWorld, worldOf } from "../support/worlds.ts";

/** Hands over at every gain whatever the risk, so that phones with untrained weights move a lot. */
const eager = {
  ...{ urgentMargin: 0, saferMargin: 1 },
  ...{ shortStayRisk: 0, gainDb: 0, greatestRisk: 1, minimumStayMs: 0 },
};

/** Returns what happens to an arm that sends the latents of a model with seeded weights. */
async function run(world: World, xn: object = {}): Promise<readonly RanEvent[]> {
  const scenario = parseRanScenario({ measurement: { errorSigmaDb: 0 }, xn }, "test");
  const { ueCount, cellCount } = world;
  const runtime = seededRuntime(ueCount);
  if (runtime.steps === null) throw new Error("a model with a latent has steps");
  const memory = memoryOf(runtime, { ueCount, cellCount, sameSite: sameSites(world) });
  const link = createPayloadLink(scenario.xn, createStream(1, "xn"));
  const arm: Arm = {
    name: "latent",
    policy: createContextPolicy(memory, eager, ueCount),
    procedure: "basic",
    handOff: createHandOff({ ...runtime.steps, precision: "int8", link }),
    sends: { what: "own" },
  };
  const events: RanEvent[] = [];
  const onTick = (_: number, __: unknown, happened: readonly RanEvent[]) => void events.push(...happened);
  await createSimulation({ world, scenario, seed: 1, arms: [arm], onTick }).advance(world.tickCount);
  return events;
}

const outcomesOf = (events: readonly RanEvent[]) =>
  events.flatMap((event) => (event.type === "latentReceived" ? [event.outcome] : []));

test("phones take their latents along: every handover over a perfect link is warm, of 8 bytes and the header", async () => {
  const events = await run(roughWorld(3, { tickCount: 1500 }));
  const outcomes = outcomesOf(events);
  expect(outcomes.length).toBeGreaterThan(5);
  expect(new Set(outcomes)).toEqual(new Set(["warm"]));
  const sent = events.flatMap((event) => (event.type === "latentSent" ? [event.payload.length] : []));
  expect(new Set(sent)).toEqual(new Set([8 + 24]));
});

test("a run is the same twice, event for event", async () => {
  const world = roughWorld(4, { tickCount: 300 });
  expect(await run(world)).toEqual(await run(world));
});

test("a payload with a flipped bit starts the target cold, and each is counted", async () => {
  const outcomes = outcomesOf(await run(roughWorld(3, { tickCount: 1500 }), { corruptProbability: 1 }));
  expect(outcomes.length).toBeGreaterThan(5);
  expect(outcomes).not.toContain("warm");
});

test("a world of one cell runs without a handover, one of 200 cells with some", async () => {
  const lone = worldOf({ cellCount: 1, tickCount: 300, rsrpDbm: () => -80, sinrDb: () => 10 });
  expect(outcomesOf(await run(lone))).toEqual([]);
  const wide = worldOf({
    cellCount: 200,
    tickCount: 600,
    rsrpDbm: (tick, _, cell) => -80 - 0.8 * Math.abs(cell - tick / 6),
    sinrDb: (tick, _, cell) => 8 - 0.8 * Math.abs(cell - tick / 6),
  });
  const outcomes = outcomesOf(await run(wide));
  expect(outcomes.length).toBeGreaterThan(2);
  expect(new Set(outcomes)).toEqual(new Set(["warm"]));
});
