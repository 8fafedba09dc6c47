import type { Awaitable } from "../awaitable.ts";
import type { LatentBatch, StateBatch } from "../latent.ts";

/** The first step: what the sender's model knows, in few values. Batched: one call for all entities that leave now. */
export interface Compressor {
  /** Names the model and its version; the receiver refuses latents of another. */
  readonly modelId: string;
  /** How the step is shown to people: `PCA, 16 of 42 components`. */
  readonly label: string;
  readonly stateSize: number;
  readonly latentSize: number;
  /** Returns one latent for each state, in order. Throws RangeError when the states have another size. */
  compress(states: StateBatch): Awaitable<LatentBatch>;
}
