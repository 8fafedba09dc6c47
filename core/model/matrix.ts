import { operator, reshape, sumTo } from "./arithmetic.ts";
import type { Tensor } from "./graph.ts";
import { broadcastShape, elementCount, type Shape, sameShape } from "./shape.ts";

/**
 * Returns the matrix product of the last two axes, [..., m, k] x [..., k, n] -> [..., m, n]; the axes before them
 * broadcast. Throws RangeError when the inner sizes differ or an operand has fewer than two axes.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2)) {
    throw new RangeError(`matmul: [${a.shape}] x [${b.shape}]`);
  }
  if (b.shape.length === 2) {
    const [k, n] = b.shape;
    const rows = elementCount(a.shape) / k;
    return reshape(product(reshape(a, [rows, k]), b, false, false), [...a.shape.slice(0, -1), n]);
  }
  const outer = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape: Shape = [...outer, a.shape.at(-2) as number, b.shape.at(-1) as number];
  return operator("MatMul", [a, b], shape, (by) => [
    sumTo(matmul(by, swapLast(b)), a.shape),
    sumTo(matmul(swapLast(a), by), b.shape),
  ]);
}

/**
 * Returns a b + offset, [..., k] x [k, n] + [n] -> [..., n], in one operator. Throws RangeError when the sizes do not
 * fit.
 */
export function affine(a: Tensor, b: Tensor, offset: Tensor): Tensor {
  const [k, n] = b.shape;
  if (a.shape.at(-1) !== k || !sameShape(offset.shape, [n])) {
    throw new RangeError(`affine: [${a.shape}] x [${b.shape}] + [${offset.shape}]`);
  }
  const rows = elementCount(a.shape) / k;
  const sums = product(reshape(a, [rows, k]), b, false, false, offset);
  return reshape(sums, [...a.shape.slice(0, -1), n]);
}

/**
 * Returns a b, with either transposed first, plus an offset for every row; two axes each. Gemm reads a transposed operand
 * without copying it.
 */
function product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean, offset?: Tensor): Tensor {
  const m = a.shape[transposeA ? 1 : 0];
  const n = b.shape[transposeB ? 0 : 1];
  return operator(
    "Gemm",
    offset === undefined ? [a, b] : [a, b, offset],
    [m, n],
    (by) => [
      transposeA ? product(b, by, transposeB, true) : product(by, b, false, !transposeB),
      transposeB ? product(by, a, true, transposeA) : product(a, by, !transposeA, false),
      ...(offset === undefined ? [] : [sumTo(by, offset.shape)]),
    ],
    { transA: { int: transposeA ? 1 : 0 }, transB: { int: transposeB ? 1 : 0 } },
  );
}

/** Returns `a` with its axes in the order of `permutation`. Throws RangeError when that is not each axis once. */
export function transpose(a: Tensor, permutation: readonly number[]): Tensor {
  if (
    !sameShape(
      permutation.toSorted((x, y) => x - y),
      a.shape.map((_, i) => i),
    )
  ) {
    throw new RangeError(`transpose: [${permutation}] does not order the axes of [${a.shape}]`);
  }
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return operator(
    "Transpose",
    [a],
    permutation.map((axis) => a.shape[axis]),
    (by) => [transpose(by, inverse)],
    { perm: { ints: permutation } },
  );
}

/** Returns `a` with its last two axes exchanged. */
export function swapLast(a: Tensor): Tensor {
  const rank = a.shape.length;
  const axes = a.shape.map((_, i) => i);
  return transpose(a, [...axes.slice(0, -2), rank - 1, rank - 2]);
}
