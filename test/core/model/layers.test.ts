import { expect, test } from "vitest";
import { createStream } from "#core";
import {
  createGraph,
  type Graph,
  gru,
  initialParameters,
  layerNorm,
  reshape,
  stack,
  swapLast,
  type Tensor,
  toOnnx,
  unstack,
} from "#core/model";
import { openOnnxSession } from "#core/node";
import { operator } from "../../../core/model/arithmetic.ts";
import { concat } from "../../../core/model/parts.ts";

const random = createStream(11, "layers");
const normals = (count: number, entity: number) =>
  Float32Array.from({ length: count }, (_, i) => random.normal(entity, i));

/** An optional input that is left out has the empty name in ONNX: here the sequence lengths, which are all equal. */
const omitted = (graph: Graph): Tensor => ({ graph, name: "", shape: [], type: "float32" });

async function run(graph: Graph, feeds: Record<string, Float32Array>) {
  const parameters = initialParameters(graph, 3).map((value, i) => value + 0.1 * random.normal(9, i));
  const session = await openOnnxSession(toOnnx(graph));
  const results = await session.run({ ...feeds, parameters });
  await session.close();
  return results as Record<string, Float32Array>;
}

test("a gated recurrent unit over five steps equals ONNX's own with linear_before_reset", async () => {
  const [length, batch, inputs, width] = [5, 3, 4, 6];
  const graph = createGraph();
  const x = graph.input("x", [length, batch, inputs]);
  const start = graph.input("start", [batch, width]);
  const step = gru(graph, "layer", inputs, width);
  const states: Tensor[] = [];
  for (const input of unstack(x, 0)) states.push(step(input, states.at(-1) ?? start));
  graph.output("ours", stack(states, 0));

  const parameter = (name: string): Tensor => {
    const found = graph.parameters.find(({ tensor }) => tensor.name === `layer.${name}`);
    if (found === undefined) throw new Error(name);
    return found.tensor;
  };
  // ONNX GRU-14: gates in the order update, reset, hidden, as ours; weights [directions, 3 width, inputs].
  const theirs = operator(
    "GRU",
    [
      x,
      reshape(swapLast(parameter("input.weight")), [1, 3 * width, inputs]),
      reshape(swapLast(parameter("state.weight")), [1, 3 * width, width]),
      reshape(concat([parameter("input.bias"), parameter("state.bias")], 0), [1, 6 * width]),
      omitted(graph),
      reshape(start, [1, batch, width]),
    ],
    [length, 1, batch, width],
    null,
    { hidden_size: { int: width }, linear_before_reset: { int: 1 } },
  );
  graph.output("theirs", reshape(theirs, [length, batch, width]));
  const { ours, theirs: wanted } = await run(graph, {
    x: normals(length * batch * inputs, 1),
    start: normals(batch * width, 2),
  });
  for (const [i, value] of ours.entries()) expect(Math.abs(value - wanted[i])).toBeLessThan(1e-6);
});

test("layer normalisation returns mean 0 and variance 1 where gain is 1 and bias 0", async () => {
  const graph = createGraph();
  const x = graph.input("x", [3, 16]);
  graph.output("y", layerNorm(graph, "layer", 16)(x));
  const session = await openOnnxSession(toOnnx(graph, initialParameters(graph, 1)));
  const values = normals(48, 4).map((value) => 5 + 3 * value);
  const { y } = (await session.run({ x: values })) as Record<string, Float32Array>;
  await session.close();
  for (const row of [0, 1, 2]) {
    const rowValues = [...y.subarray(16 * row, 16 * row + 16)];
    const mean = rowValues.reduce((a, b) => a + b, 0) / 16;
    const variance = rowValues.reduce((a, b) => a + (b - mean) ** 2, 0) / 16;
    expect(mean).toBeCloseTo(0, 5);
    expect(variance).toBeCloseTo(1, 4);
  }
});
