import type { Compressor } from "../hand-off/compress.ts";
import type { Projector } from "../hand-off/project.ts";
import { requireReadable, requireSize } from "./checks.ts";

/**
 * The steps that change nothing: the whole state travels and is taken over as it is. The upper bound for any transfer
 * between equal models.
 */
export function identitySteps(
  name: string,
  stateSize: number,
): { readonly compressor: Compressor; readonly projector: Projector } {
  const modelId = `identity-${name}-${stateSize}`;
  return {
    compressor: {
      modelId,
      label: `uncompressed, ${stateSize} values`,
      stateSize,
      latentSize: stateSize,
      compress(states) {
        requireSize(`compress with ${modelId}`, "state", states.size, stateSize);
        return { ...states, modelId };
      },
    },
    projector: {
      modelId,
      label: "taken over as it is",
      latentSize: stateSize,
      stateSize,
      project(latents, receiver) {
        requireReadable(modelId, stateSize, stateSize, latents, receiver);
        const { count, size, values } = latents;
        return { count, size, values };
      },
    },
  };
}
