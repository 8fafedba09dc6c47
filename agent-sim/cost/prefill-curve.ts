// How long the tokens of a prompt take, as a curve over its length: what was measured, and the formula where nobody measured.
import type { ModelShape } from "./model.ts";

/** What of a decoder the FLOPs of reading depend on. */
export type ReadingShape = Pick<ModelShape, "layers" | "heads" | "headSize" | "parameters">;

/**
 * Returns the FLOPs of prefilling `tokens` tokens behind `cachedTokens` that are in the cache:
 * 2 P n + 4 L D n (c + n/2), D = heads x head size (spec/agents.md section 2). Decoding n tokens one by one behind c
 * costs the same number.
 */
export function prefillFlops(model: ReadingShape, tokens: number, cachedTokens: number): number {
  const width = model.heads * model.headSize;
  return 2 * model.parameters * tokens + 4 * model.layers * width * tokens * (cachedTokens + tokens / 2);
}

/** Speeds of prefilling so many tokens with an empty cache, rising in `tokens`, one at least. */
export type PrefillPoints = readonly { readonly tokens: number; readonly tokensPerS: number }[];

/** Seconds of the first `tokens` tokens of a prompt: 0 for none, never falling. */
export type PrefillCurve = (tokens: number) => number;

/**
 * Returns the curve through the measured points.
 *
 * - One point: time grows as the FLOPs do, scaled to be right at that length. A rate alone would forget attention.
 * - Up to the first of several: at its rate. Between two, where the rate falls, it is linear in ln n; where it rises (what every
 *   prompt takes besides weighs less and less) the time is linear in n.
 * - Beyond the last: the next token takes what the last one did, or the mean token where that is more, and each further one
 *   more, as its FLOPs say.
 *
 * Laws: the curve passes through every point whose time is not below an earlier one's. Where rates fall faster and faster over ln n, as those
 * of every preset do, a token never takes less than the one before it.
 */
export function createPrefillCurve(model: ReadingShape, points: PrefillPoints): PrefillCurve {
  const flopsOf = (tokens: number): number => prefillFlops(model, tokens, 0);
  if (points.length === 1) {
    const [{ tokens, tokensPerS }] = points;
    const sPerFlop = tokens / tokensPerS / flopsOf(tokens);
    return (n) => sPerFlop * flopsOf(n);
  }
  const knots = knotsOf(points);
  const last = knots[knots.length - 1];
  const marginS = Math.max(last.slopeS, last.timeS / last.tokens);
  // FLOPs of one more token behind the last length: the slope of 2 P n + 2 L D n².
  const marginFlops = 2 * model.parameters + 4 * model.layers * model.heads * model.headSize * last.tokens;
  return (n) => {
    if (n <= knots[0].tokens) return n / knots[0].tokensPerS;
    if (n > last.tokens) return last.timeS + (marginS * (flopsOf(n) - flopsOf(last.tokens))) / marginFlops;
    const above = knots.findIndex(({ tokens }) => tokens >= n);
    return between(knots[above - 1], knots[above], n);
  };
}

interface Knot {
  readonly tokens: number;
  readonly timeS: number;
  readonly tokensPerS: number;
  /** Seconds a token on the stretch of the curve just below. */
  readonly slopeS: number;
}

/** A longer prompt never takes less: a median that says so is noise. */
function knotsOf(points: PrefillPoints): readonly Knot[] {
  const knots: Knot[] = [];
  for (const { tokens, tokensPerS } of points) {
    const low = knots.at(-1);
    const timeS = Math.max(tokens / tokensPerS, low?.timeS ?? 0);
    const rate = tokens / timeS;
    const slopeS =
      low === undefined
        ? 1 / rate
        : rate < low.tokensPerS
          ? (rate + fall(low, { tokens, tokensPerS: rate })) / rate ** 2
          : (timeS - low.timeS) / (tokens - low.tokens);
    knots.push({ tokens, timeS, tokensPerS: rate, slopeS });
  }
  return knots;
}

/** By how much the rate falls while ln n rises by 1. */
function fall(low: Pick<Knot, "tokens" | "tokensPerS">, high: Pick<Knot, "tokens" | "tokensPerS">): number {
  return (low.tokensPerS - high.tokensPerS) / Math.log(high.tokens / low.tokens);
}

function between(low: Knot, high: Knot, tokens: number): number {
  if (tokens === high.tokens) return high.timeS;
  if (high.tokensPerS < low.tokensPerS) {
    return tokens / (low.tokensPerS - fall(low, high) * Math.log(tokens / low.tokens));
  }
  return low.timeS + ((high.timeS - low.timeS) * (tokens - low.tokens)) / (high.tokens - low.tokens);
}
