import { fnv1a } from "../hash.ts";
import type { LatentBatch, StateBatch } from "../latent.ts";

/** What every non-learned pair of steps refuses, in one place. */

/** Throws RangeError when a batch has rows of another size. */
export function requireSize(doing: string, what: string, got: number, expected: number): void {
  if (got !== expected) throw new RangeError(`${doing}: expected ${what} of ${expected} values, got ${got}`);
}

/** Throws RangeError when latents are of another model or size, or do not match the receiver's states one by one. */
export function requireReadable(
  modelId: string,
  latentSize: number,
  stateSize: number,
  latents: LatentBatch,
  receiver: StateBatch,
): void {
  const doing = `project with ${modelId}`;
  if (latents.modelId !== modelId) {
    throw new RangeError(`${doing}: the latents are of model "${latents.modelId}"`);
  }
  requireSize(doing, "latent", latents.size, latentSize);
  requireSize(doing, "receiver state", receiver.size, stateSize);
  if (latents.count !== receiver.count) {
    throw new RangeError(
      `${doing}: expected ${receiver.count} latents, one a receiver, got ${latents.count}`,
    );
  }
}

/** Throws RangeError when a linear model of `latentSize` values cannot be fitted to these samples. */
export function requireSamples(fit: string, { count, size, values }: StateBatch, latentSize: number): void {
  if (count < 2) throw new RangeError(`${fit}: expected at least 2 samples, got ${count}`);
  if (!Number.isInteger(latentSize) || latentSize < 1 || latentSize > size) {
    throw new RangeError(`${fit}: expected 1 to ${size} components, got ${latentSize}`);
  }
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new RangeError(`${fit}: expected finite samples, got ${values[at]} at ${at}`);
}

/**
 * Returns eight hexadecimal digits for the numbers that decide what a latent means. They go into the model id, so that
 * latents of a fit on other data are refused.
 */
export function fingerprint(...parameters: readonly Float64Array[]): string {
  return fnv1a(parameters.map((values) => values.join()).join(";"))
    .toString(16)
    .padStart(8, "0");
}
