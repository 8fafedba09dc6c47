import { createStream, noiseState, rowOf, type Spread, type StateBatch } from "#core";
import type { Sends } from "./compress.ts";

/** What a control sends in the place of a phone's own state, whatever the memory is. */

/** Another phone's state. A world of one phone has no other phone: there a state of the training worlds stands in. */
export function sendsAnother(
  { world, seed }: { readonly world: { readonly ueCount: number }; readonly seed: number },
  trainingStates: () => StateBatch,
): Sends {
  if (world.ueCount > 1) return { what: "another" };
  const states = trainingStates();
  const random = createStream(seed, "shuffled");
  return { what: "row", row: (ue, attempt) => rowOf(states, random.integer(states.count, ue, attempt)) };
}

/** The average state, the same for every phone. */
export function sendsMean({ mean }: Pick<Spread, "mean">): Sends {
  return { what: "row", row: () => mean };
}

/** A random state of this mean and spread, drawn for (phone, attempt). */
export function sendsNoise(spread: Spread, seed: number): Sends {
  const random = createStream(seed, "noise-latent");
  return { what: "row", row: (ue, attempt) => noiseState(spread, random, ue, attempt) };
}
