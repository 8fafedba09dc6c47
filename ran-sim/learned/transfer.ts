import {
  add,
  divergence,
  type Graph,
  linear,
  multiply,
  posterior,
  quantizeInt8,
  sample,
  sigmoid,
  silu,
  subtract,
  type Tensor,
} from "#core/model";
import type { ContextNetwork } from "./context-network.ts";
import { contextSize } from "./context-shape.ts";

/** The learned compress and project: a beta-VAE's encoder at the source, a gated decoder at the target. */
export interface LearnedTransfer {
  /** Returns the posterior's mean and log variance of the states [batch, size]. */
  encode(state: Tensor): ReturnType<typeof posterior>;
  /** Returns the target's states [batch, size]: gate x decoded + (1 - gate) x its own, held to where states can be. */
  project(latent: Tensor, receiver: Tensor): Tensor;
}

const HIDDEN = 160;

export function learnedTransfer(
  graph: Graph,
  name: string,
  network: ContextNetwork,
  latentSize: number,
): LearnedTransfer {
  const size = contextSize(network.shape);
  const encodeIn = linear(graph, `${name}.encode.in`, size, HIDDEN);
  const encodeOut = linear(graph, `${name}.encode.out`, HIDDEN, 2 * latentSize);
  const encodeSkip = linear(graph, `${name}.encode.skip`, size, 2 * latentSize, { bias: false });
  const decodeIn = linear(graph, `${name}.decode.in`, latentSize, HIDDEN);
  const decodeOut = linear(graph, `${name}.decode.out`, HIDDEN, size);
  const decodeSkip = linear(graph, `${name}.decode.skip`, latentSize, size, { bias: false });
  const gate = linear(graph, `${name}.gate`, HIDDEN, size, { initial: { constant: 0 } });
  return {
    encode: (state) => posterior(add(encodeOut(silu(encodeIn(state))), encodeSkip(state))),
    project(latent, receiver) {
      const hidden = silu(decodeIn(latent));
      const decoded = add(decodeOut(hidden), decodeSkip(latent));
      const share = sigmoid(gate(hidden));
      return network.bound(add(receiver, multiply(share, subtract(decoded, receiver))));
    },
  };
}

/** What training adds for a transfer. */
export interface Sent {
  readonly states: Tensor;
  readonly divergence: Tensor;
}

/** Returns the states as the target gets them through `latentSize` bytes, and the divergence of what was sent. */
export function sendInTraining(
  transfer: LearnedTransfer,
  { states, receiver, noise }: { readonly states: Tensor; readonly receiver: Tensor; readonly noise: Tensor },
  freeNats: number,
): Sent {
  const sent = transfer.encode(states);
  return {
    states: transfer.project(quantizeInt8(sample(sent, noise)), receiver),
    divergence: divergence(sent, freeNats),
  };
}
