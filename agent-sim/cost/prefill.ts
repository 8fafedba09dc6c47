// What it costs a receiver to read: FLOPs by formula, and seconds from a measured rate.
import type { ModelShape } from "./model.ts";

/**
 * Returns the FLOPs of prefilling `tokens` tokens behind `cachedTokens` that are in the cache:
 * 2 P n + 4 L D n (c + n/2), D = heads x head size (spec/agents.md section 2). Decoding n tokens one by one behind c
 * costs the same number.
 */
export function prefillFlops(
  model: Pick<ModelShape, "layers" | "heads" | "headSize" | "parameters">,
  tokens: number,
  cachedTokens: number,
): number {
  const width = model.heads * model.headSize;
  return 2 * model.parameters * tokens + 4 * model.layers * width * tokens * (cachedTokens + tokens / 2);
}

/** Prefill speed as measured by someone: a rate at one or more prompt lengths, ascending, and what every prompt costs. */
export interface PrefillRate {
  readonly points: readonly { readonly tokens: number; readonly tokensPerS: number }[];
  readonly fixedS: number;
  /**
   * What a prompt behind so many cached tokens was measured to take beyond the formula, rising in `cachedTokens`; left out where
   * nobody measured it.
   */
  readonly behindCache?: readonly { readonly cachedTokens: number; readonly extraS: number }[];
}

/**
 * Returns the seconds to prefill `tokens` tokens behind `cachedTokens` cached ones; 0 for no tokens.
 *
 * Without a cache: fixedS + n / rate(n), the rate linear in ln n between the measured lengths and constant outside
 * them. Behind a cache the variable part grows as the FLOPs do, by flops(n, c) / flops(n, 0): the figures were taken
 * with an empty cache, so this factor is our assumption. Where it was measured, what was taken besides is added, whatever n: it is
 * the price of reading the cache, 0 without one, linear in c between the measured ones and constant behind the last. Nothing is
 * read faster behind a cache than without one.
 */
export function prefillSeconds(
  model: ModelShape,
  rate: PrefillRate,
  tokens: number,
  cachedTokens: number,
): number {
  if (tokens === 0) return 0;
  const growth = prefillFlops(model, tokens, cachedTokens) / prefillFlops(model, tokens, 0);
  const emptyS = tokens / rateAt(rate.points, tokens);
  if (rate.behindCache === undefined) return rate.fixedS + emptyS * growth;
  return rate.fixedS + Math.max(emptyS, emptyS * growth + extraAt(rate.behindCache, cachedTokens));
}

function extraAt(points: NonNullable<PrefillRate["behindCache"]>, cachedTokens: number): number {
  let low = { cachedTokens: 0, extraS: 0 };
  for (const high of points) {
    if (cachedTokens < high.cachedTokens) {
      const share = (cachedTokens - low.cachedTokens) / (high.cachedTokens - low.cachedTokens);
      return low.extraS + share * (high.extraS - low.extraS);
    }
    low = high;
  }
  return low.extraS;
}

function rateAt(points: PrefillRate["points"], tokens: number): number {
  const above = points.findIndex((point) => point.tokens >= tokens);
  if (above === 0) return points[0].tokensPerS;
  if (above === -1) return points[points.length - 1].tokensPerS;
  const low = points[above - 1];
  const high = points[above];
  const share = Math.log(tokens / low.tokens) / Math.log(high.tokens / low.tokens);
  return low.tokensPerS + share * (high.tokensPerS - low.tokensPerS);
}

/**
 * Returns whether pulling a cached prefix beats computing it again:
 * t0 + hit_bytes / bandwidth + (1 - h) T_full < T_full (spec/agents.md section 2).
 */
export function pullBeatsRecompute(pull: {
  /** t0: what a pull costs before its first byte. */
  readonly startS: number;
  readonly hitBytes: number;
  readonly bytesPerS: number;
  /** h: share of the prompt that the pull saves, 0..1. */
  readonly hitShare: number;
  /** T_full: time to compute the whole prompt. */
  readonly recomputeS: number;
}): boolean {
  const pullS = pull.startS + pull.hitBytes / pull.bytesPerS + (1 - pull.hitShare) * pull.recomputeS;
  return pullS < pull.recomputeS;
}
