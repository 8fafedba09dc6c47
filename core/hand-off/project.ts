import type { Awaitable } from "../awaitable.ts";
import type { LatentBatch, StateBatch } from "../latent.ts";

/**
 * The third step: a latent becomes part of the receiver's own state. A gate g in [0, 1] per value decides how much is
 * taken over: `receiver' = g * decoded + (1 - g) * receiver`, so that g = 0 is a cold start.
 */
export interface Projector {
  readonly modelId: string;
  readonly label: string;
  readonly latentSize: number;
  readonly stateSize: number;
  /** Returns the receiver's new states, in the order of the latents. Throws RangeError on other sizes or another model. */
  project(latents: LatentBatch, receiver: StateBatch): Awaitable<StateBatch>;
}
