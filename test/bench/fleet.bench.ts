import { bench, describe } from "vitest";
import { loadAgentScenario } from "#agent-sim";
import { hasFleet } from "../../agent-sim/fleet/experiment.ts";
import { createFleetRuns } from "../../agent-sim/fleet/params.ts";
import { simulateFleet } from "../../agent-sim/fleet/simulate.ts";
import { fleetArmNames } from "../../agent-sim/hand-off/arm-lists.ts";
import { createTaskSource } from "../../agent-sim/pipeline/task.ts";

// Hops a second on one core = 50,000 x operations a second: 10,000 tasks of the scenario `fleet`, five hops each. Tasks are
// drawn before; the plan of an arm and the run are timed together, in CPU time of this process, so that it does not matter
// what else the machine does.
const TASKS = 10_000;
const scenario = loadAgentScenario("fleet", [{ path: "tasksPerSeed", value: TASKS }]);
if (!hasFleet(scenario)) throw new RangeError("the scenario has no fleet");
const runs = createFleetRuns(scenario, await createTaskSource(scenario, null));
const traffic = runs.traffic(1);

const options = {
  iterations: 5,
  time: 0,
  now: () => (process.cpuUsage().user + process.cpuUsage().system) / 1000,
};

describe(`${5 * TASKS} hops`, () => {
  for (const arm of fleetArmNames.filter((name) => name !== "single")) {
    bench(arm, () => void simulateFleet(runs.params(traffic, arm)), options);
  }
});

describe("a step of what surrounds it", () => {
  bench(`draw ${TASKS} tasks`, () => void runs.traffic(1), options);
});
