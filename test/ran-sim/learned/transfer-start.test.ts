import { expect, test } from "vitest";
import { createGraph, initialParameters } from "#core/model";
import { openOnnxSession } from "#core/node";
import { declareContext } from "../../../ran-sim/learned/context-runtime.ts";
import { cutEpisodes } from "../../../ran-sim/learned/episodes.ts";
import type { Carried } from "../../../ran-sim/learned/objective.ts";
import { recordWorld } from "../../../ran-sim/learned/recording.ts";
import { judgeContext, trainContext } from "../../../ran-sim/learned/train-context.ts";
import { transferStart } from "../../../ran-sim/learned/transfer-start.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { smallShape } from "../support/context.ts";
import { roughWorld } from "../support/worlds.ts";

const episode = { batch: 8, before: 5, after: 2, judgeEvery: 2 };
const scenario = parseRanScenario({ measurement: { errorSigmaDb: 0 } }, "test");
const recording = recordWorld(roughWorld(1, { tickCount: 900 }), scenario, 1);
const episodes = cutEpisodes([recording], smallShape, episode, 64, 1);
const BYTES = 12;
const carried: Carried = { what: "latent", bytes: BYTES, beta: 1e-6 };
const training = { shape: smallShape, episode, carried, episodes, open: openOnnxSession };

/** Parameters of a network that was never trained, and of its transfer. */
function untrained(): Float32Array {
  const graph = createGraph();
  declareContext(graph, { shape: smallShape, latentBytes: BYTES });
  return initialParameters(graph, 1);
}

test("the first loss with a latent is already near that of the whole state", async () => {
  const firstLoss = async (what: Carried) => {
    const losses: number[] = [];
    await trainContext({
      ...{ ...training, carried: what, steps: 1, learningRate: 1e-3, seed: 1 },
      onRecord: ({ values }) => {
        losses.push(values.loss);
        return undefined;
      },
    });
    return losses[0];
  };
  const [nothing, latent, whole] = [
    await firstLoss({ what: "nothing" }),
    await firstLoss(carried),
    await firstLoss({ what: "state" }),
  ];
  expect(Math.abs(latent - whole)).toBeLessThan(0.3 * Math.abs(nothing - whole));
});

test("latents start with at most unit spread, and every gate is a sigmoid that can move", async () => {
  const start = await transferStart(training, untrained());
  for (const values of Object.values(start)) expect(Array.from(values).every(Number.isFinite)).toBe(true);
  for (const bias of Array.from(start["transfer.gate.bias"])) expect(Math.abs(bias)).toBeLessThan(4);
  expect(start["transfer.encode.mean.bias"].length).toBe(BYTES);
});

test("more values than a state has are of no use and do no harm", async () => {
  const wide: Carried = { what: "latent", bytes: 256, beta: 1e-6 };
  const parameters = await trainContext({
    ...{ ...training, carried: wide, steps: 2, learningRate: 1e-3, seed: 1 },
  });
  const { afterHandOff } = await judgeContext(parameters as Float32Array, { ...training, carried: wide });
  for (const share of afterHandOff) expect(share).toBeGreaterThanOrEqual(0);
});

test("what has no transfer has no start", async () => {
  expect(await transferStart({ ...training, carried: { what: "state" } }, untrained())).toEqual({});
});
