import { expect, test } from "vitest";
import { createGraph, initialParameters } from "#core/model";
import { openOnnxSession } from "#core/node";
import { declareContext } from "../../../ran-sim/learned/context-runtime.ts";
import { trainModels } from "../../../ran-sim/learned/train-models.ts";
import {
  judgedWorlds,
  recordPlan,
  scheduleOf,
  smokePlan,
  type TrainingPlan,
} from "../../../ran-sim/learned/training-plan.ts";
import { contextModel, modelName, PERTURBED, SYNTHETIC } from "../../../ran-sim/learned/weights.ts";

const plan = (on: string): TrainingPlan => ({
  ...smokePlan,
  kinds: [{ carried: "nothing" }],
  tuning: { steps: 1, learningRate: 1e-3 },
  worlds: 1,
  validationWorlds: 1,
  users: 4,
  durationS: 7,
  episodes: 48,
  validationEpisodes: 48,
  seed: 2,
  on,
});

const recordings = recordPlan(plan(PERTURBED));

test("perturbed worlds are those of the same seeds, seen through perturbations", () => {
  const clean = recordPlan(plan(SYNTHETIC));
  for (const set of ["training", "validation"] as const) {
    expect(recordings[set].length).toBe(clean[set].length);
    for (const [i, { cellCount, reportCount, reportPeriodMs, rsrpDbm }] of recordings[set].entries()) {
      expect(clean[set][i]).toMatchObject({ cellCount, reportCount, reportPeriodMs });
      expect(rsrpDbm).not.toEqual(clean[set][i].rsrpDbm);
    }
  }
});

test("a kind that meets perturbations goes on from the base of clean worlds, under a name of its own", async () => {
  const asked: string[] = [];
  const [model] = await trainModels(plan(PERTURBED), recordings, {
    open: openOnnxSession,
    async read(trained) {
      const clean = { seed: 2, on: SYNTHETIC };
      asked.push(modelName(trained, clean));
      const graph = createGraph();
      declareContext(graph, contextModel(trained, clean));
      return initialParameters(graph, 1);
    },
  });
  expect(asked).toEqual(["context-base-s2"]);
  expect([model.name, model.modelId, model.steps]).toEqual([
    ...["context-nothing-perturbed-s2", "context-nothing-perturbed-s2"],
    1,
  ]);
  expect(model.metrics.every(({ seeds }) => seeds === 1)).toBe(true);
}, 60_000);

test("only worlds are counted as such, and only a window of clean ones takes the steps of a base too", () => {
  expect([SYNTHETIC, PERTURBED, "karlsruhe"].map((on) => judgedWorlds(plan(on)))).toEqual([1, 1, 0]);
  const steps = (on: string) => scheduleOf({ carried: "window" }, plan(on)).steps;
  expect([SYNTHETIC, PERTURBED, "karlsruhe"].map(steps)).toEqual([101, 1, 1]);
});
