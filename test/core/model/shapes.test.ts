import fc from "fast-check";
import { expect, test } from "vitest";
import {
  add,
  concat,
  createGraph,
  equal,
  expand,
  gatherRows,
  greater,
  layerNorm,
  linear,
  matmul,
  mean,
  oneHot,
  posterior,
  reshape,
  type Shape,
  slice,
  split,
  splitHeads,
  stack,
  sum,
  swapLast,
  type Tensor,
  transpose,
  unstack,
  where,
} from "#core/model";
import { broadcastShape, frontAxis } from "../../../core/model/shape.ts";

const of = (...shape: number[]): Tensor => createGraph().input("x", shape);
const two = (a: Shape, b: Shape): [Tensor, Tensor] => {
  const graph = createGraph();
  return [graph.input("a", a), graph.input("b", b)];
};

test("shapes broadcast from the last axis on, as ONNX says", () => {
  expect(broadcastShape([2, 3], [3])).toEqual([2, 3]);
  expect(broadcastShape([2, 1, 3], [4, 1])).toEqual([2, 4, 3]);
  expect(broadcastShape([], [5])).toEqual([5]);
  expect(add(...two([2, 1], [1, 3])).shape).toEqual([2, 3]);
});

test("broadcasting does not depend on the order of the two, and a shape broadcasts with itself", () => {
  const size = fc.constantFrom(1, 2, 3);
  const shape = fc.array(size, { maxLength: 4 });
  const result = (a: Shape, b: Shape): Shape | string => {
    try {
      return broadcastShape(a, b);
    } catch (error) {
      return (error as Error).name;
    }
  };
  fc.assert(
    fc.property(shape, shape, (a, b) => {
      expect(result(a, b)).toEqual(result(b, a));
      expect(result(a, a)).toEqual(a);
    }),
  );
});

test.each<[string, () => unknown, string]>([
  [
    "two sizes that differ",
    () => add(...two([2, 3], [2])),
    "shapes [2,3] and [2] do not broadcast: 3 against 2",
  ],
  [
    "a reshape to another number of elements",
    () => reshape(of(2, 3), [4]),
    "reshape: [2,3] does not fit [4]",
  ],
  ["an expansion of a size that is not 1", () => expand(of(2), [4]), "do not broadcast"],
  ["an expansion that would shrink", () => expand(of(2, 3), [3]), "expand: [2,3] does not broadcast to [3]"],
  ["a product of sizes that differ", () => matmul(...two([2, 3], [4, 2])), "matmul: [2,3] x [4,2]"],
  ["a product with a vector", () => matmul(...two([2, 3], [3])), "matmul: [2,3] x [3]"],
  [
    "parts that do not add up",
    () => split(of(2, 5), 1, [2, 2]),
    "split: parts of 2 + 2 along axis 1 of [2,5]",
  ],
  [
    "parts of other sizes side by side",
    () => concat(two([2, 3], [3, 3]), 1),
    "concat: [2,3] and [3,3] along axis 1",
  ],
  ["a slice past the end", () => slice(of(4), 0, 2, 5), "slice: 2..5 along axis 0 of [4]"],
  ["a slice of nothing", () => slice(of(4), 0, 2, 2), "slice: 2..2 along axis 0 of [4]"],
  ["an axis that is not there", () => sum(of(2, 3), [2]), "axis 2 is outside the shape [2,3]"],
  ["a half axis", () => frontAxis(0.5, [2]), "axis 0.5 is outside the shape [2]"],
  ["an order that names an axis twice", () => transpose(of(2, 3), [0, 0]), "transpose: [0,0] does not order"],
  ["a posterior of an odd size", () => posterior(of(2, 5)), "posterior: [2,5] has no two halves"],
  ["heads that do not share the width", () => splitHeads(of(1, 3, 5), 2), "splitHeads: [1,3,5] into 2 heads"],
  ["tensors of two graphs", () => add(of(2), of(2)), 'Add: "x" is of another graph'],
  [
    "a layer on another width",
    () => linear(createGraph(), "l", 3, 2)(of(4, 2)),
    "affine: [4,2] x [3,2] + [2]",
  ],
  ["a constant of another size", () => createGraph().constant([1, 2], [3]), "needs 3 values, got 2"],
])("%s is refused when the graph is built", (_, build, message) => {
  expect(build).toThrow(RangeError);
  expect(build).toThrow(message);
});

test("a name is given once in a graph", () => {
  const graph = createGraph();
  graph.parameter("weight", [1], { constant: 0 });
  expect(() => graph.parameter("weight", [1], { constant: 0 })).toThrow('already has a value "weight"');
  expect(() => graph.input("weight", [1])).toThrow('already has a value "weight"');
  graph.output("y", graph.constant([1], []));
  expect(() => graph.output("y", graph.constant([1], []))).toThrow('already has an output "y"');
});

test("equal constants are stored once", () => {
  const graph = createGraph();
  expect(graph.constant([1, 2], [2])).toBe(graph.constant([1, 2], [2]));
  expect(graph.constant([1, 2], [2])).not.toBe(graph.constant([1, 2], [1, 2]));
  expect(graph.integers([1])).not.toBe(graph.constant([1], [1]));
});

test("operators say the shape and type of what they return", () => {
  const graph = createGraph();
  const a = graph.input("a", [2, 3, 4]);
  const whole = graph.input("whole", [2, 3], "int64");
  const shapeOf = (...tensors: readonly Tensor[]): Shape[] => tensors.map(({ shape }) => shape);
  expect(shapeOf(sum(a), sum(a, [1]), mean(a, [-1], true))).toEqual([[], [2, 4], [2, 3, 1]]);
  expect(shapeOf(transpose(a, [2, 0, 1]), swapLast(a))).toEqual([
    [4, 2, 3],
    [2, 4, 3],
  ]);
  expect(shapeOf(...split(a, -1, [1, 3]), ...unstack(a, 1))).toEqual([
    [2, 3, 1],
    [2, 3, 3],
    [2, 4],
    [2, 4],
    [2, 4],
  ]);
  expect(shapeOf(stack([a, a], 1), stack([a, a], -1))).toEqual([
    [2, 2, 3, 4],
    [2, 3, 4, 2],
  ]);
  expect(shapeOf(splitHeads(a, 2))).toEqual([[2, 2, 3, 2]]);
  expect(oneHot(whole, 5)).toMatchObject({ shape: [2, 3, 5], type: "float32" });
  expect(gatherRows(a, whole)).toMatchObject({ shape: [2, 3, 3, 4], type: "float32" });
  expect(greater(a, a).type).toBe("bool");
  expect(where(equal(a, a), a, a)).toMatchObject({ shape: [2, 3, 4], type: "float32" });
  for (const moved of [
    reshape(whole, [6]),
    concat([whole, whole], 0),
    slice(whole, 0, 0, 1),
    transpose(whole, [1, 0]),
  ])
    expect(moved.type).toBe("int64");
});

test("a layer keeps the axes before the last", () => {
  const graph = createGraph();
  const x = graph.input("x", [5, 2, 3]);
  expect(linear(graph, "l", 3, 7)(x).shape).toEqual([5, 2, 7]);
  expect(layerNorm(graph, "n", 3)(x).shape).toEqual([5, 2, 3]);
});
