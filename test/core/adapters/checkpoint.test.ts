import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { defaultOptimizer, square, startTraining, sum, type TrainingState, trainingGraph } from "#core/model";
import { loadCheckpoint, saveCheckpoint } from "#core/node";

const graphOf = (size: number, learningRate = 1e-3) =>
  trainingGraph(
    (graph) => ({
      loss: sum(square(graph.parameter("weight", [size], { standardDeviation: 1 }))),
      watched: {},
    }),
    { ...defaultOptimizer, learningRate },
  );
const graph = graphOf(5);
const state: TrainingState = {
  step: 123_456,
  parameters: startTraining(graph, 1).parameters,
  firstMoment: Float32Array.of(-0, 1e-40, 3, -4, 5),
  secondMoment: Float32Array.of(1, 2, 3, 4, 1e30),
};

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), "baton-")), "state.checkpoint");
});

test("a state comes back bit for bit, and the file is written in one piece", async () => {
  await saveCheckpoint(path, state, graph);
  await saveCheckpoint(path, { ...state, step: state.step + 1 }, graph);
  expect(await loadCheckpoint(path, graph)).toEqual({ ...state, step: state.step + 1 });
  expect((await readFile(path)).byteLength).toBe(52 + 3 * 5 * 4);
  expect(await readdir(join(path, ".."))).toEqual(["state.checkpoint"]);
});

test("any byte that changes and any cut is one error", async () => {
  await saveCheckpoint(path, state, graph);
  const whole = new Uint8Array(await readFile(path));
  const refused = async (bytes: Uint8Array): Promise<void> => {
    await writeFile(path, bytes);
    await expect(loadCheckpoint(path, graph)).rejects.toMatchObject({ code: "bad-checkpoint" });
  };
  for (const [i, byte] of whole.entries()) await refused(whole.with(i, byte ^ 0x10));
  for (const length of [0, 3, 51, 52, whole.length - 1]) await refused(whole.subarray(0, length));
  await refused(Uint8Array.of(...whole, 0));
});

test("a file that is not there is one error", async () => {
  await expect(loadCheckpoint(path, graph)).rejects.toThrow(
    "state.checkpoint: expected the checkpoint of a training run, got ENOENT",
  );
});

test.each([
  ["another model", graphOf(6)],
  ["another learning rate", graphOf(5, 2e-3)],
])("training of %s cannot go on from it", async (_, other) => {
  await saveCheckpoint(path, state, graph);
  await expect(loadCheckpoint(path, other)).rejects.toThrow(
    "expected a checkpoint of this model, optimiser and schedule, got one of another",
  );
});

test("a state of another size is not saved, and values that are not finite are not read", async () => {
  await expect(saveCheckpoint(path, state, graphOf(6))).rejects.toThrow(RangeError);
  await saveCheckpoint(path, { ...state, firstMoment: state.firstMoment.with(0, Number.NaN) }, graph);
  await expect(loadCheckpoint(path, graph)).rejects.toThrow("expected finite values");
});
