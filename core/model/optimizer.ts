import { add, divide, multiply, negate, scalar, scale, shift, subtract, sum } from "./arithmetic.ts";
import { cosine, exp, maximum, minimum, sqrt, square } from "./functions.ts";
import type { Tensor } from "./graph.ts";

/** AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) on all parameters as one vector. */
export interface OptimizerSettings {
  readonly learningRate: number;
  /** Steps over which the rate rises linearly from 0. */
  readonly warmupSteps: number;
  /** Step at which the rate has fallen, as half a cosine, to `finalShare` of its peak; it stays there. */
  readonly totalSteps: number;
  readonly finalShare: number;
  /** Of matrices only; vectors (biases, gains) do not decay. */
  readonly weightDecay: number;
  /** The gradient of all parameters together is scaled down to this norm. */
  readonly clipNorm: number;
  readonly beta1: number;
  readonly beta2: number;
}

export const defaultOptimizer: OptimizerSettings = {
  learningRate: 1e-3,
  warmupSteps: 50,
  totalSteps: 1000,
  finalShare: 0.05,
  weightDecay: 0.01,
  clipNorm: 1,
  beta1: 0.9,
  beta2: 0.98,
};

const EPSILON = 1e-8;

/** What a step leaves behind; all [parameters] but the norm and the rate. */
export interface OptimizerStep {
  readonly parameters: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
  readonly gradientNorm: Tensor;
  readonly learningRate: Tensor;
}

/** Returns one step. `decays` [parameters] is 1 where weight decay applies; `step` counts from 1, a scalar. */
export function adamW(
  settings: OptimizerSettings,
  {
    parameters,
    gradient,
    firstMoment,
    secondMoment,
    decays,
    step,
  }: {
    readonly parameters: Tensor;
    readonly gradient: Tensor;
    readonly firstMoment: Tensor;
    readonly secondMoment: Tensor;
    readonly decays: Tensor;
    readonly step: Tensor;
  },
): OptimizerStep {
  const { beta1, beta2, weightDecay, clipNorm } = settings;
  const gradientNorm = sqrt(sum(square(gradient)));
  const clipping = minimum(
    scalar(gradient, 1),
    divide(scalar(gradient, clipNorm), shift(gradientNorm, EPSILON)),
  );
  const clipped = multiply(gradient, clipping);
  const first = add(scale(firstMoment, beta1), scale(clipped, 1 - beta1));
  const second = add(scale(secondMoment, beta2), scale(square(clipped), 1 - beta2));
  const unbiased = (moment: Tensor, beta: number): Tensor =>
    divide(moment, shift(negate(exp(scale(step, Math.log(beta)))), 1));
  const direction = divide(unbiased(first, beta1), shift(sqrt(unbiased(second, beta2)), EPSILON));
  const decay = scale(multiply(decays, parameters), weightDecay);
  const learningRate = scheduledRate(settings, step);
  return {
    parameters: subtract(parameters, multiply(add(direction, decay), learningRate)),
    firstMoment: first,
    secondMoment: second,
    gradientNorm,
    learningRate,
  };
}

/** Linear warm-up, then half a cosine. */
function scheduledRate(settings: OptimizerSettings, step: Tensor): Tensor {
  const { learningRate, warmupSteps, totalSteps, finalShare } = settings;
  const constant = (value: number): Tensor => scalar(step, value);
  const warmup = minimum(constant(1), scale(step, 1 / Math.max(1, warmupSteps)));
  const progress = minimum(
    constant(1),
    maximum(constant(0), scale(shift(step, -warmupSteps), 1 / Math.max(1, totalSteps - warmupSteps))),
  );
  const fall = shift(scale(cosine(scale(progress, Math.PI)), (1 - finalShare) / 2), (1 + finalShare) / 2);
  return scale(multiply(warmup, fall), learningRate);
}
