import { divide, multiply, operator, scalar, scale } from "./arithmetic.ts";
import { absolute, maximum, roundStraightThrough } from "./functions.ts";
import type { Tensor } from "./tensor.ts";

/** Far below any latent that matters; keeps a row of zeros from being divided by zero. */
const SMALLEST_STEP = 1e-12;

/**
 * Returns latents [..., size] as the receiver gets them from an int8 payload: each row rounded to steps of its
 * max|z| / 127 (`payload.ts`). The gradient is the identity's (straight-through; the step is held constant).
 */
export function quantizeInt8(latents: Tensor): Tensor {
  const step = maximum(scale(largest(absolute(latents)), 1 / 127), scalar(latents, SMALLEST_STEP));
  return multiply(roundStraightThrough(divide(latents, step)), step);
}

/** Returns the largest value along the last axis, [..., 1]; no gradient. */
function largest(a: Tensor): Tensor {
  return operator("ReduceMax", [a, a.graph.integers([-1])], [...a.shape.slice(0, -1), 1], null, {
    keepdims: { int: 1 },
  });
}
