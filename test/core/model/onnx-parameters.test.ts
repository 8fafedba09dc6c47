import { expect, test } from "vitest";
import { BadInputError } from "#core";
import {
  createGraph,
  type Graph,
  initialParameters,
  linear,
  readParameters,
  readSignature,
  toOnnx,
} from "#core/model";

function model(inputs: number, names: readonly string[] = ["first", "second"]): Graph {
  const graph = createGraph();
  let x = graph.input("x", [2, inputs]);
  for (const name of names) x = linear(graph, name, inputs, inputs)(x);
  graph.output("y", x);
  return graph;
}

const graph = model(3);
const parameters = initialParameters(graph, 1);
const onnx = toOnnx(graph, parameters);

function refusal(read: () => unknown): BadInputError {
  try {
    read();
  } catch (error) {
    if (error instanceof BadInputError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("parameters come back bit for bit, by name, whatever the batch size and the order", () => {
  expect(readParameters(graph, onnx, "w.onnx")).toEqual(parameters);
  expect(readParameters(graph, Buffer.from(onnx), "w.onnx")).toEqual(parameters);
  const turned = readParameters(model(3, ["second", "first"]), onnx, "w.onnx");
  expect(turned).toEqual(Float32Array.of(...parameters.subarray(12), ...parameters.subarray(0, 12)));
});

test.each<[string, () => unknown, string]>([
  [
    "a parameter that is missing",
    () => readParameters(model(3, ["third"]), onnx, "w.onnx"),
    "w.onnx: expected the parameter third.weight [3,3], got no such parameter",
  ],
  [
    "a parameter of another shape",
    () => readParameters(model(4), onnx, "w.onnx"),
    "w.onnx: expected the parameter first.weight [4,4], got [3,3]",
  ],
  [
    "a value that is no number",
    () => readParameters(graph, toOnnx(graph, parameters.with(4, Number.NaN)), "w.onnx"),
    "w.onnx: expected the parameter first.weight [3,3], got values that are not finite",
  ],
  [
    "an infinite value",
    () => readParameters(graph, toOnnx(graph, parameters.with(10, Infinity)), "w.onnx"),
    "w.onnx: expected the parameter first.bias [3], got values that are not finite",
  ],
  [
    "weights that are an input",
    () => readParameters(graph, toOnnx(graph), "w.onnx"),
    "got no such parameter",
  ],
  [
    "text",
    () => readParameters(graph, new TextEncoder().encode("not a model"), "w.onnx"),
    "w.onnx: expected an ONNX file",
  ],
  ["nothing", () => readSignature(new Uint8Array(), "w.onnx"), "w.onnx: expected an ONNX file, got 0 bytes"],
])("%s is one error", (_, read, message) => {
  const error = refusal(read);
  expect(error.code).toBe("unreadable-model");
  expect(error.message).toContain(message);
  expect(error.message).not.toContain("\n");
});

test("a file cut short anywhere is refused", () => {
  for (let length = 0; length < onnx.length; length++) {
    const cut = onnx.subarray(0, length);
    expect(refusal(() => readParameters(graph, cut, "w.onnx")).code).toBe("unreadable-model");
  }
});

test("a file says what it takes and returns", () => {
  const fed = readSignature(toOnnx(graph), "w.onnx");
  expect(fed.inputs).toEqual([
    { name: "x", type: "float32", shape: [2, 3] },
    { name: "parameters", type: "float32", shape: [24] },
  ]);
  expect(readSignature(onnx, "w.onnx")).toEqual({
    inputs: [{ name: "x", type: "float32", shape: [2, 3] }],
    outputs: [{ name: "y", type: "float32", shape: [2, 3] }],
  });
});
