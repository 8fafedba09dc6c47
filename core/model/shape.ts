/** What a value of a graph holds. Only `float32` has gradients. */
export type ElementType = "float32" | "int64" | "bool";

/** Sizes, outermost first; every size is known when the graph is built. */
export type Shape = readonly number[];

/** Sizes of which some have a name instead of a number: they are known when the graph runs. */
export type SymbolicShape = readonly (number | string)[];

/** Returns how many elements a shape holds; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Returns the shape of an element-wise operator on two shapes (ONNX multidirectional broadcasting).
 * Throws RangeError when a pair of sizes differs and neither is 1.
 */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new RangeError(`shapes [${a}] and [${b}] do not broadcast: ${left} against ${right}`);
    }
    return left === 1 ? right : left;
  });
}

/** Returns whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Returns `axis` counted from the front; throws RangeError outside -rank..rank-1. */
export function frontAxis(axis: number, shape: Shape): number {
  const front = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(front) || front < 0 || front >= shape.length) {
    throw new RangeError(`axis ${axis} is outside the shape [${shape}]`);
  }
  return front;
}
