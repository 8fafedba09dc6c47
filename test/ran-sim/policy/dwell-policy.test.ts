import { expect, test } from "vitest";
import { immediate, runArm, scenarioOf } from "../support/run-arm.ts";
import { roughWorld, worldOf } from "../support/worlds.ts";

test("no phone is back where it came from within a second, whatever the world", () => {
  for (const seed of [1, 2, 3]) {
    const world = roughWorld(seed);
    const completions = runArm(world, scenarioOf({}), "dwell").flatMap((event) =>
      event.type === "handoverComplete" ? [event] : [],
    );
    expect(completions.length).toBeGreaterThan(10);
    for (let ue = 0; ue < world.ueCount; ue++) {
      const mine = completions.filter((event) => event.ue === ue);
      for (let i = 1; i < mine.length; i++) {
        const back = mine[i].target === mine[i - 1].source && mine[i].source === mine[i - 1].target;
        if (back) expect(mine[i].tick - mine[i - 1].tick).toBeGreaterThanOrEqual(100);
      }
    }
  }
});

test("the way on to a third cell is not held", () => {
  const world = worldOf({
    cellCount: 3,
    tickCount: 300,
    rsrpDbm: (tick, _, cell) => (cell === (tick < 100 ? 0 : tick < 130 ? 1 : 2) ? -60 : -90),
    sinrDb: () => 5,
  });
  const targets = runArm(world, scenarioOf(immediate), "dwell").flatMap((event) =>
    event.type === "handoverComplete" ? [event.target] : [],
  );
  expect(targets).toEqual([1, 2]);
});
