import { multiply, operator, subtract, sum } from "./arithmetic.ts";
import { exp } from "./functions.ts";
import type { Tensor } from "./graph.ts";

/** Returns the softmax over the last axis. */
export function softmax(a: Tensor): Tensor {
  return operator(
    "Softmax",
    [a],
    a.shape,
    (by, result) => [multiply(result, subtract(by, sum(multiply(by, result), [-1], true)))],
    { axis: { int: -1 } },
  );
}

/** Returns the logarithm of the softmax over the last axis. */
export function logSoftmax(a: Tensor): Tensor {
  return operator(
    "LogSoftmax",
    [a],
    a.shape,
    (by, result) => [subtract(by, multiply(exp(result), sum(by, [-1], true)))],
    { axis: { int: -1 } },
  );
}
