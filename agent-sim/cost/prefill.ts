// What it costs a receiver to read: seconds from a measured rate, behind a cache or not.
import type { ModelShape } from "./model.ts";
import { createPrefillCurve, type PrefillCurve, type PrefillPoints } from "./prefill-curve.ts";

export { prefillFlops } from "./prefill-curve.ts";

/** Prefill speed as measured by someone: a rate at one or more prompt lengths, ascending, and what every prompt costs. */
export interface PrefillRate {
  readonly points: PrefillPoints;
  readonly fixedS: number;
  /**
   * What a prompt behind so many cached tokens was measured to take beyond the formula, rising in `cachedTokens`; left out where
   * nobody measured it.
   */
  readonly behindCache?: readonly { readonly cachedTokens: number; readonly extraS: number }[];
}

/**
 * Returns the seconds to prefill `tokens` tokens behind `cachedTokens` cached ones; 0 for no tokens. It is
 * `fixedS` and {@link prefillWorkS}.
 */
export function prefillSeconds(
  model: ModelShape,
  rate: PrefillRate,
  tokens: number,
  cachedTokens: number,
): number {
  if (tokens === 0) return 0;
  return rate.fixedS + prefillWorkS(createPrefillCurve(model, rate.points), rate, tokens, cachedTokens);
}

/**
 * Returns the seconds of `tokens` tokens behind `cachedTokens` cached ones, without what every prompt takes besides: T(n + c) - T(c)
 * of the curve T that the rate makes with an empty cache ({@link createPrefillCurve}). That the tokens behind a cache take what they
 * take behind the same tokens of the same prompt is our assumption; reading the cache from memory is then in the curve. Where
 * prompts behind a cache were measured, what they took beyond this is added, whatever n: 0 without a cache, linear in c between
 * the measured ones and constant behind the last. Nothing is read faster behind a cache than without one.
 *
 * Laws, for rates that fall (`createPrefillCurve`) and nothing measured behind caches: the work never falls with n or with c, and is the same
 * however a prompt is cut: work(n1 + n2, c) = work(n1, c) + work(n2, c + n1).
 */
export function prefillWorkS(
  curve: PrefillCurve,
  { behindCache }: Pick<PrefillRate, "behindCache">,
  tokens: number,
  cachedTokens: number,
): number {
  const emptyS = curve(tokens);
  if (cachedTokens === 0) return emptyS;
  const behindS = Math.max(emptyS, curve(cachedTokens + tokens) - curve(cachedTokens));
  return behindCache === undefined ? behindS : Math.max(emptyS, behindS + extraAt(behindCache, cachedTokens));
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
