import { expect, test } from "vitest";
import {
  cast,
  createGraph,
  defaultOptimizer,
  exp,
  gradients,
  greater,
  linear,
  mean,
  multiply,
  square,
  stopGradient,
  sum,
  toOnnx,
  trainingGraph,
} from "#core/model";
import { openOnnxSession } from "#core/node";
import { readModelProto } from "../../../core/model/onnx-signature.ts";

const operators = (onnx: Uint8Array): string[] =>
  (readModelProto(onnx, "test").graph?.node ?? []).map(({ opType }) => opType);

test("only what the outputs need is written", () => {
  const graph = createGraph();
  const x = graph.input("x", [2, 2]);
  exp(x);
  sum(multiply(x, graph.constant([3], [])));
  graph.output("y", square(x));
  const onnx = toOnnx(graph);
  expect(operators(onnx)).toEqual(["Mul", "Identity"]);
  expect(readModelProto(onnx, "test").graph?.initializer).toEqual([]);
});

test("a training step does not work out gradients of the inputs", () => {
  const step = (parameters: number) =>
    trainingGraph((graph) => {
      let x = graph.input("x", [4, 3]);
      for (let i = 0; i < parameters; i++) x = linear(graph, `layer${i}`, 3, 3)(x);
      return { loss: mean(square(x)), watched: {} };
    }, defaultOptimizer);
  // Forward, and backward by the weights; from the second layer on, also backward by what comes in.
  const products = [1, 2, 3].map((n) => operators(step(n).onnx).filter((name) => name === "Gemm").length);
  expect(products).toEqual([2, 5, 8]);
});

test("a graph writes the same bytes each time", () => {
  const build = () => {
    const graph = createGraph();
    graph.output("y", linear(graph, "layer", 3, 2)(graph.input("x", [4, 3])));
    return toOnnx(graph);
  };
  expect(build()).toEqual(build());
});

test("values of every type leave a graph as they are", async () => {
  const graph = createGraph();
  const x = graph.input("x", [3]);
  const positive = greater(x, graph.constant([0], []));
  graph.output("positive", positive);
  graph.output("whole", cast(x, "int64"));
  graph.output("number", cast(positive, "float32"));
  const session = await openOnnxSession(toOnnx(graph));
  expect(await session.run({ x: Float32Array.of(-1, 2, 7.9) })).toEqual({
    positive: Uint8Array.of(0, 1, 1),
    whole: BigInt64Array.of(-1n, 2n, 7n),
    number: Float32Array.of(0, 1, 1),
  });
  await session.close();
});

test("a tensor on which the loss does not depend, or only through a stop, has the gradient zero", async () => {
  const graph = createGraph();
  const [a, b, c] = ["a", "b", "c"].map((name) => graph.input(name, [2]));
  const found = gradients(sum(multiply(a, stopGradient(b))), [a, b, c]);
  for (const [i, name] of ["a", "b", "c"].entries()) graph.output(`by ${name}`, found[i]);
  const session = await openOnnxSession(toOnnx(graph));
  const feeds = { a: Float32Array.of(1, 2), b: Float32Array.of(3, 4), c: Float32Array.of(5, 6) };
  expect(await session.run(feeds)).toEqual({
    "by a": Float32Array.of(3, 4),
    "by b": new Float32Array(2),
    "by c": new Float32Array(2),
  });
  await session.close();
});
