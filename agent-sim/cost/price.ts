// What a hosted model would charge.

/** Prices in US dollars per million tokens; cache factors multiply the input price. */
export interface Prices {
  readonly inputUsdPerMTok: number;
  readonly outputUsdPerMTok: number;
  readonly cacheWriteFactor: number;
  readonly cacheReadFactor: number;
}

/** Tokens of one call, each counted once: read afresh, read afresh and stored, taken from the cache, generated. */
export interface BilledTokens {
  readonly input: number;
  readonly cacheWrite: number;
  readonly cacheRead: number;
  readonly output: number;
}

/**
 * Returns the price of one call in US dollars. No hosted service accepts a key-value cache or a latent: what those
 * arms "cost" is the cache-read price by analogy, and hypothetical.
 */
export function callUsd(prices: Prices, tokens: BilledTokens): number {
  const input =
    tokens.input + tokens.cacheWrite * prices.cacheWriteFactor + tokens.cacheRead * prices.cacheReadFactor;
  return (input * prices.inputUsdPerMTok + tokens.output * prices.outputUsdPerMTok) / 1e6;
}
