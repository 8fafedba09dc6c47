import { add, mean, multiply, scalar, scale, shift, subtract, sum } from "./arithmetic.ts";
import { clamp, exp, maximum, square } from "./functions.ts";
import type { Tensor } from "./graph.ts";
import { split } from "./parts.ts";

/** The variational bottleneck of the compress step (Kingma and Welling 2014, arXiv 1312.6114; beta: Higgins et al. 2017). */

/** A diagonal normal distribution over latents, [..., latentSize] each. */
export interface Posterior {
  readonly mean: Tensor;
  readonly logVariance: Tensor;
}

/** Keeps exp() of a log variance inside single precision, and a latent from becoming exact. */
const LOG_VARIANCE_RANGE = [-10, 4] as const;

/**
 * Returns the posterior that an encoder's output [..., 2 * latentSize] stands for. Throws RangeError when the last size
 * is odd.
 */
export function posterior(encoded: Tensor): Posterior {
  const size = (encoded.shape.at(-1) as number) / 2;
  if (!Number.isInteger(size)) throw new RangeError(`posterior: [${encoded.shape}] has no two halves`);
  const [means, logVariances] = split(encoded, -1, [size, size]);
  return posteriorOf(means, logVariances);
}

/** The same of an encoder with two outputs [..., latentSize]: one that is not asked for its spread need not compute it. */
export function posteriorOf(means: Tensor, logVariances: Tensor): Posterior {
  return { mean: means, logVariance: clamp(logVariances, ...LOG_VARIANCE_RANGE) };
}

/** Returns a draw: mean + exp(log variance / 2) * noise, `noise` standard normal and fed from a seeded stream. */
export function sample({ mean: means, logVariance }: Posterior, noise: Tensor): Tensor {
  return add(means, multiply(exp(scale(logVariance, 0.5)), noise));
}

/**
 * Returns the divergence from the standard normal in nats, averaged over all but the last axis and summed over that:
 * each latent dimension counts at least `freeNats` (Kingma et al. 2016, arXiv 1606.04934), so that pressure is not
 * spent on closing dimensions which are nearly closed.
 */
export function divergence({ mean: means, logVariance }: Posterior, freeNats: number): Tensor {
  const perValue = scale(subtract(add(square(means), exp(logVariance)), shift(logVariance, 1)), 0.5);
  const others = perValue.shape.map((_, i) => i).slice(0, -1);
  const perDimension = mean(perValue, others);
  return sum(maximum(perDimension, scalar(perDimension, freeNats)));
}
