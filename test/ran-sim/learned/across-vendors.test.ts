import { beforeAll, expect, test } from "vitest";
import { createGraph, readParameters } from "#core/model";
import { openOnnxSession } from "#core/node";
import { acrossOnnx, declareAcross } from "../../../ran-sim/learned/across-vendors.ts";
import type { ContextShape } from "../../../ran-sim/learned/context-shape.ts";
import { cutEpisodes, type Episode } from "../../../ran-sim/learned/episodes.ts";
import type { Carried } from "../../../ran-sim/learned/objective.ts";
import { recordWorld } from "../../../ran-sim/learned/recording.ts";
import { judgeContext, trainContext } from "../../../ran-sim/learned/train-context.ts";
import { acrossModel, contextModel, modelName } from "../../../ran-sim/learned/weights.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { seededWeights, smallShape } from "../support/context.ts";
import { roughWorld } from "../support/worlds.ts";

const BYTES = 8;
const narrow: ContextShape = { ...smallShape, slotWidth: 3, ueWidth: 5, messageWidth: 4 };
const finished = (shape: ContextShape, seed: number) => ({
  shape,
  parameters: seededWeights({ modelId: "finished", shape, latentBytes: BYTES }, seed),
});
const carried: Carried = {
  ...{ what: "across", bytes: BYTES },
  sender: finished(smallShape, 1),
  receiver: finished(narrow, 2),
};
const episode = { batch: 8, before: 5, after: 2, judgeEvery: 2 };
let episodes: readonly Episode[];
beforeAll(() => {
  const scenario = parseRanScenario({ measurement: { errorSigmaDb: 0 } }, "test");
  const recording = recordWorld(roughWorld(1, { tickCount: 900 }), scenario, 1);
  episodes = cutEpisodes([recording], narrow, episode, 64, 1);
});

const trained = async (steps: number, losses: number[] = []) => {
  const parameters = await trainContext({
    ...{
      shape: narrow,
      episode,
      carried,
      episodes,
      steps,
      learningRate: 1e-2,
      seed: 1,
      open: openOnnxSession,
    },
    onRecord: ({ values }) => {
      losses.push(values.loss);
      return undefined;
    },
  });
  if (parameters === null) throw new Error("the training was not stopped");
  return parameters;
};

test("between vendors one projector is trained and neither model: the loss falls all the same", async () => {
  const losses: number[] = [];
  const parameters = await trained(60, losses);
  const graph = createGraph();
  declareAcross(graph, { shape: narrow, latentBytes: BYTES });
  const sizes = graph.parameters.map(({ tensor }) =>
    tensor.shape.reduce((product, size) => product * size, 1),
  );
  expect(parameters.length).toBe(sizes.reduce((sum, size) => sum + size));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value) / values.length;
  expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(0, 10)));
});

test("what is expected at the source is the sender's, whatever the projector", async () => {
  const judge = (parameters: Float32Array) =>
    judgeContext(parameters, { shape: narrow, episode, carried, episodes, open: openOnnxSession });
  const [one, other] = [await judge(await trained(1)), await judge(await trained(30))];
  expect(one.atRequest).toBe(other.atRequest);
  expect(one.episodes).toBe(64);
});

test("a projector's file gives its parameters back", async () => {
  const model = { modelId: "across-test", shape: narrow, latentBytes: BYTES };
  const parameters = await trained(2);
  const graph = createGraph();
  declareAcross(graph, model);
  expect(readParameters(graph, acrossOnnx(model, parameters), "across-test.onnx")).toEqual(parameters);
});

test("the second vendor's models have names and a width of their own, and a projector the width of its receiver", () => {
  const training = { seed: 2, on: "synthetic" };
  const a = contextModel({ carried: "latent", bytes: 128 }, training);
  const b = contextModel({ carried: "latent", bytes: 128, vendor: "b" }, training);
  expect([a.modelId, b.modelId]).toEqual(["context-latent-128-s2", "context-b-latent-128-s2"]);
  expect(b.shape.slots).toBe(a.shape.slots);
  expect(b.shape.ueWidth).not.toBe(a.shape.ueWidth);
  expect(acrossModel({ carried: "across", bytes: 128, from: "a" }, training).shape).toEqual(b.shape);
  expect(modelName({ carried: "across", bytes: 128, from: "b" }, training)).toBe("context-b-to-a-128-s2");
});
