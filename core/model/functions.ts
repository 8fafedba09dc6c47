import { divide, multiply, operator, scalar, scale, shift, subtract, sumTo } from "./arithmetic.ts";
import { cast, greater, where } from "./choice.ts";
import type { Tensor } from "./graph.ts";
import { broadcastShape } from "./shape.ts";

/** Element-wise functions of one value, and of two where the larger or smaller counts. */

export function exp(a: Tensor): Tensor {
  return operator("Exp", [a], a.shape, (by, result) => [multiply(by, result)]);
}

export function log(a: Tensor): Tensor {
  return operator("Log", [a], a.shape, (by) => [divide(by, a)]);
}

export function sqrt(a: Tensor): Tensor {
  return operator("Sqrt", [a], a.shape, (by, result) => [divide(scale(by, 0.5), result)]);
}

export function square(a: Tensor): Tensor {
  return multiply(a, a);
}

export function tanh(a: Tensor): Tensor {
  return operator("Tanh", [a], a.shape, (by, result) => [
    subtract(by, multiply(by, multiply(result, result))),
  ]);
}

export function sigmoid(a: Tensor): Tensor {
  return operator("Sigmoid", [a], a.shape, (by, result) => [
    multiply(by, subtract(result, multiply(result, result))),
  ]);
}

export function relu(a: Tensor): Tensor {
  return operator("Relu", [a], a.shape, (by) => [multiply(by, cast(greater(a, scalar(a, 0)), "float32"))]);
}

/** Returns log(1 + exp(a)). */
export function softplus(a: Tensor): Tensor {
  return operator("Softplus", [a], a.shape, (by) => [multiply(by, sigmoid(a))]);
}

/** Returns a times the logistic function of a (SiLU, Elfwing et al. 2018). */
export function silu(a: Tensor): Tensor {
  return multiply(a, sigmoid(a));
}

/** Returns a cosine; for schedules, so without a gradient. */
export function cosine(a: Tensor): Tensor {
  return operator("Cos", [a], a.shape, null);
}

/** Returns the larger of two; where they are equal the gradient goes to `b`. */
export function maximum(a: Tensor, b: Tensor): Tensor {
  return chosen("Max", a, b, () => greater(a, b));
}

/** Returns the smaller of two; where they are equal the gradient goes to `b`. */
export function minimum(a: Tensor, b: Tensor): Tensor {
  return chosen("Min", a, b, () => greater(b, a));
}

/** Returns `a` held inside [low, high]. */
export function clamp(a: Tensor, low: number, high: number): Tensor {
  return minimum(maximum(a, scalar(a, low)), scalar(a, high));
}

function chosen(name: "Max" | "Min", a: Tensor, b: Tensor, first: () => Tensor): Tensor {
  return operator(name, [a, b], broadcastShape(a.shape, b.shape), (by) => {
    const takesFirst = first();
    const none = scalar(a, 0);
    return [sumTo(where(takesFirst, by, none), a.shape), sumTo(where(takesFirst, none, by), b.shape)];
  });
}

/** Returns `a`, but lets no gradient through. */
export function stopGradient(a: Tensor): Tensor {
  return operator("Identity", [a], a.shape, null);
}

/**
 * Returns `a` rounded to the nearest integer (halves to even), with the gradient of the identity: the straight-through
 * estimator (Bengio, Leonard, Courville 2013, arXiv 1308.3432).
 */
export function roundStraightThrough(a: Tensor): Tensor {
  return operator("Round", [a], a.shape, (by) => [by]);
}

/** Returns the absolute value; its gradient at 0 is 0. */
export function absolute(a: Tensor): Tensor {
  return operator("Abs", [a], a.shape, (by) => {
    const positive = cast(greater(a, scalar(a, 0)), "float32");
    const negative = cast(greater(scalar(a, 0), a), "float32");
    return [multiply(by, subtract(positive, negative))];
  });
}

/** Returns the error function's Gaussian unit, tanh form (GELU, Hendrycks and Gimpel 2016, arXiv 1606.08415). */
export function gelu(a: Tensor): Tensor {
  const inner = scale(multiply(a, shift(scale(square(a), 0.044715), 1)), Math.sqrt(2 / Math.PI));
  return multiply(scale(a, 0.5), shift(tanh(inner), 1));
}
