import { divide, operator, scalar } from "./arithmetic.ts";
import { absolute, maximum, roundStraightThrough } from "./functions.ts";
import type { Tensor } from "./graph.ts";

/** The payload's own (`payload.ts`): the smallest normal number of single precision. */
const SMALLEST_STEP = 2 ** -126;

/**
 * Returns latents [..., size] as the receiver gets them from an int8 payload: each row rounded to steps of its
 * max|z| / 127 (`payload.ts`). A value within single precision of the middle between two steps may go to the other one.
 * The gradient is the identity's (straight-through: Bengio, Leonard, Courville 2013, arXiv 1308.3432).
 */
export function quantizeInt8(latents: Tensor): Tensor {
  const { shape } = latents;
  const straight = (by: Tensor): readonly (Tensor | null)[] => [by, null];
  const step = maximum(
    divide(largest(absolute(latents)), scalar(latents, 127)),
    scalar(latents, SMALLEST_STEP),
  );
  const steps = operator("Div", [latents, step], shape, straight);
  return operator("Mul", [roundStraightThrough(steps), step], shape, straight);
}

/** Returns the largest value along the last axis, [..., 1]; no gradient. */
function largest(a: Tensor): Tensor {
  return operator("ReduceMax", [a, a.graph.integers([-1])], [...a.shape.slice(0, -1), 1], null, {
    keepdims: { int: 1 },
  });
}
