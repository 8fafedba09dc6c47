/**
 * The one shape that the three steps share: a batch of vectors. A state is what a receiver's model keeps per
 * entity (a phone, a task); a latent is its compressed form, and knows which model can read it.
 */

/** `count` states of `size` values each. */
export interface StateBatch {
  readonly count: number;
  readonly size: number;
  /** [count, size] row-major. */
  readonly values: Float32Array;
}

/** `count` latents of `size` values each, readable by the model `modelId` only. */
export interface LatentBatch extends StateBatch {
  readonly modelId: string;
}

/** Returns a batch over `values`; throws RangeError when their number is not count x size. */
export function stateBatch(count: number, size: number, values: Float32Array): StateBatch {
  if (values.length !== count * size) {
    throw new RangeError(`a batch of ${count} x ${size} needs ${count * size} values, got ${values.length}`);
  }
  return { count, size, values };
}

/** Returns a view (no copy) of row `index` of a batch, [size]. */
export function rowOf(batch: StateBatch, index: number): Float32Array {
  return batch.values.subarray(index * batch.size, (index + 1) * batch.size);
}
