import { afterAll, beforeAll, expect, test } from "vitest";
import { BadInputError } from "#core";
import { createGraph, gatherRows, initialParameters, linear, type Session, toOnnx } from "#core/model";
import { openOnnxSession } from "#core/node";

const graph = createGraph();
const rows = gatherRows(graph.input("table", [4, 3]), graph.input("indices", [2], "int64"));
graph.output("y", linear(graph, "layer", 3, 2)(rows));
const onnx = toOnnx(graph, initialParameters(graph, 1));
const feeds = { table: new Float32Array(12).fill(1), indices: BigInt64Array.of(0n, 3n) };
let session: Session;

beforeAll(async () => {
  session = await openOnnxSession(onnx);
});
afterAll(() => session.close());

test("a session says what it takes and returns, and runs", async () => {
  expect(session.inputs).toEqual([
    { name: "table", type: "float32", shape: [4, 3] },
    { name: "indices", type: "int64", shape: [2] },
  ]);
  expect(session.outputs).toEqual([{ name: "y", type: "float32", shape: [2, 2] }]);
  const { y } = await session.run(feeds);
  expect(y).toHaveLength(4);
  expect(y[0]).toBe(y[2]);
});

test.each<[string, Parameters<Session["run"]>[0], string]>([
  ["a feed that is missing", { table: feeds.table }, 'the input "indices" [2] is not fed'],
  ["a feed that is unknown", { ...feeds, more: feeds.table }, 'the graph has no input "more"'],
  [
    "a feed of another size",
    { ...feeds, table: new Float32Array(11) },
    'the input "table" takes 12 values, got 11',
  ],
  ["a feed of another type", { ...feeds, indices: new Float32Array(2) }, 'the input "indices" takes int64'],
])("%s is refused by name", async (_, wrong, message) => {
  await expect(async () => session.run(wrong)).rejects.toThrow(RangeError);
  await expect(async () => session.run(wrong)).rejects.toThrow(message);
});

test.each([
  ["cut short", onnx.subarray(0, onnx.length >> 1)],
  ["empty", new Uint8Array()],
  ["text", new TextEncoder().encode("not a model")],
])("a file that is %s is one error that names it", async (_, bytes) => {
  const opening = openOnnxSession(bytes, "weights/broken.onnx");
  await expect(opening).rejects.toThrow(BadInputError);
  await expect(opening).rejects.toMatchObject({ code: "unreadable-model" });
  await expect(opening).rejects.toThrow(
    "weights/broken.onnx: expected an ONNX file that onnxruntime can run",
  );
});
