import type { Compressor } from "../compress.ts";
import type { Projector } from "../project.ts";

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
      compress: (states) => ({ ...states, modelId }),
    },
    projector: {
      modelId,
      label: "taken over as it is",
      latentSize: stateSize,
      stateSize,
      project: ({ count, size, values }) => ({ count, size, values }),
    },
  };
}
