// How many bits a document's facts take, and how many a memory could hold: the two analytic lines of rate and distortion.
import { attributeWords, entityWords, valueWords } from "../language-model/language/vocabulary.ts";

const KEYS = entityWords.length * attributeWords.length;

/** Bits that a dimension of an optimised memory vector was found to hold (spec/agents.md section 4). */
const BITS_PER_DIMENSION = 0.7;

/**
 * Returns the bits that name `facts` facts in no order: F log2 V for the values and log2 C(keys, F) for which keys they
 * belong to. Partners, whose values are 16 entities and not 32 values, are counted as the others: an upper bound.
 */
export function factBits(facts: number): { readonly values: number; readonly keys: number } {
  let keys = 0;
  for (let i = 0; i < facts; i++) keys += Math.log2((KEYS - i) / (i + 1));
  return { values: facts * Math.log2(valueWords.length), keys };
}

/** Returns the bits that K memory vectors of d dimensions can hold: 0.7 K d. */
export function memoryBits(vectors: number, width: number): number {
  return BITS_PER_DIMENSION * vectors * width;
}
