// How long it takes to say tokens: each reads the weights and the key-value cache of all that stands before it.
import { kvCacheBytes, type ModelShape } from "./model.ts";

/** How fast one sequence decodes. */
export interface DecodeSpeed {
  /** A step of one sequence with nothing behind it. */
  readonly decodeStepS: number;
  /** What each token of context adds to a step, for each sequence of a batch. */
  readonly decodeContextS: number;
}

/**
 * Returns the seconds in which one sequence says `tokens` tokens, the first with `contextTokens` tokens behind it and each further one with one more:
 * m step + (m c + m (m - 1) / 2) decodeContextS; 0 for none.
 *
 * Law: said in two parts it takes the same, (m1 + m2 behind c) = (m1 behind c) + (m2 behind c + m1).
 */
export function decodeSeconds(
  { decodeStepS, decodeContextS }: DecodeSpeed,
  tokens: number,
  contextTokens: number,
): number {
  return tokens * decodeStepS + decodeContextS * (tokens * contextTokens + (tokens * (tokens - 1)) / 2);
}

/**
 * Returns the decoding speed of a sequence whose step takes `stepS` behind `contextTokens` tokens.
 *
 * Decoding is bound by memory: a step reads P weights of `weightBytes` each and the cache, 2 L Hkv d values of two bytes for every token of
 * context, all at one bandwidth. That is the usual model of a large decoder, and an assumption.
 */
export function decodeSpeed(
  model: ModelShape,
  {
    stepS,
    contextTokens,
    weightBytes,
  }: { readonly stepS: number; readonly contextTokens: number; readonly weightBytes: number },
): DecodeSpeed {
  const weights = model.parameters * weightBytes;
  const cacheBytes = kvCacheBytes(model, 1, "fp16");
  const sPerByte = stepS / (weights + cacheBytes * contextTokens);
  return { decodeStepS: weights * sPerByte, decodeContextS: cacheBytes * sPerByte };
}
