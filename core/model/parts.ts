import { expand, operator, reshape, scalar } from "./arithmetic.ts";
import type { Tensor } from "./graph.ts";
import { elementCount, frontAxis, type Shape, sameShape } from "./shape.ts";

/** Taking tensors apart and putting them together. */

/** Returns the parts of `a` along `axis`, of these sizes. Throws RangeError when the sizes do not add up. */
export function split(a: Tensor, axis: number, sizes: readonly number[]): readonly Tensor[] {
  const front = frontAxis(axis, a.shape);
  if (sizes.reduce((total, size) => total + size, 0) !== a.shape[front]) {
    throw new RangeError(`split: parts of ${sizes.join(" + ")} along axis ${axis} of [${a.shape}]`);
  }
  if (sizes.length === 1) return [a];
  return a.graph.append({
    operator: "Split",
    inputs: [a, a.graph.integers(sizes)],
    outputs: sizes.map((size) => ({ shape: withSize(a.shape, front, size), type: a.type })),
    attributes: { axis: { int: front } },
    gradient: (by) => [concat(by, front), null],
  });
}

/** Returns `tensors` one after another along `axis`. Throws RangeError when their other sizes differ. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors;
  if (tensors.length === 1) return first;
  const front = frontAxis(axis, first.shape);
  const sizes = tensors.map((tensor) => tensor.shape[front]);
  for (const { shape } of tensors) {
    if (!sameShape(withSize(shape, front, 0), withSize(first.shape, front, 0))) {
      throw new RangeError(`concat: [${first.shape}] and [${shape}] along axis ${axis}`);
    }
  }
  const shape = withSize(
    first.shape,
    front,
    sizes.reduce((total, size) => total + size, 0),
  );
  return operator("Concat", tensors, shape, (by) => split(by, front, sizes), { axis: { int: front } });
}

/** Returns the elements from..to-1 along `axis`. */
export function slice(a: Tensor, axis: number, from: number, to: number): Tensor {
  const front = frontAxis(axis, a.shape);
  const size = a.shape[front];
  if (from < 0 || to > size || from >= to) {
    throw new RangeError(`slice: ${from}..${to} along axis ${axis} of [${a.shape}]`);
  }
  if (from === 0 && to === size) return a;
  const { integers } = a.graph;
  return operator(
    "Slice",
    [a, integers([from]), integers([to]), integers([front])],
    withSize(a.shape, front, to - from),
    (by) => [padded(by, front, from, size - to), null, null, null],
  );
}

/** Returns `tensors` of one shape stacked along a new axis. */
export function stack(tensors: readonly Tensor[], axis: number): Tensor {
  const [{ shape }] = tensors;
  const at = axis < 0 ? axis + shape.length + 1 : axis;
  const one = [...shape.slice(0, at), 1, ...shape.slice(at)];
  return concat(
    tensors.map((tensor) => reshape(tensor, one)),
    at,
  );
}

/** Returns the slices of `a` along `axis`, without that axis. */
export function unstack(a: Tensor, axis: number): readonly Tensor[] {
  const front = frontAxis(axis, a.shape);
  const rest = a.shape.filter((_, i) => i !== front);
  return split(a, front, new Array<number>(a.shape[front]).fill(1)).map((part) => reshape(part, rest));
}

/** Returns rows `indices` (int64, any shape) of `table` [rows, ...]: an embedding. Gradients of a row add up. */
export function gatherRows(table: Tensor, indices: Tensor): Tensor {
  const rest = table.shape.slice(1);
  const count = elementCount(indices.shape);
  return operator(
    "Gather",
    [table, indices],
    [...indices.shape, ...rest],
    (by) => [scatterRows(table.shape, reshape(indices, [count, 1]), reshape(by, [count, ...rest])), null],
    { axis: { int: 0 } },
  );
}

/** Returns zeros of `shape` to which `updates` [n, ...] are added at rows `indices` [n, 1]. */
function scatterRows(shape: Shape, indices: Tensor, updates: Tensor): Tensor {
  const zeros = expand(scalar(updates, 0), shape);
  return operator("ScatterND", [zeros, indices, updates], shape, null, { reduction: { text: "add" } });
}

/** Returns one-hot rows [..., depth] of the int64 `indices`, float32. */
export function oneHot(indices: Tensor, depth: number): Tensor {
  const { graph } = indices;
  const [rows] = graph.append({
    operator: "OneHot",
    inputs: [indices, graph.integers([depth], []), graph.constant([0, 1], [2])],
    outputs: [{ shape: [...indices.shape, depth] }],
    attributes: { axis: { int: -1 } },
    gradient: null,
  });
  return rows;
}

function padded(a: Tensor, axis: number, before: number, after: number): Tensor {
  const pads = [
    ...a.shape.map((_, i) => (i === axis ? before : 0)),
    ...a.shape.map((_, i) => (i === axis ? after : 0)),
  ];
  return operator(
    "Pad",
    [a, a.graph.integers(pads)],
    withSize(a.shape, axis, a.shape[axis] + before + after),
    (by) => [slice(by, axis, before, before + a.shape[axis]), null],
  );
}

function withSize(shape: Shape, axis: number, size: number): Shape {
  return shape.map((old, i) => (i === axis ? size : old));
}
