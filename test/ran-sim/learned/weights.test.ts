import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BadInputError } from "#core";
import { createGraph, toOnnx } from "#core/model";
import { openOnnxSession, saveModel } from "#core/node";
import {
  type ContextModel,
  createContextRuntime,
  declareContext,
} from "../../../ran-sim/learned/context-runtime.ts";
import {
  contextModel,
  modelName,
  PERTURBED,
  readWeights,
  SYNTHETIC,
  trainedLatentBytes,
} from "../../../ran-sim/learned/weights.ts";
import { memoryOf, reportOf, seededWeights, smallModel } from "../support/context.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-weights-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Saves seeded weights of `model` under the name and identity of `smallModel`, or another identity. */
async function save(model: ContextModel = smallModel, modelId = smallModel.modelId) {
  const graph = createGraph();
  const { network } = declareContext(graph, model);
  graph.output("initial", network.initial);
  const weights = seededWeights(model);
  await saveModel(folder, smallModel.modelId, {
    onnx: toOnnx(graph, weights),
    manifest: {
      modelId,
      normalisation: {},
      training: { command: ["ran", "train"], seed: 1, steps: 1, dataSha256: "0".repeat(64) },
      metrics: [],
    },
  });
  return weights;
}

const otherShape = { ...smallModel.shape, ueWidth: 7 };

test("weights come back as they were saved, by name, whatever the graph's outputs", async () => {
  const weights = await save();
  expect(await readWeights(smallModel, folder)).toEqual(weights);
});

test.each<[string, string, RegExp, () => Promise<unknown>]>([
  [
    "missing files",
    "unreadable-model",
    /context-test\.json: expected a file of a trained model/,
    async () => {},
  ],
  [
    "a truncated ONNX file",
    "model-mismatch",
    /context-test\.onnx: expected the weights that context-test\.json describes/,
    async () => {
      await save();
      truncateSync(join(folder, "context-test.onnx"), 1000);
    },
  ],
  [
    "another model under this name",
    "model-mismatch",
    /expected the model context-test, got context-other/,
    () => save(smallModel, "context-other"),
  ],
  [
    "weights of another shape",
    "unreadable-model",
    /context-test\.onnx: expected the parameter network\.ue\.input\.weight/,
    () => save({ ...smallModel, shape: otherShape }),
  ],
  [
    "weights without a transfer",
    "unreadable-model",
    /expected the parameter transfer\..* got no such parameter/,
    () => save({ ...smallModel, latentBytes: null }),
  ],
])("%s are refused with one error", async (_, code, message, prepare) => {
  await prepare();
  const error = await readWeights(smallModel, folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BadInputError);
  expect((error as BadInputError).code).toBe(code);
  expect((error as BadInputError).message).toMatch(message);
});

test("an arm whose weights are missing ends at its first report with that error, and no sooner", async () => {
  const runtime = createContextRuntime(smallModel, 1, {
    readWeights: () => readWeights(smallModel, folder),
    open: openOnnxSession,
  });
  const memory = memoryOf(runtime, { cellCount: 2 });
  memory.forget(0);
  const error = await Promise.resolve(memory.observe(reportOf(0, [[-80, -90]], [0]))).catch(
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(BadInputError);
});

test("every kind, seed and training data have a name of their own, and the latents' names say their bytes", () => {
  const kinds = [
    ...(["base", "nothing", "state", "reports"] as const).map((carried) => ({ carried })),
    ...trainedLatentBytes.map((bytes) => ({ carried: "latent" as const, bytes })),
  ];
  const trainings = [SYNTHETIC, PERTURBED, "karlsruhe"].flatMap((on) =>
    [1, 2, 3].map((seed) => ({ seed, on })),
  );
  const names = kinds.flatMap((kind) => trainings.map((training) => modelName(kind, training)));
  expect(new Set(names).size).toBe(trainings.length * kinds.length);
  expect(contextModel({ carried: "latent", bytes: 32 }, { seed: 2, on: SYNTHETIC })).toMatchObject({
    modelId: "context-latent-32-s2",
    latentBytes: 32,
  });
  expect(modelName({ carried: "state" }, { seed: 3, on: "karlsruhe" })).toBe("context-state-karlsruhe-s3");
  expect(modelName({ carried: "state" }, { seed: 1, on: PERTURBED })).toBe("context-state-perturbed-s1");
  expect(modelName({ carried: "window", vendor: "b" }, { seed: 1, on: SYNTHETIC })).toBe(
    "context-b-window-s1",
  );
  expect(contextModel({ carried: "state" }, { seed: 1, on: SYNTHETIC }).latentBytes).toBeNull();
});
