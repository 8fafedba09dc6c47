import type { Projector } from "#core";
import { createGraph, type Graph, type OpenSession, toOnnx } from "#core/model";
import { type ContextShape, contextSize } from "./context-shape.ts";
import { FEW, held, inParts, MANY, once, padded } from "./row-parts.ts";
import { gatedProjector, type LearnedTransfer } from "./transfer.ts";

/**
 * Between vendors: each has a model of its own, of a width of its own, and neither is trained again. What crosses is the
 * latent that the sender's model writes for its own kind; the receiver's vendor trains one layer, a gated projector from
 * that latent into states of its own model, with the errors of what its model then expects.
 */
export interface AcrossModel {
  readonly modelId: string;
  /** Of the receiver's states. */
  readonly shape: ContextShape;
  /** Of the sender's latents. */
  readonly latentBytes: number;
}

/** Declares the projector's parameters on a graph, and returns it. */
export function declareAcross(
  graph: Graph,
  { shape, latentBytes }: Pick<AcrossModel, "shape" | "latentBytes">,
): LearnedTransfer["project"] {
  return gatedProjector(graph, "across", shape, latentBytes);
}

/**
 * Returns the projector, ready to run, of latents that a model `senderId` wrote. `readWeights` returns its parameters when it is
 * first run.
 */
export function createAcrossProjector(
  model: AcrossModel,
  senderId: string,
  { readWeights, open }: { readonly readWeights: () => Promise<Float32Array>; readonly open: OpenSession },
): Projector {
  const { shape, latentBytes } = model;
  const { slots } = shape;
  const size = contextSize(shape);
  const weights = once(readWeights);
  const [few, many] = [FEW, MANY].map((rows) =>
    once(async () => {
      const graph = createGraph();
      const project = declareAcross(graph, model);
      const latents = graph.input("latents", [rows, latentBytes]);
      // The memory forgets of these which the candidate list does not name.
      const listed = graph.constant(new Float32Array(rows * slots).fill(1), [rows, slots]);
      graph.output("states", project(latents, graph.input("receiver", [rows, size]), listed));
      return open(toOnnx(graph, await weights()));
    }),
  );
  return {
    modelId: senderId,
    label: "gated network of the other vendor",
    latentSize: latentBytes,
    stateSize: size,
    async project(latents, receiver) {
      const values = await inParts(latents.count, size, async (part) => {
        const opened = await (part.rows === FEW ? few() : many());
        const results = await opened.run({
          latents: held(padded(latents.values, part, latentBytes)),
          receiver: padded(receiver.values, part, size),
        });
        return results.states as Float32Array;
      });
      return { count: latents.count, size, values };
    },
  };
}

/** Returns the ONNX file of a projector for one phone. */
export function acrossOnnx(model: AcrossModel, parameters: Float32Array): Uint8Array {
  const graph = createGraph();
  const { slots } = model.shape;
  const project = declareAcross(graph, model);
  const arrived = graph.input("arrived", [1, model.latentBytes]);
  const state = graph.input("state", [1, contextSize(model.shape)]);
  graph.output("projected", project(arrived, state, graph.input("listed", [1, slots])));
  return toOnnx(graph, parameters);
}
