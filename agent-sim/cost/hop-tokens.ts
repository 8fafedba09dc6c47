// Tokens of one hand-off by formula: what an arm carries of a context, what its receiver finds ready read, and what it prefills.
import type { ArmRule } from "../hand-off/arms.ts";

export interface HopTokens {
  /** Positions that stand for the context in the receiver's prompt: tokens, or memory vectors. */
  readonly carriedTokens: number;
  /** Of these, those that the receiver does not compute: in full blocks of a prefix cache, or because they came computed. */
  readonly cachedTokens: number;
  /** The rest, and the receiver's own prompt. */
  readonly prefillTokens: number;
}

/**
 * Returns the tokens of a hand-off of `contextTokens` tokens, those of a summary where the arm carries one, to a receiver whose own prompt has
 * `ownTokens`. `latent` is how many positions stand for the context where the arm carries a latent. Throws RangeError for a latent
 * without it. That a prefix cache still holds the context is assumed; a fleet has caches of its own.
 */
export function hopTokens(
  { carries, cached, encoder }: Pick<ArmRule, "carries" | "cached" | "encoder">,
  { contextTokens, ownTokens }: { readonly contextTokens: number; readonly ownTokens: number },
  sizes: {
    readonly blockTokens: number;
    readonly latent?: { readonly vectors: number; readonly slots: number };
  },
): HopTokens {
  const carriedTokens = carried();
  const cachedTokens =
    cached === "all"
      ? carriedTokens
      : cached === "full-blocks"
        ? fullBlocks(carriedTokens, sizes.blockTokens)
        : 0;
  return { carriedTokens, cachedTokens, prefillTokens: carriedTokens - cachedTokens + ownTokens };

  function carried(): number {
    if (carries === "nothing") return 0;
    if (carries !== "latent") return contextTokens;
    const { latent } = sizes;
    if (latent === undefined) throw new RangeError("hopTokens: a latent has no size by this formula");
    return encoder === "slots" ? latent.slots : latent.vectors;
  }
}

/** Returns the tokens of the full blocks among the first `tokens` of a prompt. */
export function fullBlocks(tokens: number, blockTokens: number): number {
  return Math.floor(tokens / blockTokens) * blockTokens;
}
