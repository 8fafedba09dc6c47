import fc from "fast-check";
import { expect, test } from "vitest";
import { createStream } from "#core";
import type { RanEvent } from "../../../../ran-sim/events.ts";
import { createArm } from "../../../../ran-sim/hand-off/arms.ts";
import { parseRanScenario, type RanScenario } from "../../../../ran-sim/scenario.ts";
import { createSimulation } from "../../../../ran-sim/simulate.ts";
import { readMultiCellTraces } from "../../../../ran-sim/trace/read-traces.ts";
import { createTraceWorld } from "../../../../ran-sim/trace-world.ts";
import type { World } from "../../../../ran-sim/world.ts";
import { sharedPath, testWithShared } from "../../../support/shared-data.ts";
import { bestOfEveryPlan, isBetter, outcomeOf } from "../../support/every-plan.ts";
import { immediate, runArm, scenarioOf, twoCells } from "../../support/run-arm.ts";
import { roughWorld, worldOf } from "../../support/worlds.ts";

const quiet = { warmUpS: 0, measurement: { errorSigmaDb: 0 } };

/** Runs arms in step and returns [arm] what happened. */
async function runArms(world: World, scenario: RanScenario, arms: readonly string[]) {
  const events: RanEvent[][] = arms.map(() => []);
  const none = () => ({ count: 0, size: 0, values: new Float32Array() });
  const context = { scenario, world, seed: 1, trainingStates: none };
  await createSimulation({
    world,
    scenario,
    seed: 1,
    arms: arms.map((arm) => createArm(arm, context)),
    onTick: (arm, _, happened) => events[arm].push(...happened),
  }).advance(world.tickCount);
  return events;
}

/** A world of one phone at 50 ms a tick whose links are, for two ticks at a time, lost, between Qout and Qin, or good. */
function smallWorld(seed: number, cellCount: number, tickCount: number): World {
  const random = createStream(seed, "small-world");
  const sinrDb = (tick: number, _: number, cell: number): number =>
    [-12, -12, -7, 3, 5][random.integer(5, cell, Math.floor(tick / 2))];
  return worldOf({
    cellCount,
    tickMs: 50,
    tickCount,
    sinrDb,
    rsrpDbm: (tick, ue, cell) => sinrDb(tick, ue, cell) - 80,
  });
}

test("no sequence of requests does better, in small worlds under any timers", () => {
  const timers = fc.record({
    n310: fc.constantFrom(1, 2),
    n311: fc.constantFrom(1, 2),
    t310Ms: fc.constantFrom(0, 50, 100),
    commandDuringT310: fc.constantFrom("lost", "received"),
    indicationPeriodMs: fc.constantFrom(50, 100),
    preparationMs: fc.constantFrom(50, 100),
    reestablishmentMs: fc.constantFrom(0, 50, 100),
    reestablishmentAccessMs: fc.constantFrom(0, 100),
    minimumTimeOfStayMs: fc.constantFrom(150, 300),
  });
  fc.assert(
    fc.property(
      fc.nat(10_000),
      timers,
      // With a retry of the access the weight of a stay that began in the warm-up is not exact.
      fc.constantFrom({ t304Ms: 50, warmUpS: 0 }, { t304Ms: 100, warmUpS: 0 }, { t304Ms: 50, warmUpS: 0.2 }),
      fc.constantFrom({ cellCount: 2, tickCount: 14 }, { cellCount: 3, tickCount: 10 }),
      (seed, times, { t304Ms, warmUpS }, { cellCount, tickCount }) => {
        const scenario = parseRanScenario(
          {
            warmUpS,
            measurement: { errorSigmaDb: 0, l1PeriodMs: 50 },
            handover: { ...times, t304Ms, executionMs: 50, randomAccessMs: 50, t301Ms: 100, t311Ms: 1000 },
          },
          "test",
        );
        const world = smallWorld(seed, cellCount, tickCount);
        const planned = outcomeOf(runArm(world, scenario, "clairvoyant"), scenario, world.tickMs);
        expect(planned).toEqual(bestOfEveryPlan(world, scenario));
      },
    ),
    { numRuns: 60, seed: 4 },
  );
});

