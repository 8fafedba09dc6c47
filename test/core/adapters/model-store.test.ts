import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { BadInputError, type KpiRow } from "#core";
import { createGraph, initialParameters, linear, readParameters, toOnnx } from "#core/model";
import { type ExpectedModel, loadModel, type ModelDescription, saveModel, sha256 } from "#core/node";

const graph = createGraph();
graph.output("y", linear(graph, "layer", 3, 2)(graph.input("x", [4, 3])));
const onnxOf = (seed: number) => toOnnx(graph, initialParameters(graph, seed));

const accuracy: KpiRow = {
  experiment: "training",
  domain: "ran",
  kind: "simulated",
  scenario: "validation",
  arm: "latent",
  metric: "postHandoverAccuracy",
  unit: "1",
  value: 0.75,
  ci95: [0.7, 0.8],
  n: 1000,
  seeds: 4,
};

const description: ModelDescription = {
  modelId: "toy@1",
  normalisation: { rsrpDbm: [-100, 12.5], scale: 2 },
  training: {
    command: ["ran", "train", "--seed", "7"],
    seed: 7,
    steps: 300,
    dataSha256: sha256(Uint8Array.of(1, 2, 3)),
  },
  metrics: [accuracy],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-"));
});

const save = () => saveModel(folder, "toy", { onnx: onnxOf(1), manifest: description });
const manifestText = () => readFile(join(folder, "toy.json"), "utf8");
const changeManifest = async (from: string, to: string): Promise<void> => {
  const text = await manifestText();
  expect(text).toContain(from);
  await writeFile(join(folder, "toy.json"), text.replace(from, to));
};

test("a model comes back as it was saved, with what it takes, returns and was trained on", async () => {
  const saved = await save();
  expect(await readdir(folder)).toEqual(["toy.json", "toy.onnx"]);
  const { onnx, manifest } = await loadModel(folder, "toy", { modelId: "toy@1" });
  expect(manifest).toEqual(saved);
  expect(readParameters(graph, onnx, "toy")).toEqual(initialParameters(graph, 1));
  expect(manifest).toMatchObject({
    ...description,
    format: 1,
    inputs: [{ name: "x", type: "float32", shape: [4, 3] }],
    outputs: [{ name: "y", type: "float32", shape: [4, 2] }],
    training: {
      onnxruntime: expect.stringMatching(/^\d+\.\d+\.\d+/),
      cpuClass: expect.stringContaining(process.arch),
    },
  });
});

test("a SHA-256 is that of the standard, over parts as over the whole", () => {
  // FIPS 180-4, the example "abc".
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(sha256(new TextEncoder().encode("abc"))).toBe(abc);
  expect(sha256(new TextEncoder().encode("a"), new TextEncoder().encode("bc"))).toBe(abc);
});

test.each<[string, string, string, () => Promise<unknown>]>([
  [
    "no manifest",
    "unreadable-model",
    "toy.json: expected a file of a trained model, got ENOENT",
    () => rm(join(folder, "toy.json")),
  ],
  [
    "no weights",
    "unreadable-model",
    "toy.onnx: expected a file of a trained model, got ENOENT",
    () => rm(join(folder, "toy.onnx")),
  ],
  [
    "a manifest that is not JSON",
    "bad-model-manifest",
    "expected the manifest of a model, as JSON",
    () => writeFile(join(folder, "toy.json"), "{"),
  ],
  [
    "another format version",
    "bad-model-manifest",
    "toy.json, format: expected 1, got 2",
    () => changeManifest('"format": 1', '"format": 2'),
  ],
  [
    "a manifest without a seed",
    "bad-model-manifest",
    "training.seed: expected a value of type number, got nothing",
    () => changeManifest('"seed": 7,', ""),
  ],
  [
    "a number with no provenance",
    "bad-model-manifest",
    "metrics[0].kind: expected one of measured",
    () => changeManifest('"kind": "simulated",', ""),
  ],
  [
    "a normalisation that is no number",
    "bad-model-manifest",
    "toy.json, normalisation.scale: expected",
    () => changeManifest('"scale": 2', '"scale": null'),
  ],
  [
    "weights of another model",
    "model-mismatch",
    "toy.onnx: expected the weights that toy.json describes",
    () => writeFile(join(folder, "toy.onnx"), onnxOf(2)),
  ],
  [
    "weights cut short",
    "model-mismatch",
    "toy.onnx: expected the weights that toy.json describes",
    () => writeFile(join(folder, "toy.onnx"), onnxOf(1).subarray(0, 100)),
  ],
  [
    "other shapes than the weights have",
    "model-mismatch",
    "toy.json, inputs: expected x float32[4,3], got x float32[5,3]",
    () => changeManifest("4,\n        3", "5,\n        3"),
  ],
])("%s is one error", async (_, code, message, damage) => {
  await save();
  await damage();
  const loading = loadModel(folder, "toy");
  await expect(loading).rejects.toThrow(BadInputError);
  await expect(loading).rejects.toMatchObject({ code });
  await expect(loading).rejects.toThrow(message);
});

test("weights that are no ONNX file are refused even when the hash is theirs", async () => {
  await save();
  const text = new TextEncoder().encode("not a model");
  await writeFile(join(folder, "toy.onnx"), text);
  await changeManifest(sha256(onnxOf(1)), sha256(text));
  await expect(loadModel(folder, "toy")).rejects.toMatchObject({ code: "unreadable-model" });
});

test.each<[string, ExpectedModel, string]>([
  ["another model", { modelId: "toy@2" }, "toy.json: expected the model toy@2, got toy@1"],
  [
    "another input",
    { inputs: [{ name: "x", type: "float32", shape: [4, 9] }] },
    "expected x float32[4,9], got x float32[4,3]",
  ],
  ["another output", { outputs: [] }, "toy.onnx, outputs: expected "],
])("%s than the one asked for is one error", async (_, expected, message) => {
  await save();
  const loading = loadModel(folder, "toy", expected);
  await expect(loading).rejects.toMatchObject({ code: "model-mismatch" });
  await expect(loading).rejects.toThrow(message);
});

test.each<[string, Partial<ModelDescription>, string]>([
  ["a constant that is no number", { normalisation: { scale: Number.NaN } }, "normalisation: scale"],
  [
    "a cited metric without its source",
    { metrics: [{ ...accuracy, kind: "cited" }] },
    "a cited row names its source",
  ],
  ["the same metric twice", { metrics: [accuracy, accuracy] }, "occurs twice"],
])("%s is not saved", async (_, change, message) => {
  const saving = saveModel(folder, "toy", { onnx: onnxOf(1), manifest: { ...description, ...change } });
  await expect(saving).rejects.toThrow(RangeError);
  await expect(saving).rejects.toThrow(message);
  expect(await readdir(folder)).toEqual([]);
});

test("a name that would leave the folder is refused", async () => {
  await expect(loadModel(folder, "../toy")).rejects.toThrow(RangeError);
});
