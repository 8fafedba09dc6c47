import { expect, test } from "vitest";
import { openSymbolicSession } from "../../../core/adapters/symbolic-session.ts";
import { createSymbolicGraph } from "../../../core/model/index.ts";

/** y [batch, out] = x [batch, 2] W + the sum of z [batch, length]. */
function sample(): Uint8Array {
  const graph = createSymbolicGraph();
  const x = graph.input("x", ["batch", 2]);
  const z = graph.input("z", ["batch", "length"]);
  const weight = graph.weight("weight", Float32Array.of(1, 10, 100, 2, 20, 200), [2, 3]);
  const sum = graph.node("ReduceSum", [z, graph.integers([1])]);
  graph.output("y", graph.node("Add", [graph.node("MatMul", [x, weight]), sum]), ["batch", 3]);
  graph.output("unused", sum, ["batch", 1]);
  return graph.toOnnx();
}

const floats = (shape: readonly number[], ...values: number[]) => ({
  data: Float32Array.of(...values),
  shape,
});

test("a graph with symbolic sizes runs at any of them, and gives what is asked for", async () => {
  const session = await openSymbolicSession(sample(), "sample");
  expect(session.inputs).toEqual([
    { name: "x", type: "float32", shape: ["batch", 2] },
    { name: "z", type: "float32", shape: ["batch", "length"] },
  ]);
  const one = await session.run({ x: floats([1, 2], 1, 1), z: floats([1, 3], 1, 2, 3) }, ["y"]);
  expect(one).toEqual({ y: floats([1, 3], 9, 36, 306) });
  const two = await session.run({ x: floats([2, 2], 1, 0, 0, 1), z: floats([2, 1], 5, 6) }, ["y"]);
  expect(two.y).toEqual(floats([2, 3], 6, 15, 105, 8, 26, 206));
  const none = await session.run({ x: floats([1, 2], 0, 1), z: floats([1, 0]) }, ["y"]);
  expect([...none.y.data]).toEqual([2, 20, 200]);
  await session.close();
});

test("feeds that do not fit are refused by name", async () => {
  const session = await openSymbolicSession(sample(), "sample");
  const x = floats([1, 2], 1, 1);
  const z = floats([1, 1], 1);
  await expect(session.run({ x }, ["y"])).rejects.toThrow('the input "z" [batch,length] is not fed');
  await expect(session.run({ x, z, w: z }, ["y"])).rejects.toThrow('no input "w"');
  await expect(session.run({ x: floats([1, 3], 1, 1, 1), z }, ["y"])).rejects.toThrow(
    "takes [batch,2], got [1,3]",
  );
  await expect(session.run({ x, z: floats([2, 1], 1, 1) }, ["y"])).rejects.toThrow(
    "takes [batch,length], got [2,1]",
  );
  await expect(session.run({ x, z: floats([1], 1) }, ["y"])).rejects.toThrow("got [1]");
  const integers = { data: BigInt64Array.of(1n), shape: [1, 1] };
  await expect(session.run({ x, z: integers }, ["y"])).rejects.toThrow("takes float32, got int64");
  await session.close();
  await expect(openSymbolicSession(Uint8Array.of(1, 2, 3), "bytes")).rejects.toMatchObject({
    code: "unreadable-model",
  });
});