test("no rule does better for any phone of a rough world", async () => {
  const rules = ["a3-set1", "a3-set2", "a3-set3", "a3-set4", "a3-set5", "a3-tuned", "a5"];
  await fc.assert(
    fc.asyncProperty(fc.nat(10_000), fc.constantFrom(0, 2), async (seed, warmUpS) => {
      const scenario = parseRanScenario({ ...quiet, warmUpS }, "test");
      const world = roughWorld(seed, { ueCount: 3, tickCount: 900 });
      const [planned, ...others] = await runArms(world, scenario, ["clairvoyant", ...rules]);
      for (let ue = 0; ue < world.ueCount; ue++) {
        const least = outcomeOf(planned, scenario, world.tickMs, ue);
        for (const [i, events] of others.entries()) {
          const outcome = outcomeOf(events, scenario, world.tickMs, ue);
          expect(isBetter(outcome, least), `${rules[i]} ${outcome}, clairvoyant ${least}`).toBe(false);
        }
      }
    }),
    { numRuns: 6, seed: 4 },
  );
});

test("a phone that passes from one cell to the next is handed over once, while the old link still carries the command", () => {
  // Cell 0 falls below Qout at tick 200; cell 1 can be reached from tick 150 on.
  const world = twoCells(
    (tick) => (tick < 200 ? 5 : -20),
    (tick) => (tick < 150 ? -20 : 5),
    175,
  );
  const events = runArm(world, scenarioOf(immediate), "clairvoyant");
  const completed = events.filter((event) => event.type === "handoverComplete");
  expect(completed.map(({ target }) => target)).toEqual([1]);
  expect(completed[0].tick).toBeGreaterThanOrEqual(150);
  // T310 starts after ten indications; a command that comes later is lost.
  expect(completed[0].tick).toBeLessThan(200 + 10 + 4);
  expect(events.some((event) => event.type === "radioLinkFailure")).toBe(false);
});

test("of equal plans it takes the one that is served late for the fewest ticks, and without need it stays", () => {
  // From tick 100 on cell 1 is 10 dB stronger; cell 0 is lost from tick 300 on, or never.
  const good = () => 5;
  const forced = twoCells((tick) => (tick < 300 ? 5 : -20), good);
  const [completed, ...more] = runArm(forced, scenarioOf(immediate), "clairvoyant").filter(
    (event) => event.type === "handoverComplete",
  );
  expect(more).toEqual([]);
  // The execution takes 4 ticks: served by cell 0 until before tick 100, and by cell 1 from then on, is never late.
  expect(completed.tick).toBeGreaterThanOrEqual(100);
  expect(completed.tick).toBeLessThanOrEqual(104);
  const free = runArm(twoCells(good, good), scenarioOf(immediate), "clairvoyant");
  expect(free.map(({ type }) => type)).toEqual(["reestablishment"]);
});

test("a request that is refused is made again, and the plan after it is made anew", () => {
  const handover = { refusalProbability: 0.5 };
  const world = roughWorld(3, { ueCount: 4, tickCount: 900 });
  const events = runArm(world, scenarioOf({ ...quiet, handover }), "clairvoyant");
  const refused = events.filter((event) => event.type === "preparationFailure");
  expect(refused.length).toBeGreaterThan(5);
  for (const { ue, tick } of refused) {
    const next = events.find((event) => event.ue === ue && event.tick > tick);
    if (next?.type === "handoverRequest") expect(next.tick).toBe(tick + 1);
  }
});

test("a world of one cell, and one in which nothing can be heard, have nothing to plan", () => {
  const shape = { ueCount: 1, tickCount: 500, rsrpDbm: () => -80 };
  const alone = worldOf({ ...shape, cellCount: 1, sinrDb: (tick) => (tick < 100 ? 5 : -20) });
  const types = runArm(alone, scenarioOf(immediate), "clairvoyant").map(({ type }) => type);
  expect(types).toEqual(["reestablishment", "radioLinkFailure", "connectionReleased"]);
  const silent = worldOf({ ...shape, cellCount: 2, sinrDb: () => -20 });
  expect(runArm(silent, scenarioOf(immediate), "clairvoyant")).toEqual([]);
});

testWithShared("a recorded journey is served without a failure and without a short stay", async () => {
  const [trace] = readMultiCellTraces(sharedPath("data", "karlsruhe", "30kmh_14.csv.gz"));
  const scenario = parseRanScenario(quiet, "test");
  const [events, tuned] = await runArms(createTraceWorld(trace), scenario, ["clairvoyant", "a3-set4"]);
  const [failures, shortStays] = outcomeOf(events, scenario, trace.sampleMs);
  expect([failures, shortStays]).toEqual([0, 0]);
  expect(tuned.length).toBeGreaterThan(0);
});
