// What a latent arm needs of a trained encoder: the three steps of core, and the row that the first of them takes.
import type { Awaitable, Compressor, LatentBatch, Precision, Projector, StateBatch } from "#core";
import type { FactDocument } from "../language-model/language.ts";
import type { LanguageModel } from "../language-model/language-model.ts";
import type { EncoderName } from "./arms.ts";

/** What a stage has read of the shared context: a document's tokens, or the memory vectors that stood for them. */
export interface ReadContext {
  /** Hidden states of its positions, the token that begins left out, [positions, width]. */
  readonly states: Float32Array;
  readonly positions: number;
  /** The document itself where the stage has its text; null where it read memory vectors. */
  readonly document: FactDocument | null;
}

/** An encoder ready to run: compressor and projector of one model, and the payload's precision. */
export interface LatentEncoder {
  readonly compressor: Compressor;
  /** Its states are memory vectors, [memoryVectors * width]. */
  readonly projector: Projector;
  readonly precision: Precision;
  readonly memoryVectors: number;
  /** Whether it can compress what a receiver has read: memory vectors, without a text. */
  readonly reencodes: boolean;
  /** Makes ready for these contexts, all at once; what that takes is not timed. */
  prepare?(contexts: readonly ReadContext[]): Promise<void>;
  /** Returns one row of the compressor's batch for each context. Throws RangeError for one that it cannot take. */
  statesOf(contexts: readonly ReadContext[]): Awaitable<StateBatch>;
}

/** A language model with the encoders that were trained through it. */
export interface MeasuredModel {
  readonly model: LanguageModel;
  /** Returns whether there is an encoder of this name and training. */
  has(name: EncoderName, trainingSeed: number): boolean;
  /**
   * Returns an encoder for documents of `facts` facts whose values take at most `bytes` bytes, of the weights of one
   * training; null for the oracle, which has none. Throws BadInputError where this model has none of that name or training.
   */
  encoder(
    name: EncoderName,
    size: { readonly bytes: number; readonly facts: number; readonly trainingSeed: number | null },
  ): Awaitable<LatentEncoder>;
}

/** Returns the latent that travels in place of a document's own. */
export type Replacement = (own: Float32Array, entity: number) => Float32Array;

/** Returns the latents of contexts, a row each. */
export async function compressed(
  contexts: readonly ReadContext[],
  { compressor, statesOf }: Pick<LatentEncoder, "compressor" | "statesOf">,
): Promise<LatentBatch> {
  return compressor.compress(await statesOf(contexts));
}
