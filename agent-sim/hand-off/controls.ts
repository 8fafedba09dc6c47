// What travels in place of a document's own latent, in the controls: it must be worth nothing.
import { createStream, meanOfOthers, permutedState } from "#core";
import type { Source } from "./holding.ts";
import { compressed, type LatentEncoder, type Replacement } from "./latents.ts";

/**
 * Returns whose hand-off stands in for that of document `index`: the next one's. So a run takes one document more than it counts, the
 * stranger, which stands in for the last.
 */
export function anotherDocument(index: number): number {
  return index + 1;
}

/** Returns each document's mean over the latents of the others. Throws RangeError for fewer than two documents. */
export async function othersMean(encoder: LatentEncoder, sources: readonly Source[]): Promise<Replacement> {
  if (sources.length < 2) throw new RangeError("a mean over other documents needs two documents");
  const latents = await compressed(
    sources.map(({ read }) => read),
    encoder,
  );
  return (_, entity) =>
    meanOfOthers(
      latents,
      sources.findIndex((source) => source.entity === entity),
    );
}

/** Returns a latent's own values in an order drawn from the seed, the same for all documents. */
export function inAnotherOrder(seed: number): Replacement {
  const random = createStream(seed, "shuffled latent");
  return (own) => permutedState(own, random);
}
