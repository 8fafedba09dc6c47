import { expect, test } from "vitest";
import { createTraining } from "../../ran-sim/experiment.ts";
import { parseRanScenario } from "../../ran-sim/scenario.ts";

const scenario = parseRanScenario(
  {
    layout: { sites: 1 },
    mobility: { users: 8 },
    tickMs: 20,
    training: { worlds: 1, durationS: 4 },
  },
  "test",
);

test("fitting a compression can be stopped at a pause, and asked for again it begins anew", async () => {
  const train = createTraining(scenario, ["pca"]);
  const stopped = async () => train(() => Promise.reject(new Error("stopped")));
  await expect(stopped()).rejects.toThrow("stopped");
  await expect(stopped()).rejects.toThrow("stopped");
  const [states] = [...(await train()).values()];
  expect(states.count).toBeGreaterThan(2);
});
