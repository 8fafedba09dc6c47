import type { Attribute, GradientRule, Tensor } from "./graph.ts";
import { broadcastShape, elementCount, frontAxis, type Shape, sameShape } from "./shape.ts";

/** Element-wise arithmetic with broadcasting, sums and changes of shape: the operators whose gradients need each other. */

/** Appends a node with one output, of the type of its first input, and returns it. */
export function operator(
  name: string,
  inputs: readonly Tensor[],
  shape: Shape,
  gradient: ((by: Tensor, result: Tensor) => readonly (Tensor | null)[]) | null,
  attributes: Readonly<Record<string, Attribute>> = {},
): Tensor {
  const rule: GradientRule | null = gradient === null ? null : ([by]) => gradient(by, result);
  const [result] = inputs[0].graph.append({
    operator: name,
    inputs,
    outputs: [{ shape, type: inputs[0].type }],
    attributes,
    gradient: rule,
  });
  return result;
}

/** Returns `value` as a scalar that broadcasts against anything of the graph of `like`. */
export function scalar(like: Tensor, value: number): Tensor {
  return like.graph.constant([value], []);
}

export function add(a: Tensor, b: Tensor): Tensor {
  return operator("Add", [a, b], broadcastShape(a.shape, b.shape), (by) => [
    sumTo(by, a.shape),
    sumTo(by, b.shape),
  ]);
}

export function subtract(a: Tensor, b: Tensor): Tensor {
  return operator("Sub", [a, b], broadcastShape(a.shape, b.shape), (by) => [
    sumTo(by, a.shape),
    negate(sumTo(by, b.shape)),
  ]);
}

export function multiply(a: Tensor, b: Tensor): Tensor {
  return operator("Mul", [a, b], broadcastShape(a.shape, b.shape), (by) => [
    sumTo(multiply(by, b), a.shape),
    sumTo(multiply(by, a), b.shape),
  ]);
}

export function divide(a: Tensor, b: Tensor): Tensor {
  return operator("Div", [a, b], broadcastShape(a.shape, b.shape), (by, quotient) => [
    sumTo(divide(by, b), a.shape),
    negate(sumTo(divide(multiply(by, quotient), b), b.shape)),
  ]);
}

export function negate(a: Tensor): Tensor {
  return operator("Neg", [a], a.shape, (by) => [negate(by)]);
}

/** Returns `a` times a number. */
export function scale(a: Tensor, factor: number): Tensor {
  return multiply(a, scalar(a, factor));
}

/** Returns `a` plus a number. */
export function shift(a: Tensor, by: number): Tensor {
  return add(a, scalar(a, by));
}

/** Returns the sums over `axes` (all of them when none are given), which stay with size 1 when `keep` is set. */
export function sum(a: Tensor, axes?: readonly number[], keep = false): Tensor {
  const summed = (axes ?? a.shape.map((_, i) => i)).map((axis) => frontAxis(axis, a.shape));
  const kept = a.shape.map((size, i) => (summed.includes(i) ? 1 : size));
  const shape = keep ? kept : a.shape.filter((_, i) => !summed.includes(i));
  return operator(
    "ReduceSum",
    [a, a.graph.integers(summed)],
    shape,
    (by) => [expand(reshape(by, kept), a.shape), null],
    { keepdims: { int: keep ? 1 : 0 } },
  );
}

/** Returns the means over `axes`, as `sum` does the sums. */
export function mean(a: Tensor, axes?: readonly number[], keep = false): Tensor {
  const total = sum(a, axes, keep);
  return scale(total, elementCount(total.shape) / elementCount(a.shape));
}

/** Returns the same elements in another shape. Throws RangeError when their number differs. */
export function reshape(a: Tensor, shape: Shape): Tensor {
  if (sameShape(a.shape, shape)) return a;
  if (elementCount(a.shape) !== elementCount(shape)) {
    throw new RangeError(`reshape: [${a.shape}] does not fit [${shape}]`);
  }
  return operator("Reshape", [a, a.graph.integers(shape)], shape, (by) => [reshape(by, a.shape), null]);
}

/** Returns `a` repeated along its axes of size 1 until it has `shape`. */
export function expand(a: Tensor, shape: Shape): Tensor {
  if (sameShape(a.shape, shape)) return a;
  if (!sameShape(broadcastShape(a.shape, shape), shape)) {
    throw new RangeError(`expand: [${a.shape}] does not broadcast to [${shape}]`);
  }
  return operator("Expand", [a, a.graph.integers(shape)], shape, (by) => [sumTo(by, a.shape), null]);
}

/** Returns `a` summed over the axes along which `shape` was broadcast: the gradient of broadcasting. */
export function sumTo(a: Tensor, shape: Shape): Tensor {
  if (sameShape(a.shape, shape)) return a;
  const added = a.shape.length - shape.length;
  if (shape.length > 0 && sameShape(a.shape.slice(added), shape)) return reshape(sumRows(a, shape), shape);
  const axes = a.shape
    .map((_, i) => i)
    .filter((i) => i < added || (shape[i - added] === 1 && a.shape[i] !== 1));
  return reshape(sum(a, axes, true), shape);
}

/** Returns the sum over the axes before `row`, as a vector: a product with ones, three times as fast as ReduceSum. */
function sumRows(a: Tensor, row: Shape): Tensor {
  const size = elementCount(row);
  const rows = elementCount(a.shape) / size;
  const ones = a.graph.constant(new Float32Array(rows).fill(1), [rows]);
  return operator("MatMul", [ones, reshape(a, [rows, size])], [size], (by) => [
    null,
    expand(reshape(by, [1, size]), [rows, size]),
  ]);
}
