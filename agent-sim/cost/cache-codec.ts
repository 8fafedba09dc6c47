// How long a key-value cache takes to become a message, and a message to become a cache: measured, where anybody did.

/** Milliseconds for caches of so many tokens, rising in `tokens`. */
type Points = readonly { readonly tokens: number; readonly ms: number }[];

/** Empty lists where nothing was measured: then it takes no time. */
export interface CacheCodec {
  readonly write: Points;
  readonly open: Points;
}

/**
 * Returns the seconds to write a cache of `tokens` tokens as a message and to open it: 0 for none, linear between the measured
 * ones, in proportion behind the last. The precision of the measurement stands for any.
 */
export function cacheCodecS({ write, open }: CacheCodec, tokens: number): number {
  return (at(write, tokens) + at(open, tokens)) / 1000;
}

function at(points: Points, tokens: number): number {
  let low = { tokens: 0, ms: 0 };
  for (const high of points) {
    if (tokens < high.tokens) {
      return low.ms + ((tokens - low.tokens) / (high.tokens - low.tokens)) * (high.ms - low.ms);
    }
    low = high;
  }
  return low.tokens === 0 ? 0 : (low.ms * tokens) / low.tokens;
}
