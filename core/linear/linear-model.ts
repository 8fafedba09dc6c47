import type { Compressor } from "../hand-off/compress.ts";
import type { Projector } from "../hand-off/project.ts";
import { type LatentBatch, rowOf, type StateBatch } from "../latent.ts";
import { requireReadable, requireSize } from "./checks.ts";

/**
 * Compress and project by one linear map, the non-learned stand-in for the learned pair.
 *
 * compress: z = B ((x - mean) / scale); decode: x' = mean + scale (B^T z); project: gate x' + (1 - gate) receiver.
 */
export interface LinearModel {
  readonly modelId: string;
  readonly label: string;
  readonly stateSize: number;
  readonly latentSize: number;
  /** [stateSize] */
  readonly mean: Float64Array;
  /** [stateSize], positive */
  readonly scale: Float64Array;
  /** [latentSize, stateSize] row-major, orthonormal rows */
  readonly basis: Float64Array;
  /** [stateSize], 0...1: the share of each value that survives the compression */
  readonly gate: Float64Array;
}

/** Returns the compressor and the projector of one linear model. */
export function linearSteps(model: LinearModel): {
  readonly compressor: Compressor;
  readonly projector: Projector;
} {
  const { modelId, label, stateSize, latentSize } = model;
  return {
    compressor: {
      modelId,
      label,
      stateSize,
      latentSize,
      compress: (states) => compress(model, states),
    },
    projector: {
      modelId,
      label: "gated linear map",
      latentSize,
      stateSize,
      project: (latents, receiver) => project(model, latents, receiver),
    },
  };
}

function compress(model: LinearModel, states: StateBatch): LatentBatch {
  const { modelId, stateSize, latentSize, mean, scale, basis } = model;
  requireSize(`compress with ${modelId}`, "state", states.size, stateSize);
  const values = new Float32Array(states.count * latentSize);
  for (let row = 0; row < states.count; row++) {
    const state = rowOf(states, row);
    for (let k = 0; k < latentSize; k++) {
      let sum = 0;
      for (let j = 0; j < stateSize; j++) {
        sum += (basis[k * stateSize + j] * (state[j] - mean[j])) / scale[j];
      }
      values[row * latentSize + k] = sum;
    }
  }
  return { modelId, count: states.count, size: latentSize, values };
}

function project(model: LinearModel, latents: LatentBatch, receiver: StateBatch): StateBatch {
  const { modelId, stateSize, latentSize, mean, scale, basis, gate } = model;
  requireReadable(modelId, latentSize, stateSize, latents, receiver);
  const values = new Float32Array(receiver.values.length);
  for (let row = 0; row < latents.count; row++) {
    const latent = rowOf(latents, row);
    for (let j = 0; j < stateSize; j++) {
      let sum = 0;
      for (let k = 0; k < latentSize; k++) sum += basis[k * stateSize + j] * latent[k];
      const at = row * stateSize + j;
      values[at] = gate[j] * (mean[j] + scale[j] * sum) + (1 - gate[j]) * receiver.values[at];
    }
  }
  return { count: latents.count, size: stateSize, values };
}
